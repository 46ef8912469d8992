#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "chasqui/v1/survey_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/files.h"
#include "server/commands/remote.h"
#include "server/limits.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

struct ImportOptions {
  Remote remote;
  v1::RegisterOptions how;
  std::string file;
  std::vector<std::string> ignored;
  v1::DuplicateRows duplicates = v1::DUPLICATE_ROWS_REFUSE;
};

void Print(const v1::ImportRegisterResponse& response) {
  const auto number = [](std::uint64_t n) {
    return static_cast<unsigned long long>(n);
  };
  std::printf("%llu rows: %llu records made, %llu changed, %llu as before\n",
              number(response.rows()), number(response.created()),
              number(response.changed()), number(response.unchanged()));
  if (response.duplicates() > 0) {
    std::printf("%llu rows left out for another of the same id\n",
                number(response.duplicates()));
  }
  if (response.quarantined() > 0) {
    std::printf("%llu changes wait in quarantine: see `chasqui quarantine`\n",
                number(response.quarantined()));
  }
}

absl::Status Import(const ImportOptions& options) {
  ASSIGN_OR_RETURN(const std::string csv, ReadFile(options.file));
  v1::SurveyService::Stub stub(options.remote.Channel());
  grpc::ClientContext context;
  Prepare(options.remote, context);
  v1::ImportRegisterResponse response;
  const auto writer = stub.ImportRegister(&context, &response);
  v1::ImportRegisterRequest message;
  *message.mutable_options() = options.how;
  for (const std::string& column : options.ignored) {
    message.mutable_options()->add_ignored_columns(column);
  }
  message.mutable_options()->set_duplicates(options.duplicates);
  message.mutable_options()->set_file_bytes(csv.size());
  bool open = writer->Write(message);
  for (std::size_t at = 0; open && at < csv.size();
       at += server::kRegisterChunkBytesMax) {
    message.set_chunk(csv.substr(at, server::kRegisterChunkBytesMax));
    open = writer->Write(message);
  }
  writer->WritesDone();
  const absl::Status status = ToStatus(options.remote, writer->Finish());
  if (status.code() == absl::StatusCode::kInvalidArgument) {
    return absl::InvalidArgumentError(
        StrCat(options.file, ":\n", StdView(status.message()),
               "\nNothing was loaded. --ignore leaves a column out, "
               "--duplicates chooses among rows of one id."));
  }
  RETURN_IF_ERROR(status);
  Print(response);
  return absl::OkStatus();
}

}  // namespace

void AddImportRegister(CLI::App& survey, Chosen& chosen) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* const command = survey.add_subcommand(
      "import-register",
      "Load what is to be visited, from CSV, as assigned records.\n\n"
      "Each column must be the path of a field of the form, or the last part\n"
      "of one, unless it is ignored. A key that is no UUID becomes one by its\n"
      "name, the same every time, so that a register can be loaded again: "
      "only\n"
      "what differs is written.");
  AddRemoteOptions(*command, options->remote);
  command
      ->add_option("SURVEY", *options->how.mutable_survey(),
                   "Name of the survey")
      ->required();
  command->add_option("FILE", options->file, "The register, CSV in UTF-8")
      ->required();
  command
      ->add_option("--id", *options->how.mutable_id_column(),
                   "Column with each record's key")
      ->required()
      ->type_name("COLUMN");
  command
      ->add_option("--area", *options->how.mutable_area_column(),
                   "Column with the code of each record's area")
      ->required()
      ->type_name("COLUMN");
  command
      ->add_option("--assignee", *options->how.mutable_assignee_column(),
                   "Column with the person each record is assigned to")
      ->type_name("COLUMN");
  command->add_option("--ignore", options->ignored, "Columns not to read")
      ->type_name("COLUMN");
  const std::map<std::string, v1::DuplicateRows> ways = {
      {"refuse", v1::DUPLICATE_ROWS_REFUSE},
      {"first", v1::DUPLICATE_ROWS_FIRST},
      {"last", v1::DUPLICATE_ROWS_LAST}};
  command
      ->add_option("--duplicates", options->duplicates,
                   "Which of different rows of one id counts")
      ->transform(CLI::Transformer(ways, CLI::ignore_case))
      ->type_name("first|last|refuse");
  command->callback(
      [options, &chosen] { chosen = [options] { return Import(*options); }; });
}

}  // namespace chasqui::commands
