#include "sync/decimal.h"

#include <charconv>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "sync/value.h"

namespace chasqui {
namespace {

bool AllDigits(std::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

struct Parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
};

// Splits "-12.5" into sign, "12" and "5".
Parts Split(std::string_view text) {
  Parts parts;
  if (text.starts_with('-')) {
    parts.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t dot = text.find('.');
  parts.whole = text.substr(0, dot);
  if (dot != std::string_view::npos) parts.fraction = text.substr(dot + 1);
  return parts;
}

int CompareMagnitudes(const Parts& a, const Parts& b) {
  if (a.whole.size() != b.whole.size()) {
    return a.whole.size() < b.whole.size() ? -1 : 1;
  }
  if (const int whole = a.whole.compare(b.whole); whole != 0) return whole;
  // Without trailing zeros, fractions order as text does.
  return a.fraction.compare(b.fraction);
}

// Takes "e-5" off the end of `text`. Nullopt if there is an e but no number.
std::optional<int> TakeExponent(std::string_view& text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos) return 0;
  std::string_view digits = text.substr(e + 1);
  text = text.substr(0, e);
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return std::nullopt;
  }
  int exponent = 0;
  const char* const end = digits.data() + digits.size();
  const auto [last, error] = std::from_chars(digits.data(), end, exponent);
  if (digits.empty() || error != std::errc() || last != end) {
    return std::nullopt;
  }
  return exponent;
}

}  // namespace

bool IsCanonicalDecimal(std::string_view text) {
  if (text.size() > kDecimalCharsMax) return false;
  const bool has_dot = text.find('.') != std::string_view::npos;
  const Parts parts = Split(text);
  if (parts.whole.empty() || !AllDigits(parts.whole)) return false;
  if (parts.whole.size() > 1 && parts.whole.front() == '0') return false;
  if (has_dot != !parts.fraction.empty()) return false;
  if (!AllDigits(parts.fraction)) return false;
  if (parts.fraction.ends_with('0')) return false;
  return !(parts.negative && parts.whole == "0" && parts.fraction.empty());
}

std::optional<std::string> CanonicalDecimal(std::string_view text) {
  const std::optional<int> exponent = TakeExponent(text);
  if (!exponent.has_value()) return std::nullopt;
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  const Parts parts = Split(text);
  if (parts.whole.empty() && parts.fraction.empty()) return std::nullopt;
  if (!AllDigits(parts.whole) || !AllDigits(parts.fraction)) {
    return std::nullopt;
  }
  constexpr auto kMax = static_cast<std::int64_t>(kDecimalCharsMax);
  std::string digits = std::string(parts.whole) + std::string(parts.fraction);
  // Digits before the point, once the exponent has moved it.
  std::int64_t point =
      static_cast<std::int64_t>(parts.whole.size()) + *exponent;
  const std::size_t zeros = digits.find_first_not_of('0');
  if (zeros == std::string::npos) return "0";
  digits.erase(0, zeros);
  point -= static_cast<std::int64_t>(zeros);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (point > kMax || point < -kMax) return std::nullopt;
  if (point <= 0) {
    digits.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  const auto whole = static_cast<std::size_t>(point);
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  if (digits.size() > whole) digits.insert(whole, 1, '.');
  if (parts.negative) digits.insert(0, 1, '-');
  if (digits.size() > kDecimalCharsMax) return std::nullopt;
  return digits;
}

int CompareDecimals(std::string_view a, std::string_view b) {
  const Parts left = Split(a);
  const Parts right = Split(b);
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  const int order = CompareMagnitudes(left, right);
  return left.negative ? -order : order;
}

}  // namespace chasqui
