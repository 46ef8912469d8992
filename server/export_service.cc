#include "server/export_service.h"

#include <memory>
#include <optional>
#include <utility>

#include "export/csv_export.h"
#include "server/exchange_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"

namespace chasqui::server {
namespace {

using exporting::CsvExport;

// What `since` counts as here.
absl::StatusOr<std::optional<Seq>> SinceOf(const v1::ExportCsvRequest& request,
                                           const Survey& survey) {
  if (!request.has_since()) return std::optional<Seq>();
  const Position since = {LogName{request.since().log()},
                          request.since().seq()};
  if (since.log == PresentName(survey.lineage) && since.seq > survey.head) {
    return absl::InvalidArgumentError(
        StrCat("since is ", since.seq, "; the log ends at ", survey.head));
  }
  return std::optional<Seq>(
      CountsAs(since, survey.lineage, survey.head, /*told=*/{}));
}

absl::StatusOr<std::unique_ptr<CsvExport>> Begin(
    const Surroundings& around, const v1::ExportCsvRequest& request) {
  ASSIGN_OR_RETURN(const SurveyStore* const store,
                   around.catalog.Find(request.survey()));
  ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
  ASSIGN_OR_RETURN(const std::optional<Seq> since,
                   SinceOf(request, reader->survey()));
  return std::make_unique<CsvExport>(reader, since);
}

v1::ExportCsvResponse SummaryOf(const CsvExport& exported) {
  v1::ExportCsvResponse response;
  v1::ExportSummary& summary = *response.mutable_summary();
  PositionToWire(exported.position(), *summary.mutable_position());
  for (const exporting::FileSummary& file : exported.Files()) {
    v1::ExportedFile& out = *summary.add_files();
    out.set_name(file.file);
    out.set_rows(file.rows);
  }
  return response;
}

// Reads a piece when the one before has been sent: memory stays bounded by the
// pace of whoever receives.
class Sending final : public grpc::ServerWriteReactor<v1::ExportCsvResponse> {
 public:
  Sending(const Surroundings& around, const v1::ExportCsvRequest& request)
      : around_(around) {
    around_.workers.Do([this, request] {
      auto begun = Begin(around_, request);
      if (!begun.ok()) return Fail(begun.status());
      export_ = *std::move(begun);
      SendNext();
    });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    around_.workers.Do([this] { SendNext(); });
  }
  void OnDone() override { delete this; }

 private:
  void SendNext() {
    if (complete_) return Finish(grpc::Status::OK);
    auto piece = export_->Next();
    if (!piece.ok()) return Fail(piece.status());
    response_.Clear();
    if (piece->has_value()) {
      response_.mutable_chunk()->set_file((*piece)->file);
      response_.mutable_chunk()->set_data(std::move((*piece)->data));
    } else {
      response_ = SummaryOf(*export_);
      complete_ = true;
    }
    StartWrite(&response_);
  }

  void Fail(const absl::Status& status) {
    around_.log.SayFailure("ExportCsv", status);
    Finish(ToGrpc(status));
  }

  const Surroundings& around_;
  std::unique_ptr<CsvExport> export_;
  v1::ExportCsvResponse response_;
  bool complete_ = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportCsvResponse>* ExportService::ExportCsv(
    grpc::CallbackServerContext*, const v1::ExportCsvRequest* request) {
  return new Sending(around_, *request);
}

}  // namespace chasqui::server
