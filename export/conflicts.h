// The conflicts of a record: fields with several live writes of different
// value, with who wrote what.

#ifndef CHASQUI_EXPORT_CONFLICTS_H_
#define CHASQUI_EXPORT_CONFLICTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "export/answer.h"
#include "sync/ids.h"
#include "sync/reader.h"
#include "sync/record.h"
#include "sync/schema.h"

namespace chasqui::exporting {

// A live write, and the change it came with.
struct CompetingWrite {
  Answer answer;
  Seq seq = 0;
  EntryInfo by;
};

struct Conflict {
  FieldAddress at;
  const FieldSchema* field = nullptr;  // of the reader's survey
  CompetingWrite shown;
  std::vector<CompetingWrite> losers;  // in the order of the field's list
  // It waits for a person: under `review`, or its record is marked. Else its
  // policy has decided it.
  bool open = false;
  // Decided by time, although either may have been the later.
  bool uncertain = false;
};

// By row (the record itself first), field and choice. Writes that say the same
// as the one shown are no losers.
absl::StatusOr<std::vector<Conflict>> ConflictsOf(const Reader& reader,
                                                  const Record& record,
                                                  const std::vector<Row>& rows);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CONFLICTS_H_
