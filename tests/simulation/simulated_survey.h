// The survey of the simulation: the households', of whose answers some are
// personal.

#ifndef CHASQUI_TESTS_SIMULATION_SIMULATED_SURVEY_H_
#define CHASQUI_TESTS_SIMULATION_SIMULATED_SURVEY_H_

#include <cstdint>
#include <string>

#include "sync/config.h"
#include "sync/ids.h"

namespace chasqui::testing {

// Personal are a text in a pair, one under review, and one in a roster.
SurveyConfig SimulatedConfig();
bool IsPersonal(std::uint32_t field);

// What every personal answer begins with; and those about one record do. So
// that whoever looks for them finds them, wherever they are.
inline constexpr char kPersonalMark[] = "personal ";
std::string PersonalMarkOf(const RecordId& record);

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_SIMULATED_SURVEY_H_
