// What people do at the server: each act is one change in the log, made with
// what its author had seen, of no device.

#ifndef CHASQUI_SERVER_ACTS_H_
#define CHASQUI_SERVER_ACTS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/record_service.pb.h"
#include "server/access/grant.h"
#include "sync/change.h"
#include "sync/reader.h"
#include "sync/store.h"

namespace chasqui::server {

// Sixteen bytes; InvalidArgument, naming `what`, for any other length.
absl::StatusOr<RecordId> RecordIdFromWire(std::string_view bytes);
// Sixteen bytes, or none: the record itself.
absl::StatusOr<RowId> RowIdFromWire(std::string_view bytes);

// NotFound if there is no such record, or `grant` is not for it. One that was
// deleted is there.
absl::StatusOr<Record> FindRecord(const Reader& reader,
                                  const access::Grant& grant,
                                  const RecordId& id);

// Who acts on what, having seen what.
struct Actor {
  std::string person;
  RecordId record;
  Position seen;
};

// The change by which `actor`, who may, does `ops`. InvalidArgument if `seen`
// is not set, or lies in a future that this log never had.
absl::StatusOr<ChangeReceived> MakeAct(const Reader& reader, const Actor& actor,
                                       std::vector<Op> ops,
                                       std::int64_t now_ms);

// The writes by which `request` decides a field. InvalidArgument for a path the
// survey does not have, a value of the wrong type, a choice of no list.
// NotFound if the field has never been written.
absl::StatusOr<std::vector<Op>> ResolvingOps(
    const Reader& reader, const Record& record,
    const v1::ResolveConflictRequest& request);

// Appends all of `entries`, which is empty then. How many wait in quarantine.
absl::StatusOr<std::size_t> AppendAll(SurveyStore& store,
                                      std::vector<ServerEntry>& entries);

// Appends one entry, and says what became of it.
absl::StatusOr<v1::ActResult> Do(SurveyStore& store, ServerEntry entry);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_ACTS_H_
