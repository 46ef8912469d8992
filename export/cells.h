// A record's or row's answer as a cell of a table.

#ifndef CHASQUI_EXPORT_CELLS_H_
#define CHASQUI_EXPORT_CELLS_H_

#include "export/batch.h"
#include "sync/record.h"
#include "sync/schema.h"
#include "sync/survey.h"

namespace chasqui::exporting {

// Adds what `holder` shows for `field` as the batch's next cell, which is of
// `type`: null where nobody answered, where the answer was cleared, is not
// relevant or sealed, and where it is of another type.
void AddShown(const Survey& survey, const FieldSchema& field, ColumnType type,
              const Holder& holder, Batch& batch);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CELLS_H_
