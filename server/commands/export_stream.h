// An increment, as a server sends it.

#ifndef CHASQUI_SERVER_COMMANDS_EXPORT_STREAM_H_
#define CHASQUI_SERVER_COMMANDS_EXPORT_STREAM_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/export_service.grpc.pb.h"
#include "export/increment_source.h"
#include "server/commands/read_ahead.h"
#include "server/commands/remote.h"

namespace chasqui::commands {

// Thread-compatible. Errors: what the server said, with its name; DataLoss
// where the stream ended before it was complete or is not as the protocol has
// it.
class ExportStream final : public exporting::IncrementSource {
 public:
  // Asks, and reads which tables there are. REQUIRES: `remote` and `stub`
  // outlive the stream.
  static absl::StatusOr<std::unique_ptr<ExportStream>> Open(
      const Remote& remote, v1::ExportService::Stub& stub,
      const v1::ExportTablesRequest& request);
  ~ExportStream() override;

  const std::vector<exporting::TableSchema>& tables() const override {
    return tables_;
  }
  absl::StatusOr<const exporting::Batch*> Next() override;
  const exporting::IncrementSummary& summary() const override {
    return *summary_;
  }

 private:
  explicit ExportStream(const Remote& remote) : remote_(remote) {}

  // The next message; what the server said if there is none.
  absl::Status Read();
  absl::Status Finish();

  const Remote& remote_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::ExportTablesResponse>> reader_;
  std::optional<ReadAhead> ahead_;  // what reads from reader_, until Finish()
  v1::ExportTablesResponse part_;
  std::vector<exporting::TableSchema> tables_;
  std::vector<exporting::Batch> batches_;  // what came last, of each table
  std::optional<exporting::IncrementSummary> summary_;
  bool finished_ = false;
};

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_EXPORT_STREAM_H_
