// Whether a caller may do something in a survey, and on which records: the one
// place where this is decided, by the table in roles.h.

#ifndef CHASQUI_SERVER_ACCESS_GRANT_H_
#define CHASQUI_SERVER_ACCESS_GRANT_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access/roles.h"
#include "sync/record.h"
#include "sync/survey.h"

namespace chasqui::access {

// Who calls, as far as is known. Made by an Authenticator.
struct Caller {
  // Whoever runs the server: an owner of everything. May also act in the name
  // of `person`, with that person's rights then.
  bool operates = false;
  std::string person;  // empty: the operator
  // Of the organisation: may create surveys.
  bool owns = false;
  // What a key is good for, of what its person may do; nullopt: all of it.
  std::optional<std::set<Right>> scopes;
};

// A device that calls, as far as is known.
struct CallingDevice {
  std::string name;
  // Whose it is. Empty: of whoever it says.
  std::string person;
  // It gets nothing, and what it sends waits in quarantine.
  bool locked = false;
  // It is told to forget everything.
  bool wipe = false;
  // It is let in no more: what it made before may still be carried in.
  bool out = false;
  // A new token for it, and until when it is good; empty: it has a good one.
  std::string renewed;
  std::int64_t renewed_until_ms = 0;
};

// What a caller may do. A value.
class Grant {
 public:
  Grant(std::string person, Reach reach, std::vector<std::string> areas)
      : person_(std::move(person)), reach_(reach), areas_(std::move(areas)) {}

  // In whose name. Empty: the operator, of whom the log knows nothing.
  const std::string& person() const { return person_; }
  bool has_all() const { return reach_ == Reach::kAll; }

  bool Has(const Record& record) const;
  // Of what is in a bucket: an area's, or a person's.
  bool Has(const Bucket& bucket) const;

  // OK, or NotFound as for a record that is not there: whoever may not see one
  // learns nothing about it.
  absl::Status Check(const Record& record) const;

 private:
  std::string person_;
  Reach reach_ = Reach::kNothing;
  std::vector<std::string> areas_;  // with those below; sorted
};

// Unauthenticated: nobody is named who could have the right. PermissionDenied:
// they have it not, and who has.
absl::StatusOr<Grant> Authorize(const Caller& caller, const Survey& survey,
                                Right right);

// As Authorize(), of what is done in somebody's name.
absl::StatusOr<Grant> AuthorizePerson(const Caller& caller,
                                      const Survey& survey, Right right);

// Whether `caller` owns the organisation, or runs the server.
absl::Status AuthorizeOwner(const Caller& caller);

// Whether `caller` may create a survey of that configuration: an owner of the
// organisation, or, where names are believed, whom it names as owner.
absl::Status AuthorizeCreation(const Caller& caller,
                               const SurveyConfig& config);

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_GRANT_H_
