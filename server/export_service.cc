#include "server/export_service.h"

#include <memory>
#include <utility>

#include "export/increment.h"
#include "server/admitted.h"
#include "server/exchange_wire.h"
#include "server/export_pieces.h"
#include "server/export_wire.h"
#include "server/pieces.h"
#include "server/unsealing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"

namespace chasqui::server {
namespace {

using exporting::Increment;
using exporting::PersonalAnswers;

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
absl::StatusOr<PersonalAnswers> PersonalFor(
    const Surroundings& around, const grpc::ServerContextBase& context,
    const v1::ExportTablesRequest& request) {
  switch (request.personal()) {
    case v1::PERSONAL_ANSWERS_UNSPECIFIED:
      return PersonalAnswers::kNone;
    case v1::PERSONAL_ANSWERS_PSEUDONYMS:
      return PersonalAnswers::kPseudonyms;
    case v1::PERSONAL_ANSWERS_CLEAR:
      RETURN_IF_ERROR(Admit(around, context, request.survey(),
                            access::Right::kSeePersonal,
                            {"ExportTables", "", "personal answers"})
                          .status());
      return PersonalAnswers::kClear;
    default:
      return absl::InvalidArgumentError("personal is unknown");
  }
}

absl::StatusOr<std::shared_ptr<const Reader>> ReaderFor(
    const Surroundings& around, std::shared_ptr<const Reader> reader,
    PersonalAnswers personal) {
  if (personal == PersonalAnswers::kNone) return reader;
  return Disclosed(around, std::move(reader),
                   personal == PersonalAnswers::kClear
                       ? Disclosure::kClear
                       : Disclosure::kPseudonyms);
}

// What `call` is to give, where the caller may have it.
absl::StatusOr<std::unique_ptr<Increment>> Begin(
    const Surroundings& around, const grpc::ServerContextBase& context,
    const v1::ExportTablesRequest& request, const char* call) {
  ASSIGN_OR_RETURN(const Admitted in,
                   Admit(around, context, request.survey(),
                         access::Right::kExport, {call, "", ""}));
  ASSIGN_OR_RETURN(exporting::IncrementRequest wanted,
                   RequestFromWire(request));
  RETURN_IF_ERROR(CheckSince(wanted, in.reader->survey()));
  ASSIGN_OR_RETURN(const PersonalAnswers personal,
                   PersonalFor(around, context, request));
  ASSIGN_OR_RETURN(const auto reader, ReaderFor(around, in.reader, personal));
  return std::make_unique<Increment>(reader, std::move(wanted), personal);
}

}  // namespace

grpc::ServerWriteReactor<v1::ExportTablesResponse>* ExportService::ExportTables(
    grpc::CallbackServerContext* context,
    const v1::ExportTablesRequest* request) {
  using Pieces = std::unique_ptr<TablePieces>;
  const Surroundings& around = organisations_.Of(*context);
  return SendPieces<v1::ExportTablesResponse>(
      around, "ExportTables",
      [&around, context, request = *request]() -> absl::StatusOr<Pieces> {
        ASSIGN_OR_RETURN(auto increment,
                         Begin(around, *context, request, "ExportTables"));
        return std::make_unique<TablePieces>(std::move(increment));
      });
}

grpc::ServerWriteReactor<v1::ExportArrowResponse>* ExportService::ExportArrow(
    grpc::CallbackServerContext* context,
    const v1::ExportArrowRequest* request) {
  using Pieces = std::unique_ptr<ArrowPieces>;
  const Surroundings& around = organisations_.Of(*context);
  return SendPieces<v1::ExportArrowResponse>(
      around, "ExportArrow",
      [&around, context,
       request = request->export_()]() -> absl::StatusOr<Pieces> {
        ASSIGN_OR_RETURN(auto increment,
                         Begin(around, *context, request, "ExportArrow"));
        return ArrowPieces::Begin(std::move(increment));
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
