// A small questionnaire with a field for each policy, a pair, and a roster in a
// roster: what tests of the rules work with.

#ifndef CHASQUI_TESTS_TESTING_HOUSEHOLD_FORM_H_
#define CHASQUI_TESTS_TESTING_HOUSEHOLD_FORM_H_

#include <cstdint>
#include <string>

#include "sync/config.h"
#include "sync/form/form.h"

namespace chasqui::testing {

// Numbers of the household form's fields, as a survey gives them that
// publishes it first.
//
//   x, y      texts under `latest`; y's constraint mentions x: a pair
//   z         a text under `latest`, in no pair
//   found     text, `first`          said      text, `role`
//   most      integer, `max`         least     decimal, `min`
//   notes     text, `append`         checked   text, `review`
//   water     choice, `latest`       assets    select-multiple, `union`
//   total     integer: calculate="sum(member/age)", a pair with every row
//   member/name, member/age          a roster; they are a pair in one row
//   member/job/title                 a roster in each of its rows
enum HouseholdField : std::uint32_t {
  kX = 32,
  kY,
  kZ,
  kFound,
  kSaid,
  kMost,
  kLeast,
  kNotes,
  kChecked,
  kWater,
  kAssets,
  kTotal,
  kMemberName,
  kMemberAge,
  kJobTitle,
  // Only in the second version.
  kRemark,
};

inline constexpr std::uint32_t kMemberRepeat = 1;
inline constexpr std::uint32_t kJobRepeat = 2;
// Choices of `water` and `assets`.
inline constexpr std::uint32_t kChoiceA = 1;
inline constexpr std::uint32_t kChoiceB = 2;
inline constexpr std::uint32_t kChoiceC = 3;

// `version` 1, or 2 with one more field. REQUIRES: one of these.
Form HouseholdForm(int version = 1);

// A survey that is worked in two districts of a region:
//
//   region/          owner    olga
//     north, south   supervisor sam (both); enumerators ama (north),
//                    ben (south), eva (both); respondent rosa (north)
//
// with the policies above.
SurveyConfig HouseholdConfig();

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_TESTING_HOUSEHOLD_FORM_H_
