// Tables for people: columns as wide as they need to be.

#ifndef CHASQUI_SERVER_COMMANDS_TABLE_H_
#define CHASQUI_SERVER_COMMANDS_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace chasqui::commands {

class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}

  // REQUIRES: as many cells as the header has.
  void Add(std::vector<std::string> cells) {
    rows_.push_back(std::move(cells));
  }

  // All of it, with line ends. Columns of numbers
  // alone stand to the right.
  std::string ToText() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// "2014-04-02 10:30:15Z"; empty for 0.
std::string MomentText(std::int64_t utc_ms);

// What is printed stays on a terminal: control characters come out as '?'.
std::string Printable(const std::string& text);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_TABLE_H_
