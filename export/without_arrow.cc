// What stands in a build without Apache Arrow for what needs it.

#include "export/chain/parquet_redaction.h"
#include "export/chain/s3_folder.h"
#include "export/formats/arrow_stream.h"
#include "export/formats/parquet_writer.h"
#include "sync/base/check.h"

namespace chasqui::exporting {

bool HasParquet() { return false; }

std::unique_ptr<TableWriter> NewParquetWriter(const TableSchema& /*schema*/,
                                              Sink& /*sink*/) {
  CHECK(HasParquet());
  return nullptr;
}

absl::StatusOr<std::unique_ptr<ArrowStream>> NewArrowStream(
    const TableSchema& /*schema*/) {
  return absl::UnimplementedError("this build is without Apache Arrow");
}

absl::Status ReadParquetCells(const StoredTable& /*table*/,
                              const std::vector<std::string>& /*columns*/,
                              TakeCells /*take*/) {
  return absl::UnimplementedError("this build is without Apache Arrow");
}

absl::StatusOr<std::uint64_t> RedactParquet(const StoredTable& /*table*/,
                                            const Redaction& /*redaction*/,
                                            Sink* /*sink*/) {
  return absl::UnimplementedError("this build is without Apache Arrow");
}

absl::StatusOr<std::unique_ptr<Folder>> OpenS3Folder(
    std::string_view /*place*/) {
  return absl::UnimplementedError(
      "s3:// needs Apache Arrow, which this build is without: deploy/setup.sh "
      "gets it, then build again");
}

}  // namespace chasqui::exporting
