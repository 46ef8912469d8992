// A survey as its administrative entries have made it: small, read by every
// change, always in memory.

#ifndef CHASQUI_SYNC_SURVEY_H_
#define CHASQUI_SYNC_SURVEY_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "sync/config.h"
#include "sync/entry.h"
#include "sync/form/form.h"
#include "sync/form/numbering.h"
#include "sync/ids.h"
#include "sync/lineage.h"
#include "sync/record.h"
#include "sync/schema.h"

namespace chasqui {

// A person, with what they had before. Nobody is ever forgotten: a change may
// arrive years after its author has left.
struct Member {
  Role role = Role::kNone;
  // Every area they stand for, with those below.
  std::vector<std::string> areas;  // sorted
  Seq left = 0;                    // when they stopped being of the survey
  // Areas they had once, and when each was last taken from them.
  std::map<std::string, Seq> lost;
};

// A form version. Its number is its place in Survey::forms plus one.
struct PublishedForm {
  Form form;
  Seq seq = 0;
};

// Thread-compatible.
struct Survey {
  std::string name;
  std::uint32_t rules_version = 0;  // 0: not created yet
  SurveyConfig config;
  std::map<std::string, Member, std::less<>> members;
  std::set<std::string, std::less<>> area_codes;
  std::vector<PublishedForm> forms;
  Numbering numbering;
  Schema schema;  // of all form versions together
  Lineage lineage;
  Seq head = 0;                  // the last entry applied
  std::int64_t received_ms = 0;  // its time

  // The area codes at and below `code`, sorted.
  std::vector<std::string> AreasBelow(std::string_view code) const;
  bool HasArea(std::string_view code) const;
  const Member* FindMember(std::string_view person) const;
};

// Applies an administrative entry (created, opened, configuration, form). The
// same entries in the same order make the same survey, everywhere.
//
// Errors: InvalidArgument if the entry could never have been appended
// (CheckEntry refuses it); FailedPrecondition if it asks for rules this
// binary does not know.
absl::Status ApplyToSurvey(const LogEntry& entry, Survey& survey);

// Whether an administrative entry may be appended to `survey`'s log.
// InvalidArgument or AlreadyExists says what is wrong with it: a malformed
// configuration, a policy that its field's type cannot have or that differs
// from the one the field was published with, a form version published before.
absl::Status CheckEntry(const LogEntry& entry, const Survey& survey);

// The buckets a person's devices may see now: their own, and those of their
// areas. Sorted. Empty for people without a part in collecting.
std::vector<Bucket> ScopeOf(const Survey& survey, std::string_view person);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_SURVEY_H_
