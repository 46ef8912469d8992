#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "chasqui/v1/export_service.grpc.pb.h"
#include "export/chain/export_run.h"
#include "export/chain/open_folder.h"
#include "export/chain/rewriting.h"
#include "export/formats/table_writer.h"
#include "export/personal_answers.h"
#include "server/commands/commands.h"
#include "server/commands/export_into.h"
#include "server/commands/export_stream.h"
#include "server/commands/export_upkeep.h"
#include "server/commands/remote.h"
#include "server/exchange_wire.h"
#include "server/export_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/ids.h"

namespace chasqui::commands {
namespace {

using exporting::ExportRun;
using exporting::Format;
using exporting::PersonalAnswers;

struct ExportOptions {
  Remote remote;
  std::string survey;
  std::string format = "csv";
  std::string folder;
  std::string since = "last";
  std::string personal = "none";
  std::string verify;
  bool no_history = false;
  bool rewrite = false;
  bool follow = false;
  int every_seconds = 60;
};

absl::StatusOr<std::optional<Position>> SinceOf(const std::string& text) {
  if (text == "last") return std::optional<Position>();
  const std::optional<Position> since = ParsePosition(text);
  if (!since.has_value()) {
    return absl::InvalidArgumentError(
        StrCat("\"", text,
               "\" is no position: give \"last\", or LOG:SEQ as an earlier "
               "export printed it"));
  }
  return since;
}

absl::StatusOr<exporting::ExportSettings> SettingsOf(
    const ExportOptions& options) {
  exporting::ExportSettings settings;
  settings.survey = options.survey;
  ASSIGN_OR_RETURN(const Format format, exporting::ParseFormat(options.format));
  settings.format = exporting::EndingOf(format);
  settings.make_writer = [format](const exporting::TableSchema& schema,
                                  exporting::Sink& sink) {
    return exporting::NewTableWriter(format, schema, sink);
  };
  settings.personal = *exporting::ParsePersonalAnswers(options.personal);
  ASSIGN_OR_RETURN(settings.since, SinceOf(options.since));
  settings.history = !options.no_history;
  return settings;
}

v1::PersonalAnswers PersonalToWire(PersonalAnswers personal) {
  switch (personal) {
    case PersonalAnswers::kPseudonyms:
      return v1::PERSONAL_ANSWERS_PSEUDONYMS;
    case PersonalAnswers::kClear:
      return v1::PERSONAL_ANSWERS_CLEAR;
    case PersonalAnswers::kNone:
      break;
  }
  return v1::PERSONAL_ANSWERS_UNSPECIFIED;
}

void Print(const ExportOptions& options, const exporting::Folder& folder,
           const exporting::ExportStep& step, const exporting::ChainEnd& end) {
  if (!step.made) {
    std::printf("nothing new since %s\n", end.empty()
                                              ? options.since.c_str()
                                              : ToText(end.last->to).c_str());
    return;
  }
  const exporting::Manifest& made = *end.last;
  for (const exporting::ExportedFile& file : made.files) {
    if (file.table.empty()) continue;
    std::printf("%s/%s: %llu rows\n", folder.name().c_str(), file.name.c_str(),
                static_cast<unsigned long long>(file.rows));
  }
  if (step.retracted > 0) {
    std::printf("the server was restored: %zu records came again\n",
                step.retracted);
  }
  std::printf("increment %llu: up to %s\n",
              static_cast<unsigned long long>(made.number),
              ToText(made.to).c_str());
  PrintErased(folder, made.format, made.so_far->erased);
}

// One step of `run`, against what the server has now.
absl::Status Step(const ExportOptions& options, PersonalAnswers personal,
                  const exporting::Folder& folder,
                  v1::ExportService::Stub& stub, ExportRun& run) {
  v1::DescribeLogRequest which;
  which.set_survey(options.survey);
  v1::DescribeLogResponse log;
  RETURN_IF_ERROR(Call(options.remote, stub,
                       &v1::ExportService::Stub::DescribeLog, which, log));
  const auto make_source = [&](const exporting::IncrementRequest& wanted)
      -> absl::StatusOr<std::unique_ptr<exporting::IncrementSource>> {
    if (wanted.also.size() > server::kExportAlsoMax) {
      return absl::FailedPreconditionError(StrCat(
          "the server was restored, and of what it lost ", folder.name(),
          " has ", wanted.also.size(), " records; at most ",
          server::kExportAlsoMax, " can be taken again: give another folder"));
    }
    v1::ExportTablesRequest request;
    request.set_survey(options.survey);
    request.set_personal(PersonalToWire(personal));
    server::RequestToWire(wanted, request);
    return ExportStream::Open(options.remote, stub, request);
  };
  ASSIGN_OR_RETURN(
      const exporting::ExportStep step,
      run.Step(server::LineageFromWire(log.lineage()), make_source));
  Print(options, folder, step, run.end());
  std::fflush(stdout);
  return absl::OkStatus();
}

// Steps for ever; what may pass is said and tried again.
absl::Status Follow(const ExportOptions& options,
                    const absl::FunctionRef<absl::Status()> step) {
  while (true) {
    absl::Status status = step();
    const bool passes = absl::IsUnavailable(status) ||
                        absl::IsDeadlineExceeded(status) ||
                        absl::IsAborted(status);
    if (!status.ok() && !passes) return status;
    if (passes) {
      std::fprintf(stderr, "%s; again in %d s\n",
                   std::string(status.message()).c_str(),
                   options.every_seconds);
    }
    std::this_thread::sleep_for(std::chrono::seconds(options.every_seconds));
  }
}

absl::Status Export(const ExportOptions& options) {
  if (!options.verify.empty()) return VerifyExport(options.verify);
  if (options.rewrite && !options.folder.empty()) {
    if (options.survey.empty()) return RewriteExport(options.folder);
    return absl::InvalidArgumentError(
        "--rewrite takes no SURVEY: it is of what lies in --to");
  }
  if (options.survey.empty() || options.folder.empty()) {
    return absl::InvalidArgumentError(
        "an export needs a SURVEY and --to DIR (or --verify DIR, or --rewrite "
        "--to DIR)");
  }
  ASSIGN_OR_RETURN(exporting::ExportSettings settings, SettingsOf(options));
  const PersonalAnswers personal = settings.personal;
  ASSIGN_OR_RETURN(const auto folder, exporting::OpenFolder(options.folder));
  ASSIGN_OR_RETURN(const std::unique_ptr<ExportRun> run,
                   ExportRun::Open(*folder, std::move(settings)));
  ASSIGN_OR_RETURN(const bool unfinished,
                   exporting::IsRewritingUnfinished(*folder));
  if (unfinished) PrintUnfinished(*folder);
  v1::ExportService::Stub stub(options.remote.Channel());
  const auto step = [&] {
    return Step(options, personal, *folder, stub, *run);
  };
  return options.follow ? Follow(options, step) : step();
}

void AddOptions(CLI::App& command, ExportOptions& options) {
  command.add_option("SURVEY", options.survey, "Name of the survey");
  command.add_option("--format", options.format, "Format of the files")
      ->check(CLI::IsMember({"csv", "parquet", "stata", "spss", "xlsx"}))
      ->capture_default_str();
  command
      .add_option("--to", options.folder,
                  "Directory for the files; made if it is not there. Or "
                  "object storage, s3://BUCKET/PREFIX, with key, region and "
                  "endpoint as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, "
                  "AWS_REGION, AWS_ENDPOINT_URL say")
      ->type_name("DIR|s3://…");
  command
      .add_option("--since", options.since,
                  "Where to begin: where the increments there end, or with "
                  "everything if there are none (last); or a position")
      ->type_name("last|LOG:SEQ")
      ->capture_default_str();
  command
      .add_option("--personal", options.personal,
                  "Personal answers: left out, as pseudonyms that are the "
                  "same in every export, or as they are, for who may")
      ->check(CLI::IsMember({"none", "pseudonyms", "clear"}))
      ->capture_default_str();
  command.add_flag("--no-history", options.no_history,
                   "Without the table of every write, which is most of an "
                   "export; later increments in DIR are without it too");
  command.add_flag("--follow", options.follow,
                   "Go on, with an increment whenever something is new");
  command
      .add_option("--every", options.every_seconds,
                  "With --follow: seconds between two looks")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  command
      .add_option("--verify", options.verify,
                  "Instead: prove that the increments in DIR are whole")
      ->type_name("DIR|s3://…");
  command.add_flag("--rewrite", options.rewrite,
                   "Instead: take the personal answers of records that were "
                   "erased out of the files that are there already");
}

}  // namespace

absl::Status ExportInto(const Remote& remote, const std::string& survey,
                        const std::string& folder) {
  ExportOptions options;
  options.remote = remote;
  options.survey = survey;
  options.format = "parquet";
  options.folder = folder;
  return Export(options);
}

void AddExport(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* const command = app.add_subcommand(
      "export",
      "Take the data out, as of one moment, while work goes on.\n\n"
      "Adds an increment to those in a directory: of each table that has news\n"
      "a file TABLE/000001.csv, then manifests/000001.json, which says that "
      "it\n"
      "is there and what it is. The first has everything, the next ones each\n"
      "record that changed since, the deleted ones too. latest/ has the\n"
      "present as views for DuckDB, PostgreSQL, BigQuery and Spark. Killed "
      "and\n"
      "run again, it loses no row and gives none twice.\n\n"
      "Files of stata (.dta), spss (.sav) and xlsx are for people to open: in "
      "a\n"
      "new directory they are the whole tables, without what was deleted; "
      "there\n"
      "are no views. Excel takes tables of up to 1,048,575 rows.");
  AddRemoteOptions(*command, options->remote);
  AddOptions(*command, *options);
  command->callback(
      [options, &chosen] { chosen = [options] { return Export(*options); }; });
}

}  // namespace chasqui::commands
