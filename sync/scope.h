// Whose records a change may write (rules 7: work done under an old scope is
// accepted if its base precedes the revocation).

#ifndef CHASQUI_SYNC_SCOPE_H_
#define CHASQUI_SYNC_SCOPE_H_

#include <string_view>

#include "sync/change.h"
#include "sync/record.h"
#include "sync/survey.h"

namespace chasqui {

// Whether `person`, having seen the log up to `base`, may write `record`: it
// is in a bucket of theirs, or was when they saw it; each bucket is theirs, or
// was. Owners and survey managers may write all.
bool MayWrite(std::string_view person, const Record& record,
              const Survey& survey, Seq base);

// Whether the person of `change` may create the record: where it puts it is
// theirs.
bool MayCreate(const Change& change, const Survey& survey, Seq base);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_SCOPE_H_
