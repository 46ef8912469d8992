#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "chasqui/v1/export_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/files.h"
#include "server/commands/remote.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/ids.h"

namespace chasqui::commands {
namespace {

struct ExportOptions {
  Remote remote;
  std::string survey;
  std::string format = "csv";
  std::string directory;
  std::string since;
  std::string personal = "none";
};

absl::StatusOr<v1::ExportCsvRequest> RequestOf(const ExportOptions& options) {
  v1::ExportCsvRequest request;
  request.set_survey(options.survey);
  if (options.personal == "pseudonyms") {
    request.set_personal(v1::PERSONAL_ANSWERS_PSEUDONYMS);
  } else if (options.personal == "clear") {
    request.set_personal(v1::PERSONAL_ANSWERS_CLEAR);
  }
  if (options.since.empty()) return request;
  const std::optional<Position> since = ParsePosition(options.since);
  if (!since.has_value()) {
    return absl::InvalidArgumentError(
        StrCat("\"", options.since,
               "\" is no position: give LOG:SEQ as an "
               "earlier export printed it"));
  }
  request.mutable_since()->set_log(static_cast<std::uint64_t>(since->log));
  request.mutable_since()->set_seq(since->seq);
  return request;
}

void Print(const ExportOptions& options, const v1::ExportSummary& summary) {
  for (const v1::ExportedFile& file : summary.files()) {
    std::printf("%s/%s: %llu rows\n", options.directory.c_str(),
                file.name().c_str(),
                static_cast<unsigned long long>(file.rows()));
  }
  const Position position = {LogName{summary.position().log()},
                             summary.position().seq()};
  std::printf("next time: --since %s\n", ToText(position).c_str());
}

absl::Status Export(const ExportOptions& options) {
  ASSIGN_OR_RETURN(const v1::ExportCsvRequest request, RequestOf(options));
  v1::ExportService::Stub stub(options.remote.Channel());
  grpc::ClientContext context;
  Prepare(options.remote, context);
  const auto reader = stub.ExportCsv(&context, request);
  FileSet files(options.directory);
  v1::ExportCsvResponse part;
  std::optional<v1::ExportSummary> summary;
  absl::Status written;
  while (written.ok() && reader->Read(&part)) {
    if (part.has_summary()) {
      summary = part.summary();
    } else {
      written = files.Append(part.chunk().file(), part.chunk().data());
    }
  }
  if (!written.ok()) context.TryCancel();
  const absl::Status answered = ToStatus(options.remote, reader->Finish());
  RETURN_IF_ERROR(written);
  RETURN_IF_ERROR(answered);
  if (!summary.has_value()) {
    return absl::DataLossError("the export ended before it was complete");
  }
  RETURN_IF_ERROR(files.Complete());
  Print(options, *summary);
  return absl::OkStatus();
}

}  // namespace

void AddExport(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* const command = app.add_subcommand(
      "export",
      "Take the data out, as of one moment, while work goes on.\n\n"
      "Writes a table for each form, one for each repeat, and conflicts.csv.\n"
      "The files appear when all are complete. With --since only records that\n"
      "changed past that position, deleted ones too.");
  AddRemoteOptions(*command, options->remote);
  command->add_option("SURVEY", options->survey, "Name of the survey")
      ->required();
  command->add_option("--format", options->format, "Format of the tables")
      ->check(CLI::IsMember({"csv"}))
      ->capture_default_str();
  command
      ->add_option("--to", options->directory,
                   "Directory for the files; made if it is not there")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--personal", options->personal,
                   "Personal answers: left out, as pseudonyms that are the "
                   "same in every export, or as they are, for who may")
      ->check(CLI::IsMember({"none", "pseudonyms", "clear"}))
      ->capture_default_str();
  command
      ->add_option("--since", options->since,
                   "Only what changed past this position")
      ->type_name("LOG:SEQ");
  command->callback(
      [options, &chosen] { chosen = [options] { return Export(*options); }; });
}

}  // namespace chasqui::commands
