// How many bytes a whole sync takes: the real device and the real server, over
// gRPC, with all that HTTP/2 says; what TCP and IP add is left out.

#ifndef CHASQUI_TESTS_BENCHMARKS_WIRE_SYNCS_H_
#define CHASQUI_TESTS_BENCHMARKS_WIRE_SYNCS_H_

#include <string>

#include "absl/status/status.h"
#include "tests/benchmarks/figures.h"
#include "tests/benchmarks/wire_records.h"

namespace chasqui::benchmarks {

// Adds sync_empty_bytes, of a device that follows a thousand buckets and has
// nothing to say nor to learn, and sync_one_edit_bytes, of the same with one
// answer changed; both ways together, on a stream that is open. The limit is
// what a message without contents takes each way. Notes the same by unary
// calls.
//
// Errors: what keeps the server from running or the device from syncing.
absl::Status MeasureSyncs(const std::string& xform, const WireForm& form,
                          const WireRecords& records, Figures& figures);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_WIRE_SYNCS_H_
