// What each role may do: the one table. `chasqui roles` prints it; Authorize()
// (grant.h) asks it; whatever is not in it is denied.

#ifndef CHASQUI_SERVER_ACCESS_ROLES_H_
#define CHASQUI_SERVER_ACCESS_ROLES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sync/config.h"

namespace chasqui::access {

// What somebody may do in a survey.
enum class Right : std::uint8_t {
  kSync,
  kSeeSurvey,
  kSeeProgress,
  kSeeRecords,
  kJudgeRecords,
  kAssign,
  kDelete,
  kJudgeQuarantine,
  kExport,
  kSeed,
  kImportRegister,
  kConfigure,
  kPublishForms,
  kCreateSurveys,
  kErase,
  kSeePersonal,
};

// On which records.
enum class Reach : std::uint8_t {
  kNothing,
  kOwn,    // assigned to them
  kAreas,  // in their areas, or assigned to them
  kAll,
};

// The columns.
inline constexpr std::array<Role, 7> kRolesInOrder = {
    Role::kOwner,      Role::kSurveyManager, Role::kSupervisor,
    Role::kEnumerator, Role::kRespondent,    Role::kAnalyst,
    Role::kExporter};

struct RightRow {
  Right right;
  std::string_view word;  // as scopes of keys name it
  std::string_view does;  // "may …"
  std::array<Reach, kRolesInOrder.size()> reach;
};

// In the order of Right. Progress is counts, and so of the whole survey. An
// analyst exports, and sees no single record.
inline constexpr std::array<RightRow, 16> kRights = [] {
  using enum Reach;
  return std::array<RightRow, 16>{{
      // clang-format off
      //                                                                                      owner     manager   supervis. enumer.   respond.  analyst   exporter
      {Right::kSync,            "sync",        "collect on a device",                        {kAll,     kAll,     kAreas,   kAreas,   kOwn,     kNothing, kNothing}},
      {Right::kSeeSurvey,       "see-survey",  "see the survey's configuration and forms",   {kAll,     kAll,     kAll,     kNothing, kNothing, kAll,     kAll}},
      {Right::kSeeProgress,     "see-progress","see progress",                               {kAll,     kAll,     kAll,     kNothing, kNothing, kAll,     kNothing}},
      {Right::kSeeRecords,      "see-records", "see records, their history and conflicts",   {kAll,     kAll,     kAreas,   kNothing, kNothing, kNothing, kNothing}},
      {Right::kJudgeRecords,    "judge",       "decide conflicts, approve and return",       {kAll,     kAll,     kAreas,   kNothing, kNothing, kNothing, kNothing}},
      {Right::kAssign,          "assign",      "assign records",                             {kAll,     kAll,     kAreas,   kNothing, kNothing, kNothing, kNothing}},
      {Right::kDelete,          "delete",      "delete and restore records",                 {kAll,     kAll,     kAreas,   kNothing, kNothing, kNothing, kNothing}},
      {Right::kJudgeQuarantine, "quarantine",  "see quarantine, release and reject",         {kAll,     kAll,     kAreas,   kNothing, kNothing, kNothing, kNothing}},
      {Right::kExport,          "export",      "export",                                     {kAll,     kAll,     kNothing, kNothing, kNothing, kAll,     kAll}},
      {Right::kSeed,            "seed",        "make starting files",                        {kAll,     kAll,     kAreas,   kNothing, kNothing, kNothing, kNothing}},
      {Right::kImportRegister,  "register",    "load registers",                             {kAll,     kAll,     kNothing, kNothing, kNothing, kNothing, kNothing}},
      {Right::kConfigure,       "configure",   "change the survey, its people and areas",    {kAll,     kAll,     kNothing, kNothing, kNothing, kNothing, kNothing}},
      {Right::kPublishForms,    "publish",     "publish forms",                              {kAll,     kAll,     kNothing, kNothing, kNothing, kNothing, kNothing}},
      {Right::kCreateSurveys,   "create",      "create surveys",                             {kAll,     kNothing, kNothing, kNothing, kNothing, kNothing, kNothing}},
      {Right::kErase,           "erase",       "erase personal answers, for good",           {kAll,     kAll,     kNothing, kNothing, kNothing, kNothing, kNothing}},
      {Right::kSeePersonal,     "see-personal","export personal answers in the clear",       {kAll,     kAll,     kNothing, kNothing, kNothing, kNothing, kNothing}},
      // clang-format on
  }};
}();

Reach ReachOf(Role role, Right right);

// Whether it is written down when somebody makes use of it: of collecting, the
// log of the survey tells; counts and configuration are about nobody.
constexpr bool IsAudited(Right right) {
  return right != Right::kSync && right != Right::kSeeProgress &&
         right != Right::kSeeSurvey;
}

// nullopt: there is none of that name.
std::optional<Right> RightNamed(std::string_view word);

// "owner, survey manager or supervisor": those who have `right`.
std::string WhoMay(Right right);

// "survey manager": as people read it.
std::string Spoken(Role role);

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_ROLES_H_
