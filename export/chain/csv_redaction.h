// Files of CSV, read back: what CsvWriter wrote.

#ifndef CHASQUI_EXPORT_CHAIN_CSV_REDACTION_H_
#define CHASQUI_EXPORT_CHAIN_CSV_REDACTION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/chain/redaction.h"
#include "export/chain/stored_table.h"
#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// DataLoss: the file is not as its manifest says, or no CSV, or has not these
// columns.
absl::Status ReadCsvCells(const StoredTable& table,
                          const std::vector<std::string>& columns,
                          TakeCells take);

// Writes the file to `sink`, where there is one, without what goes. Returns how
// many cells that had something went. The rest is as it was, byte by byte.
absl::StatusOr<std::uint64_t> RedactCsv(const StoredTable& table,
                                        const Redaction& redaction, Sink* sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_CSV_REDACTION_H_
