// A table as Parquet, compressed by zstd, its columns as arrow_table.h has
// them, geometries by GeoParquet 1.1.
//
// Rows are held back until they are a row group, so that a reader finds enough
// of a column in one place, and at most so many bytes of them, whatever the
// table, so that many tables can be written side by side.

#ifndef CHASQUI_EXPORT_PARQUET_WRITER_H_
#define CHASQUI_EXPORT_PARQUET_WRITER_H_

#include <cstddef>
#include <memory>

#include "export/table_writer.h"

namespace chasqui::exporting {

// What a row group has at most, unless a batch alone has more; in bytes of the
// batches. More makes files smaller by little, and takes its double in memory.
inline constexpr std::size_t kRowGroupBytes = std::size_t{16} << 20;
inline constexpr std::size_t kRowGroupRows = 128 * 1024;

// Whether this build can. What follows REQUIRES it.
bool HasParquet();

// REQUIRES: what NewTableWriter() does, and batches whose cells were checked.
std::unique_ptr<TableWriter> NewParquetWriter(const TableSchema& schema,
                                              Sink& sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_PARQUET_WRITER_H_
