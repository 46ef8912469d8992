// Files of Parquet, read back: what ParquetWriter wrote.

#ifndef CHASQUI_EXPORT_CHAIN_PARQUET_REDACTION_H_
#define CHASQUI_EXPORT_CHAIN_PARQUET_REDACTION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/chain/redaction.h"
#include "export/chain/stored_table.h"
#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// All of this REQUIRES HasParquet(). Holds a row group at a time.

// As ReadCsvCells(). REQUIRES: the columns are texts and booleans.
absl::Status ReadParquetCells(const StoredTable& table,
                              const std::vector<std::string>& columns,
                              TakeCells take);

// As RedactCsv(). The rest has the types, values and row groups that it had.
absl::StatusOr<std::uint64_t> RedactParquet(const StoredTable& table,
                                            const Redaction& redaction,
                                            Sink* sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_PARQUET_REDACTION_H_
