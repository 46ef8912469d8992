#include "tests/benchmarks/figures.h"

#include <algorithm>
#include <cmath>

#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

double RatioOf(const Figure& figure) { return figure.value / *figure.limit; }

// What is printed of a figure, cell by cell.
std::vector<std::string> RowOf(const Figure& figure) {
  const bool limited = figure.limit.has_value() && *figure.limit > 0;
  return {figure.name,
          NumberText(figure.value),
          figure.unit,
          limited ? NumberText(*figure.limit) : "",
          limited ? NumberText(RatioOf(figure)) : "",
          figure.how};
}

}  // namespace

std::string NumberText(double value) {
  char text[64];
  const char* const format = std::abs(value) >= 100 ? "%.0f" : "%.3g";
  std::snprintf(text, sizeof text, format, value);
  return text;
}

double Percentile(const std::vector<double>& sorted, double percent) {
  if (sorted.empty()) return 0;
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::lround(last * percent / 100))];
}

void Figures::PrintTable(std::FILE* out) const {
  std::vector<std::vector<std::string>> rows = {
      {"figure", "value", "unit", "limit", "ratio", "how"}};
  for (const Figure& figure : figures_) rows.push_back(RowOf(figure));
  for (const Figure& note : notes_) rows.push_back(RowOf(note));
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  const auto width = [&widths](std::size_t i) {
    return static_cast<int>(widths[i]);
  };
  for (const auto& row : rows) {
    std::fprintf(out, "%-*s  %*s %-*s  %*s  %*s  %s\n", width(0),
                 row[0].c_str(), width(1), row[1].c_str(), width(2),
                 row[2].c_str(), width(3), row[3].c_str(), width(4),
                 row[4].c_str(), row[5].c_str());
  }
  std::fflush(out);
}

void Figures::PrintJson(std::FILE* out) const {
  for (const Figure& figure : figures_) {
    std::string line = StrCat("{\"figure\": \"", figure.name,
                              "\", \"value\": ", NumberText(figure.value),
                              ", \"unit\": \"", figure.unit, "\"");
    if (figure.limit.has_value() && *figure.limit > 0) {
      line += StrCat(", \"limit\": ", NumberText(*figure.limit),
                     ", \"ratio\": ", NumberText(RatioOf(figure)));
    }
    std::fprintf(out, "%s}\n", line.c_str());
  }
  std::fflush(out);
}

}  // namespace chasqui::benchmarks
