#include "export/personal_answers.h"

#include <array>

namespace chasqui::exporting {
namespace {

constexpr std::array kPersonal = {PersonalAnswers::kNone,
                                  PersonalAnswers::kPseudonyms,
                                  PersonalAnswers::kClear};

}  // namespace

std::string_view ToText(PersonalAnswers personal) {
  switch (personal) {
    case PersonalAnswers::kNone:
      return "none";
    case PersonalAnswers::kPseudonyms:
      return "pseudonyms";
    case PersonalAnswers::kClear:
      return "clear";
  }
  return "unknown";
}

std::optional<PersonalAnswers> ParsePersonalAnswers(std::string_view text) {
  for (const PersonalAnswers personal : kPersonal) {
    if (ToText(personal) == text) return personal;
  }
  return std::nullopt;
}

}  // namespace chasqui::exporting
