// How long a device keeps its own changes (rules 7 and 8).

#ifndef CHASQUI_CLIENT_HELD_H_
#define CHASQUI_CLIENT_HELD_H_

#include <optional>

#include "client/local_state.h"
#include "sync/lineage.h"

namespace chasqui::client {

// Whether what the device has covers the change: its copy of the record was
// current at the change's seq or later; or it has no copy although everything
// up to there has arrived and agrees: the record is not in its scope.
bool IsCovered(const StoredChange& change,
               const std::optional<StoredRecord>& copy,
               const SurveyState& state, const Lineage& lineage);

// Whether a covered change may be forgotten: it is durable, and nobody still
// has to decide about it.
bool IsSettled(const StoredChange& change, const SurveyState& state,
               const Lineage& lineage);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_HELD_H_
