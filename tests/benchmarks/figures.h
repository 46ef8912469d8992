// What a benchmark found, for people and for scripts.

#ifndef CHASQUI_TESTS_BENCHMARKS_FIGURES_H_
#define CHASQUI_TESTS_BENCHMARKS_FIGURES_H_

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace chasqui::benchmarks {

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  // What the machine would allow, measured in the same run.
  std::optional<double> limit;
  std::string how;  // how it was measured, for people
};

// Thread-compatible.
class Figures {
 public:
  void Add(Figure figure) { figures_.push_back(std::move(figure)); }
  // One that only people are shown.
  void Note(Figure figure) { notes_.push_back(std::move(figure)); }

  // A row for each figure and note.
  void PrintTable(std::FILE* out) const;
  // {"figure": NAME, "value": …, "unit": UNIT, "limit": …, "ratio": …}, a line
  // each; limit and ratio (value / limit) only where there is a limit.
  void PrintJson(std::FILE* out) const;

 private:
  std::vector<Figure> figures_;
  std::vector<Figure> notes_;
};

// To as many digits as mean something: "84213", "12.3", "0.256".
std::string NumberText(double value);

// The value below which `percent` of `sorted` lie. 0 if it is empty.
double Percentile(const std::vector<double>& sorted, double percent);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_FIGURES_H_
