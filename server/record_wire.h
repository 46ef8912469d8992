// Records, their history and conflicts as people get them (record_service
// .proto).

#ifndef CHASQUI_SERVER_RECORD_WIRE_H_
#define CHASQUI_SERVER_RECORD_WIRE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/record_service.pb.h"
#include "export/conflicts.h"
#include "sync/change.h"
#include "sync/reader.h"
#include "sync/record.h"

namespace chasqui::server {

absl::StatusOr<v1::RecordSummary> SummaryToWire(const Reader& reader,
                                                const Record& record);

// Everything of GetRecordResponse.
absl::Status RecordToWire(const Reader& reader, const Record& record,
                          v1::GetRecordResponse& response);

v1::Conflict ConflictToWire(const Survey& survey, const RecordId& record,
                            const exporting::Conflict& conflict);

// The writes of a change, with what became of each by `outcome`.
void WritesToWire(const Survey& survey, const Change& change,
                  const Outcome& outcome,
                  google::protobuf::RepeatedPtrField<v1::HistoryWrite>& writes);

v1::Authorship AuthorshipToWire(Seq seq, const EntryInfo& info);

v1::Outcome OutcomeToWire(const Outcome& outcome);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_RECORD_WIRE_H_
