#include "server/export_service.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "export/increment.h"
#include "server/admitted.h"
#include "server/exchange_wire.h"
#include "server/export_wire.h"
#include "server/pieces.h"
#include "server/unsealing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"

namespace chasqui::server {
namespace {

using exporting::Batch;
using exporting::Increment;
using exporting::PersonalColumns;

// Nobody can have a position of this log past its end.
absl::Status CheckSince(const exporting::IncrementRequest& request,
                        const Survey& survey) {
  if (request.since.has_value() &&
      request.since->log == PresentName(survey.lineage) &&
      request.since->seq > survey.head) {
    return absl::InvalidArgumentError(StrCat(
        "since is ", request.since->seq, "; the log ends at ", survey.head));
  }
  return absl::OkStatus();
}

// What the caller, who may export, may have of personal answers.
absl::StatusOr<PersonalColumns> PersonalFor(
    const Surroundings& around, const grpc::ServerContextBase& context,
    const v1::ExportTablesRequest& request) {
  switch (request.personal()) {
    case v1::PERSONAL_ANSWERS_UNSPECIFIED:
      return PersonalColumns::kNone;
    case v1::PERSONAL_ANSWERS_PSEUDONYMS:
      return PersonalColumns::kPseudonyms;
    case v1::PERSONAL_ANSWERS_CLEAR:
      RETURN_IF_ERROR(Admit(around, context, request.survey(),
                            access::Right::kSeePersonal,
                            {"ExportTables", "", "personal answers"})
                          .status());
      return PersonalColumns::kClear;
    default:
      return absl::InvalidArgumentError("personal is unknown");
  }
}

absl::StatusOr<std::shared_ptr<const Reader>> ReaderFor(
    const Surroundings& around, std::shared_ptr<const Reader> reader,
    PersonalColumns personal) {
  if (personal == PersonalColumns::kNone) return reader;
  return Disclosed(around, std::move(reader),
                   personal == PersonalColumns::kClear
                       ? Disclosure::kClear
                       : Disclosure::kPseudonyms);
}

// The tables, their rows, then the summary.
class Exporting {
 public:
  static absl::StatusOr<std::unique_ptr<Exporting>> Begin(
      const Surroundings& around, const grpc::ServerContextBase& context,
      const v1::ExportTablesRequest& request) {
    ASSIGN_OR_RETURN(const Admitted in,
                     Admit(around, context, request.survey(),
                           access::Right::kExport, {"ExportTables", "", ""}));
    ASSIGN_OR_RETURN(exporting::IncrementRequest wanted,
                     RequestFromWire(request));
    RETURN_IF_ERROR(CheckSince(wanted, in.reader->survey()));
    ASSIGN_OR_RETURN(const PersonalColumns personal,
                     PersonalFor(around, context, request));
    ASSIGN_OR_RETURN(const auto reader, ReaderFor(around, in.reader, personal));
    return std::make_unique<Exporting>(
        std::make_unique<Increment>(reader, std::move(wanted), personal));
  }

  explicit Exporting(std::unique_ptr<Increment> increment)
      : increment_(std::move(increment)) {}

  absl::StatusOr<bool> Next(v1::ExportTablesResponse& response) {
    if (complete_) return false;
    response.Clear();
    if (!announced_) {
      TablesToWire(increment_->tables(), *response.mutable_tables());
      announced_ = true;
      return true;
    }
    ASSIGN_OR_RETURN(const Batch* const batch, increment_->Next());
    if (batch == nullptr) {
      SummaryToWire(increment_->summary(), *response.mutable_summary());
      complete_ = true;
    } else {
      RowsToWire(*batch, IndexOf(batch->schema()), *response.mutable_rows());
    }
    return true;
  }

 private:
  std::size_t IndexOf(const exporting::TableSchema& table) const {
    return static_cast<std::size_t>(&table - increment_->tables().data());
  }

  const std::unique_ptr<Increment> increment_;
  bool announced_ = false;
  bool complete_ = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportTablesResponse>* ExportService::ExportTables(
    grpc::CallbackServerContext* context,
    const v1::ExportTablesRequest* request) {
  const Surroundings& around = organisations_.Of(*context);
  return SendPieces<v1::ExportTablesResponse>(
      around, "ExportTables", [&around, context, request = *request] {
        return Exporting::Begin(around, *context, request);
      });
}

grpc::ServerUnaryReactor* ExportService::DescribeLog(
    grpc::CallbackServerContext* context, const v1::DescribeLogRequest* request,
    v1::DescribeLogResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "DescribeLog", context, [=, &around]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admitted in,
                     Admit(around, *context, request->survey(),
                           access::Right::kExport, {"DescribeLog", "", ""}));
    const Survey& survey = in.reader->survey();
    PositionToWire({PresentName(survey.lineage), survey.head},
                   *response->mutable_position());
    LineageToWire(survey.lineage, *response->mutable_lineage());
    return absl::OkStatus();
  });
}

}  // namespace chasqui::server
