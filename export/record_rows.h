// A record in the tables: its row, its rows' rows, and what is told of it.

#ifndef CHASQUI_EXPORT_RECORD_ROWS_H_
#define CHASQUI_EXPORT_RECORD_ROWS_H_

#include "absl/status/status.h"
#include "export/taking.h"
#include "sync/ids.h"
#include "sync/record.h"

namespace chasqui::exporting {

// A gone record is one row, that says so and has no answers. DataLoss: its form
// was never published.
absl::Status AddRecord(const Record& record, Taking& taking);

// `id` as gone, in the tables of all forms: nobody here knows of which it was.
void AddLostRecord(const RecordId& id, Taking& taking);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_RECORD_ROWS_H_
