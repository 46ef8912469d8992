// What the log would come to if an entry were appended, without appending it.

#ifndef CHASQUI_STORAGE_FORESIGHT_H_
#define CHASQUI_STORAGE_FORESIGHT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/kv.h"
#include "sync/entry.h"
#include "sync/outcome.h"
#include "sync/survey.h"

namespace chasqui::storage {

// What would become of the change in quarantine if `release` were appended to
// what `snapshot` and `survey` are. REQUIRES: the change is in quarantine
// there. Errors: the snapshot's.
absl::StatusOr<Outcome> Foresee(const std::shared_ptr<const KvReader>& snapshot,
                                const Keys& keys, const Survey& survey,
                                const QuarantineReleased& release);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_FORESIGHT_H_
