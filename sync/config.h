// A survey's configuration: who works on it, where, and how conflicts are
// decided. Kept in the log as a whole, each time it changes.

#ifndef CHASQUI_SYNC_CONFIG_H_
#define CHASQUI_SYNC_CONFIG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace chasqui {

// Numbers reach disk and wire: never change one.
enum class Role : std::uint8_t {
  kNone = 0,
  kOwner = 1,
  kSurveyManager = 2,
  kSupervisor = 3,
  kEnumerator = 4,
  kRespondent = 5,
  kRegister = 6,  // what a register brought; nobody's name
  kAnalyst = 7,
  kExporter = 8,
};
std::string_view ToText(Role role);
Role ParseRole(std::string_view text);  // kNone if unknown.

// Whose word counts more under the policy `role`: 3 for owner, survey manager
// and supervisor, 2 for enumerator, 1 for respondent, 0 for the register and
// everybody else.
int Rank(Role role);
inline bool Supervises(Role role) { return Rank(role) == 3; }

// How a field with several live writes is decided (policy.h). Numbers reach
// disk and wire: never change one.
enum class Policy : std::uint8_t {
  kDefault = 0,
  kLatest = 1,
  kFirst = 2,
  kRole = 3,
  kMax = 4,
  kMin = 5,
  kUnion = 6,
  kAppend = 7,
  kReview = 8,
};
std::string_view ToText(Policy policy);
Policy ParsePolicy(std::string_view text);  // kDefault if unknown.

struct Person {
  std::string name;
  Role role = Role::kNone;
  // Codes of areas; each stands for itself and all below it. An owner and a
  // survey manager have all areas, whatever is said here.
  std::vector<std::string> areas;

  friend bool operator==(const Person&, const Person&) = default;
};

struct Area {
  std::string code;
  std::string name;
  std::string parent;  // Empty: a root.
  // How many finished records there shall be, here and below. 0: as many as
  // those below it want together.
  std::uint32_t target = 0;

  friend bool operator==(const Area&, const Area&) = default;
};

struct FieldPolicy {
  // As in the form: groups and repeats, '/', no root. At most kPathBytesMax
  // (form/limits.h).
  std::string path;
  Policy policy = Policy::kDefault;

  friend bool operator==(const FieldPolicy&, const FieldPolicy&) = default;
};

struct SurveyConfig {
  std::string title;
  // In which days are counted (rules: Apply reads no time zone database).
  std::int32_t utc_offset_minutes = 0;
  // "No backup: accepted is durable" (rules 8).
  bool accepted_is_durable = false;
  bool closed = false;  // Changes of devices go to quarantine.
  std::vector<Person> people;
  std::vector<Area> areas;  // Parents before children.
  std::vector<FieldPolicy> policies;
  // Paths of the fields whose answers are personal: sealed from the log on, by
  // a key of each record's own (personal/record_key.h). Settled, as a policy
  // is, when a field is first published.
  std::vector<std::string> personal;
  // A record is erased so many days after the last change to it, whether that
  // was applied or, of one that never came to be, was not. 0: never.
  std::uint32_t retention_days = 0;

  friend bool operator==(const SurveyConfig&, const SurveyConfig&) = default;
};

inline constexpr std::size_t kPeopleMax = 100'000;
inline constexpr std::size_t kAreasMax = 200'000;
inline constexpr std::size_t kPoliciesMax = 100'000;  // personal fields too
inline constexpr std::uint32_t kRetentionDaysMax = 36'500;
inline constexpr std::size_t kNameBytesMax = 64;
inline constexpr std::size_t kTitleBytesMax = 1024;  // of an area's name too

// Whether `name` can name a survey, a person, a device or an area: 1 to 64
// bytes, letters, digits, '-', '_', '.' and '@'; other characters of Unicode
// too, but no control character (C0 or C1) and no no-break space. Not "." or
// "..".
bool IsName(std::string_view name);

// OK, or InvalidArgument naming the entry that is wrong: duplicate or
// malformed names, unknown parents, cycles, areas nobody declared or one person
// has twice, roles and policies not known here, a personal field decided by its
// value, limits.
absl::Status CheckConfig(const SurveyConfig& config);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_CONFIG_H_
