// Values as people, registers and exports write them.

#ifndef CHASQUI_SYNC_VALUE_TEXT_H_
#define CHASQUI_SYNC_VALUE_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "sync/form/form.h"
#include "sync/value.h"

namespace chasqui {

// The number of a choice by its code; nullopt if the field has no such choice.
using ChoiceNumbers =
    absl::FunctionRef<std::optional<std::uint32_t>(std::string_view code)>;
// The code of a choice by its number; nullptr if there is none.
using ChoiceCodes = absl::FunctionRef<const std::string*(std::uint32_t number)>;

// Reads `text` as the value of a field of `type`:
//
//   text         as it is
//   integer      [+-]digits; "12.0" and "1.2e1" too: what is whole, is whole
//   decimal      any decimal notation, kept exactly (decimal.h)
//   date         2014-04-02; a time after it ("T…") is refused
//   time         10:30[:15[.250]][Z|+01:00]
//   date-time    2014-04-02T10:30[:15[.250]](Z|+01:00)
//   point        lat lon[ alt[ accuracy]], decimals
//   line, area   points separated by ';'; an area that is not closed is closed
//   choice       its code
//   attachment   sha256hex:size:media/type
//
// A select-multiple is not one value: see ParseChoices. InvalidArgument says
// what is wrong, without repeating the text (it may be personal).
absl::StatusOr<Value> ParseValue(FieldType type, std::string_view text,
                                 ChoiceNumbers choices);

// The numbers of the codes in `text`, separated by white space; sorted.
absl::StatusOr<std::vector<std::uint32_t>> ParseChoices(std::string_view text,
                                                        ChoiceNumbers choices);

// The inverse: one spelling, which ParseValue reads back to the same value.
// Cleared and not relevant are empty, and what is sealed. A choice without a
// code is "#NUMBER".
//
// REQUIRES: CheckValue(value) is OK.
std::string FormatValue(const Value& value, ChoiceCodes choices);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_VALUE_TEXT_H_
