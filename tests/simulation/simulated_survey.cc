#include "tests/simulation/simulated_survey.h"

#include "tests/testing/household_form.h"

namespace chasqui::testing {

SurveyConfig SimulatedConfig() {
  SurveyConfig config = HouseholdConfig();
  config.personal = {"x", "checked", "member/name"};
  return config;
}

bool IsPersonal(std::uint32_t field) {
  return field == kX || field == kChecked || field == kMemberName;
}

std::string PersonalMarkOf(const RecordId& record) {
  return kPersonalMark + ToText(record) + " ";
}

}  // namespace chasqui::testing
