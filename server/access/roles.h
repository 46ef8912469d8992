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

namespace table {

inline constexpr Reach kNo = Reach::kNothing;
inline constexpr Reach kOwn = Reach::kOwn;
inline constexpr Reach kArea = Reach::kAreas;
inline constexpr Reach kAll = Reach::kAll;

}  // namespace table

// In the order of Right. Progress is counts, and so of the whole survey. An
// analyst exports, and sees no single record.
inline constexpr std::array<RightRow, 14> kRights = {{
    // clang-format off
    //                                                                      owner       manager     supervisor    enumerator    respondent   analyst     exporter
    {Right::kSync,            "sync",          "collect on a device",                       {table::kAll, table::kAll, table::kArea, table::kArea, table::kOwn, table::kNo,  table::kNo}},
    {Right::kSeeSurvey,       "see-survey",    "see the survey's configuration and forms",  {table::kAll, table::kAll, table::kAll,  table::kNo,   table::kNo,  table::kAll, table::kAll}},
    {Right::kSeeProgress,     "see-progress",  "see progress",                              {table::kAll, table::kAll, table::kAll,  table::kNo,   table::kNo,  table::kAll, table::kNo}},
    {Right::kSeeRecords,      "see-records",   "see records, their history and conflicts",  {table::kAll, table::kAll, table::kArea, table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kJudgeRecords,    "judge",         "decide conflicts, approve and return",      {table::kAll, table::kAll, table::kArea, table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kAssign,          "assign",        "assign records",                            {table::kAll, table::kAll, table::kArea, table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kDelete,          "delete",        "delete and restore records",                {table::kAll, table::kAll, table::kArea, table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kJudgeQuarantine, "quarantine",    "see quarantine, release and reject",        {table::kAll, table::kAll, table::kArea, table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kExport,          "export",        "export",                                    {table::kAll, table::kAll, table::kNo,   table::kNo,   table::kNo,  table::kAll, table::kAll}},
    {Right::kSeed,            "seed",          "make starting files",                       {table::kAll, table::kAll, table::kArea, table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kImportRegister,  "register",      "load registers",                            {table::kAll, table::kAll, table::kNo,   table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kConfigure,       "configure",     "change the survey, its people and areas",   {table::kAll, table::kAll, table::kNo,   table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kPublishForms,    "publish",       "publish forms",                             {table::kAll, table::kAll, table::kNo,   table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    {Right::kCreateSurveys,   "create",        "create surveys",                            {table::kAll, table::kNo,  table::kNo,   table::kNo,   table::kNo,  table::kNo,  table::kNo}},
    // clang-format on
}};

Reach ReachOf(Role role, Right right);

// nullopt: there is none of that name.
std::optional<Right> RightNamed(std::string_view word);

// "owner, survey manager or supervisor": those who have `right`.
std::string WhoMay(Right right);

// "survey manager": as people read it.
std::string Spoken(Role role);

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_ROLES_H_
