#include "server/export_service.h"

#include <memory>
#include <optional>
#include <utility>

#include "export/csv_export.h"
#include "server/admitted.h"
#include "server/exchange_wire.h"
#include "server/pieces.h"
#include "server/unsealing.h"
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

// As what the caller, who may export, may have personal answers.
absl::StatusOr<Disclosure> DisclosureTo(const Surroundings& around,
                                        const grpc::ServerContextBase& context,
                                        const v1::ExportCsvRequest& request) {
  switch (request.personal()) {
    case v1::PERSONAL_ANSWERS_PSEUDONYMS:
      return Disclosure::kPseudonyms;
    case v1::PERSONAL_ANSWERS_CLEAR:
      RETURN_IF_ERROR(Admit(around, context, request.survey(),
                            access::Right::kSeePersonal,
                            {"ExportCsv", "", "personal answers"})
                          .status());
      return Disclosure::kClear;
    default:
      return absl::InvalidArgumentError("personal is unknown");
  }
}

// The files' pieces, then the summary.
class Exporting {
 public:
  static absl::StatusOr<std::unique_ptr<Exporting>> Begin(
      const Surroundings& around, const grpc::ServerContextBase& context,
      const v1::ExportCsvRequest& request) {
    ASSIGN_OR_RETURN(const Admitted in,
                     Admit(around, context, request.survey(),
                           access::Right::kExport, {"ExportCsv", "", ""}));
    ASSIGN_OR_RETURN(const std::optional<Seq> since,
                     SinceOf(request, in.reader->survey()));
    if (request.personal() == v1::PERSONAL_ANSWERS_UNSPECIFIED) {
      return std::unique_ptr<Exporting>(
          new Exporting(in.reader, since, /*personal=*/false));
    }
    ASSIGN_OR_RETURN(const Disclosure how,
                     DisclosureTo(around, context, request));
    ASSIGN_OR_RETURN(const auto reader, Disclosed(around, in.reader, how));
    return std::unique_ptr<Exporting>(
        new Exporting(reader, since, /*personal=*/true));
  }

  absl::StatusOr<bool> Next(v1::ExportCsvResponse& response) {
    if (complete_) return false;
    ASSIGN_OR_RETURN(auto piece, export_.Next());
    response.Clear();
    if (piece.has_value()) {
      response.mutable_chunk()->set_file(piece->file);
      response.mutable_chunk()->set_data(std::move(piece->data));
    } else {
      response = SummaryOf(export_);
      complete_ = true;
    }
    return true;
  }

 private:
  Exporting(const std::shared_ptr<const Reader>& reader,
            const std::optional<Seq>& since, bool personal)
      : export_(reader, since, personal) {}

  CsvExport export_;
  bool complete_ = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportCsvResponse>* ExportService::ExportCsv(
    grpc::CallbackServerContext* context, const v1::ExportCsvRequest* request) {
  const Surroundings& around = organisations_.Of(*context);
  return SendPieces<v1::ExportCsvResponse>(
      around, "ExportCsv", [&around, context, request = *request] {
        return Exporting::Begin(around, *context, request);
      });
}

}  // namespace chasqui::server
