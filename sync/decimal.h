// Exact decimals as text: never a binary fraction.

#ifndef CHASQUI_SYNC_DECIMAL_H_
#define CHASQUI_SYNC_DECIMAL_H_

#include <optional>
#include <string>
#include <string_view>

namespace chasqui {

// Whether `text` is a decimal in its one spelling: an optional '-', an integer
// part without leading zeros, and a '.' with digits only if there is a
// fraction, whose last digit is not zero. No "-0". At most kDecimalCharsMax.
bool IsCanonicalDecimal(std::string_view text);

// Reads "12", "12.0", "+.5", "-3e2", "1E-05" and the like, exactly. Nullopt for
// anything else ("Inf", "NaN", "", "1,5") and for what would need more than
// kDecimalCharsMax characters.
std::optional<std::string> CanonicalDecimal(std::string_view text);

// Negative, zero or positive, as a is less than, equal to or greater than b.
// REQUIRES: both are canonical.
int CompareDecimals(std::string_view a, std::string_view b);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_DECIMAL_H_
