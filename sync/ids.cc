#include "sync/ids.h"

#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "sync/base/str_cat.h"

namespace chasqui {
namespace {

constexpr std::size_t kUuidChars = 36;

bool IsDash(std::size_t index) {
  return index == 8 || index == 13 || index == 18 || index == 23;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = absl::ascii_tolower(static_cast<unsigned char>(c));
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// All of `text` as an unsigned number in `base`.
std::optional<std::uint64_t> ParseNumber(std::string_view text, int base) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc() || last != end) return std::nullopt;
  return value;
}

}  // namespace

std::string FormatUuid(std::string_view sixteen_bytes) {
  const std::string hex = absl::BytesToHexString(
      absl::string_view(sixteen_bytes.data(), sixteen_bytes.size()));
  std::string text;
  for (const char digit : hex) {
    if (IsDash(text.size())) text.push_back('-');
    text.push_back(digit);
  }
  return text;
}

std::optional<std::array<std::uint8_t, 16>> ParseUuid(std::string_view text) {
  if (text.starts_with("uuid:")) text.remove_prefix(5);
  if (text.size() != kUuidChars) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = HexDigit(text[i]);
    if (digit < 0) return std::nullopt;
    std::uint8_t& byte = bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | digit);
  }
  return bytes;
}

std::string ToText(LogName name) {
  return StrCat(absl::Hex(static_cast<std::uint64_t>(name), absl::kZeroPad16));
}

std::optional<LogName> ParseLogName(std::string_view text) {
  if (text.size() != 16) return std::nullopt;
  const auto value = ParseNumber(text, 16);
  if (!value.has_value()) return std::nullopt;
  return LogName{*value};
}

std::string ToText(const Position& position) {
  return StrCat(ToText(position.log), ":", position.seq);
}

std::optional<Position> ParsePosition(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto log = ParseLogName(text.substr(0, colon));
  const auto seq = ParseNumber(text.substr(colon + 1), 10);
  if (!log.has_value() || !seq.has_value()) return std::nullopt;
  return Position{*log, *seq};
}

}  // namespace chasqui
