// What an export has of personal answers.

#ifndef CHASQUI_EXPORT_PERSONAL_ANSWERS_H_
#define CHASQUI_EXPORT_PERSONAL_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace chasqui::exporting {

enum class PersonalAnswers : std::uint8_t {
  kNone,        // no columns for them
  kPseudonyms,  // texts that stand for them
  kClear,
};

// "none", "pseudonyms", "clear".
std::string_view ToText(PersonalAnswers personal);
std::optional<PersonalAnswers> ParsePersonalAnswers(std::string_view text);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_PERSONAL_ANSWERS_H_
