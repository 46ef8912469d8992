#include <cstdio>
#include <memory>
#include <string>

#include "chasqui/v1/record_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/json.h"
#include "server/commands/record_text.h"
#include "server/commands/remote.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

using RecordStub = v1::RecordService::Stub;

struct ConflictOptions {
  Remote remote;
  std::string survey;
  std::string record;
  std::string path;
  std::string row;
  std::string choice;
  std::string value;
  std::string area;
  bool open = false;
  bool clear = false;
  bool json = false;
};

absl::StatusOr<v1::GetRecordResponse> Get(const ConflictOptions& options,
                                          RecordStub& stub) {
  v1::GetRecordRequest request;
  request.set_survey(options.survey);
  ASSIGN_OR_RETURN(*request.mutable_record(), IdBytes(options.record));
  v1::GetRecordResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &RecordStub::GetRecord, request, response));
  return response;
}

void Print(const ConflictOptions& options, const v1::Conflict& conflict) {
  const std::string text =
      options.json ? ToJson(conflict) + "\n" : ConflictText(conflict);
  std::fputs(text.c_str(), stdout);
}

absl::Status ListConflicts(const ConflictOptions& options) {
  v1::ListConflictsRequest request;
  request.set_survey(options.survey);
  request.set_area(options.area);
  request.set_open_only(options.open);
  request.set_page_size(1000);
  RecordStub stub(options.remote.Channel());
  std::size_t open = 0;
  std::size_t all = 0;
  do {
    v1::ListConflictsResponse page;
    RETURN_IF_ERROR(
        Call(options.remote, stub, &RecordStub::ListConflicts, request, page));
    for (const v1::Conflict& conflict : page.conflicts()) {
      Print(options, conflict);
      ++all;
      if (conflict.open()) ++open;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (!options.json) {
    std::printf("%zu conflicts, of which %zu wait for a person\n", all, open);
  }
  return absl::OkStatus();
}

absl::Status ShowConflict(const ConflictOptions& options) {
  RecordStub stub(options.remote.Channel());
  ASSIGN_OR_RETURN(const v1::GetRecordResponse record, Get(options, stub));
  for (const v1::Conflict& conflict : record.conflicts()) {
    if (options.path.empty() || conflict.path() == options.path) {
      Print(options, conflict);
    }
  }
  return absl::OkStatus();
}

absl::Status Resolve(const ConflictOptions& options) {
  RecordStub stub(options.remote.Channel());
  ASSIGN_OR_RETURN(const v1::GetRecordResponse record, Get(options, stub));
  v1::ResolveConflictRequest request;
  request.set_survey(options.survey);
  request.set_record(record.summary().record());
  if (!options.row.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_row(), IdBytes(options.row));
  }
  request.set_path(options.path);
  request.set_choice(options.choice);
  request.set_state(options.clear ? v1::ANSWER_STATE_CLEARED
                                  : v1::ANSWER_STATE_ANSWERED);
  request.set_text(options.value);
  *request.mutable_seen() = record.seen();
  v1::ResolveConflictResponse response;
  RETURN_IF_ERROR(Call(options.remote, stub, &RecordStub::ResolveConflict,
                       request, response));
  return Report(response.result());
}

}  // namespace

void AddConflicts(CLI::App& app, Chosen& chosen) {
  CLI::App* const conflicts = app.add_subcommand(
      "conflicts",
      "Answers that several people wrote without knowledge of each other");
  conflicts->require_subcommand(1);
  const auto add = [&](const char* name, const char* about, auto run) {
    auto options = std::make_shared<ConflictOptions>();
    CLI::App* const command = conflicts->add_subcommand(name, about);
    AddRemoteOptions(*command, options->remote);
    command->add_option("SURVEY", options->survey, "Name of the survey")
        ->required();
    command->callback([options, run, &chosen] {
      chosen = [options, run] { return run(*options); };
    });
    return std::pair(command, options);
  };

  auto [list, list_options] =
      add("list", "All conflicts: what is shown, what is not, and who wrote it",
          ListConflicts);
  list->add_option("--area", list_options->area, "Only there and below")
      ->type_name("CODE");
  list->add_flag("--open", list_options->open,
                 "Only those that wait for a person");
  list->add_flag("--json", list_options->json, "As JSON, a line each");

  auto [show, show_options] =
      add("show", "The conflicts of one record", ShowConflict);
  show->add_option("RECORD", show_options->record, "The record")->required();
  show->add_option("PATH", show_options->path, "Only of that field");
  show->add_flag("--json", show_options->json, "As JSON, a line each");

  auto [resolve, resolve_options] =
      add("resolve", "Decide a conflict: write over all that was seen of it",
          Resolve);
  resolve->add_option("RECORD", resolve_options->record, "The record")
      ->required();
  resolve->add_option("PATH", resolve_options->path, "The field")->required();
  CLI::Option* const value =
      resolve->add_option("--value", resolve_options->value,
                          "What it shall be, as `record show` prints values");
  resolve->add_flag("--clear", resolve_options->clear, "It shall be empty")
      ->excludes(value);
  resolve->add_option("--row", resolve_options->row, "Row of a repeat")
      ->type_name("ID");
  resolve->add_option("--choice", resolve_options->choice,
                      "Only this choice of a select-multiple; value 1 or 0");
}

}  // namespace chasqui::commands
