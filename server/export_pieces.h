// An increment as the messages of a stream: the tables, their rows, the
// summary.

#ifndef CHASQUI_SERVER_EXPORT_PIECES_H_
#define CHASQUI_SERVER_EXPORT_PIECES_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/export_service.pb.h"
#include "export/formats/arrow_stream.h"
#include "export/increment_source.h"

namespace chasqui::server {

// Rows as our own messages (export_wire.h). Next() as SendPieces() has it.
class TablePieces {
 public:
  explicit TablePieces(std::unique_ptr<exporting::IncrementSource> source)
      : source_(std::move(source)) {}

  absl::StatusOr<bool> Next(v1::ExportTablesResponse& response);

 private:
  const std::unique_ptr<exporting::IncrementSource> source_;
  bool announced_ = false;
  bool complete_ = false;
};

// Rows as Arrow's. Tables without rows have a stream too.
class ArrowPieces {
 public:
  // Unimplemented: this build is without Arrow.
  static absl::StatusOr<std::unique_ptr<ArrowPieces>> Begin(
      std::unique_ptr<exporting::IncrementSource> source);

  absl::StatusOr<bool> Next(v1::ExportArrowResponse& response);

 private:
  explicit ArrowPieces(std::unique_ptr<exporting::IncrementSource> source)
      : source_(std::move(source)) {}

  const std::unique_ptr<exporting::IncrementSource> source_;
  std::vector<std::unique_ptr<exporting::ArrowStream>> streams_;  // by table
  bool announced_ = false;
  bool read_ = false;      // the source has given everything
  std::size_t ended_ = 0;  // how many streams have their end
  bool complete_ = false;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_EXPORT_PIECES_H_
