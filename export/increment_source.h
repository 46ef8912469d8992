// An increment of a survey's tables, as it comes: straight from a snapshot, or
// over the wire.

#ifndef CHASQUI_EXPORT_INCREMENT_SOURCE_H_
#define CHASQUI_EXPORT_INCREMENT_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "export/batch.h"
#include "sync/ids.h"
#include "sync/lineage.h"

namespace chasqui::exporting {

// What is wanted.
struct IncrementRequest {
  // Records that changed past it, those that are gone too. None: every record
  // that is not gone.
  std::optional<Position> since;
  // Which increment of a chain it is to be, for the column _increment.
  std::uint64_t number = 1;
  // These as well, whether they changed or not: as gone, where there is none.
  // Sorted.
  std::vector<RecordId> also;
  // With the table of every write.
  bool history = true;
};

// What came.
struct IncrementSummary {
  // What `since` counted as in the log that was read: its records past that
  // came.
  Seq from = 0;
  Position to;      // up to where everything came
  Lineage lineage;  // of the log that was read
};

// Thread-compatible.
class IncrementSource {
 public:
  virtual ~IncrementSource() = default;

  // The tables there are, of all forms. In the same order for as long as no
  // table is new.
  virtual const std::vector<TableSchema>& tables() const = 0;
  // The next rows, of one of the tables; they are good until the next call.
  // Nullptr: everything has come. Of a record, its row in its form's table and
  // all that belongs to it come once.
  virtual absl::StatusOr<const Batch*> Next() = 0;
  // REQUIRES: Next() has said that everything came.
  virtual const IncrementSummary& summary() const = 0;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INCREMENT_SOURCE_H_
