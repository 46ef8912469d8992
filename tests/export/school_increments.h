// What an increment of the school survey brings.

#ifndef CHASQUI_TESTS_EXPORT_SCHOOL_INCREMENTS_H_
#define CHASQUI_TESTS_EXPORT_SCHOOL_INCREMENTS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "export/increment.h"
#include "tests/export/school_survey.h"
#include "tests/export/taken.h"

namespace chasqui::exporting {

inline testing::Taken Take(const testing::SchoolSurvey& survey,
                           IncrementRequest request = {}) {
  Increment increment(survey.Read(), std::move(request),
                      PersonalAnswers::kNone);
  return testing::TakeAll(increment);
}

inline IncrementRequest Since(const Position& position) {
  IncrementRequest request;
  request.since = position;
  request.number = 2;
  return request;
}

// What a person does to a school that is there: `ops`, having seen everything.
inline ChangeAnswer EditSchool(testing::SchoolSurvey& survey,
                               std::uint8_t school, std::vector<Op> ops) {
  Change change = survey.Edit("amina", testing::School(school), survey.Head());
  change.ops = std::move(ops);
  return survey.Deliver("t", change);
}

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_SCHOOL_INCREMENTS_H_
