// A file of one table, in one of the formats.

#ifndef CHASQUI_EXPORT_FORMATS_TABLE_WRITER_H_
#define CHASQUI_EXPORT_FORMATS_TABLE_WRITER_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/batch.h"

namespace chasqui::exporting {

enum class Format : std::uint8_t { kCsv, kParquet, kStata, kSpss, kXlsx };

// "csv", "parquet", "stata", "spss", "xlsx".
std::string_view ToText(Format format);
// "csv", "parquet", "dta", "sav", "xlsx": what files of the format end in.
std::string_view EndingOf(Format format);
// Of files that end so: whether they are for people to open one by one, and not
// for what puts increments together.
bool IsForPeople(std::string_view ending);
// Those this build can write.
std::vector<Format> FormatsBuilt();
// By its name. InvalidArgument names those there are; Unimplemented: known, but
// this build is without what it takes, which is said.
absl::StatusOr<Format> ParseFormat(std::string_view name);

// Where the bytes of one file go, in order.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual absl::Status Append(std::string_view bytes) = 0;
};

// Thread-compatible. After an error the file is not to be used.
class TableWriter {
 public:
  virtual ~TableWriter() = default;

  // Adds the batch's rows after those before. REQUIRES: it is of the table
  // that the writer was made for.
  virtual absl::Status Write(const Batch& batch) = 0;
  // The rest of the file; the last call.
  virtual absl::Status Close() = 0;
};

// REQUIRES: schema and sink outlive the writer; the format is built.
// Errors of its calls: those of the sink; InvalidArgument for a table that the
// format cannot hold, with the limit.
std::unique_ptr<TableWriter> NewTableWriter(Format format,
                                            const TableSchema& schema,
                                            Sink& sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_TABLE_WRITER_H_
