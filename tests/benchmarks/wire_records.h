// Real schools as the changes in which a device would have made them, and edits
// of them.

#ifndef CHASQUI_TESTS_BENCHMARKS_WIRE_RECORDS_H_
#define CHASQUI_TESTS_BENCHMARKS_WIRE_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/device_form.h"
#include "sync/change.h"
#include "sync/form/form.h"
#include "sync/form/numbering.h"
#include "sync/wire/batch.h"
#include "tests/benchmarks/census_csv.h"

namespace chasqui::benchmarks {

// The form, as both ends have it.
struct WireForm {
  Form form;
  Numbering numbering;
  client::DeviceForm device;  // version 1
  wire::Layouts layouts;
};
absl::StatusOr<WireForm> ReadWireForm(const std::string& xform);

// What one enumerator filled in one area, in one batch.
struct WireBatch {
  std::string area;
  wire::Conversation conversation;
  std::vector<Change> changes;
  std::vector<std::string> rows;  // their canonical forms
};

struct WireRecords {
  std::vector<std::string> columns;  // of the answers that count, as released
  std::vector<WireBatch> training;   // by other enumerators, in other areas
  std::vector<WireBatch> tested;
};

// Areas with fewer schools are not looked at, and of none more.
inline constexpr std::size_t kBatchRecords = 50;

// Creations of the schools in `csv`, a batch of kBatchRecords an area: of five
// areas two are trained from. Left out are the columns that are computed from
// others, ids, and what the area says by itself. InvalidArgument if there are
// too few areas.
absl::StatusOr<WireRecords> MakeWireRecords(const CensusCsv& csv,
                                            const WireForm& form);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_WIRE_RECORDS_H_
