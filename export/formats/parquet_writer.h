// A table as Parquet, compressed by zstd, its columns as arrow_table.h has
// them, geometries by GeoParquet 1.1.
//
// Rows are held back until they are a row group, so that a reader finds enough
// of a column in one place, and at most so many bytes of them, whatever the
// table, so that many tables can be written side by side.

#ifndef CHASQUI_EXPORT_FORMATS_PARQUET_WRITER_H_
#define CHASQUI_EXPORT_FORMATS_PARQUET_WRITER_H_

#include <cstddef>
#include <memory>

#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// What a row group has at most, unless a batch alone has more. In bytes of the
// batches: more makes files smaller by little, and takes its double in memory.
// Of each column in each row group Parquet keeps some 2 KB in memory until the
// end, and so a table of very many columns has larger ones.
inline constexpr std::size_t kRowGroupRows = 128 * 1024;
inline constexpr std::size_t kRowGroupBytes = std::size_t{16} << 20;
inline constexpr std::size_t kRowGroupColumnBytes = std::size_t{3} << 10;

// Whether this build can. What follows REQUIRES it.
bool HasParquet();

// REQUIRES: what NewTableWriter() does, and batches whose cells were checked.
std::unique_ptr<TableWriter> NewParquetWriter(const TableSchema& schema,
                                              Sink& sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_PARQUET_WRITER_H_
