#include "server/commands/table.h"

#include <algorithm>
#include <string_view>

#include "absl/time/time.h"

namespace chasqui::commands {
namespace {

// Characters, by counting the bytes that begin one.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool IsNumber(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789.,%") == std::string_view::npos;
}

// Which columns hold nothing but numbers, below the header.
std::vector<bool> NumberColumns(
    const std::vector<std::vector<std::string>>& rows) {
  std::vector<bool> numbers(rows.front().size(), rows.size() > 1);
  for (std::size_t row = 1; row < rows.size(); ++row) {
    for (std::size_t i = 0; i < rows[row].size(); ++i) {
      numbers[i] = numbers[i] && IsNumber(rows[row][i]);
    }
  }
  return numbers;
}

}  // namespace

std::string Table::ToText() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Width(row[i]));
    }
  }
  const std::vector<bool> numbers = NumberColumns(rows_);
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blanks(widths[i] - Width(row[i]), ' ');
      if (i > 0) line += "  ";
      line += numbers[i] ? blanks + row[i] : row[i] + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string MomentText(std::int64_t utc_ms) {
  if (utc_ms == 0) return {};
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixMillis(utc_ms),
                          absl::UTCTimeZone());
}

std::string Printable(const std::string& text) {
  std::string out = text;
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return out;
}

}  // namespace chasqui::commands
