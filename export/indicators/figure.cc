#include "export/indicators/figure.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "sync/base/check.h"

namespace chasqui::exporting {

std::string Quotient(std::int64_t numerator, std::int64_t denominator,
                     std::int64_t factor, std::uint32_t decimals) {
  CHECK(denominator > 0);
  absl::int128 scaled = absl::int128(numerator) * factor;
  for (std::uint32_t i = 0; i < decimals; ++i) scaled *= 10;
  const bool negative = scaled < 0;
  if (negative) scaled = -scaled;
  absl::int128 rounded =
      (2 * scaled + denominator) / (2 * absl::int128(denominator));
  const bool zero = rounded == 0;
  // From its last digit to its first.
  std::string text;
  for (std::uint32_t i = 0; i <= decimals || rounded > 0; ++i) {
    if (i == decimals && decimals > 0) text += '.';
    text += static_cast<char>('0' + static_cast<int>(rounded % 10));
    rounded /= 10;
  }
  if (negative && !zero) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace chasqui::exporting
