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

struct QuarantineOptions {
  Remote remote;
  std::string survey;
  std::uint64_t seq = 0;
  bool json = false;
};

std::string ChangeText(const v1::QuarantinedChange& change) {
  std::string text =
      StrCat("change ", change.by().seq(), ": ", Word(change.reason()), "; ",
             AuthorText(change.by()), "; ", change.bytes(), " bytes",
             change.record().empty() ? "" : "; record ",
             IdText(change.record()), "\n");
  for (const v1::HistoryWrite& write : change.writes()) {
    text += WriteText(write);
  }
  return text;
}

absl::Status ListQuarantine(const QuarantineOptions& options) {
  v1::ListQuarantineRequest request;
  request.set_survey(options.survey);
  RecordStub stub(options.remote.Channel());
  do {
    v1::ListQuarantineResponse page;
    RETURN_IF_ERROR(
        Call(options.remote, stub, &RecordStub::ListQuarantine, request, page));
    for (const v1::QuarantinedChange& change : page.changes()) {
      const std::string text =
          options.json ? ToJson(change) + "\n" : ChangeText(change);
      std::fputs(text.c_str(), stdout);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status ShowQuarantined(const QuarantineOptions& options) {
  v1::GetQuarantinedRequest request;
  request.set_survey(options.survey);
  request.set_seq(options.seq);
  RecordStub stub(options.remote.Channel());
  v1::GetQuarantinedResponse response;
  RETURN_IF_ERROR(Call(options.remote, stub, &RecordStub::GetQuarantined,
                       request, response));
  if (options.json) {
    std::printf("%s\n", ToJson(response).c_str());
    return absl::OkStatus();
  }
  std::printf("%sreleased now it would be %s\n",
              ChangeText(response.change()).c_str(),
              OutcomeText(response.if_released()).c_str());
  return absl::OkStatus();
}

template <typename Request, typename Response>
absl::Status Decide(const QuarantineOptions& options,
                    grpc::Status (RecordStub::*call)(grpc::ClientContext*,
                                                     const Request&,
                                                     Response*)) {
  Request request;
  request.set_survey(options.survey);
  request.set_seq(options.seq);
  RecordStub stub(options.remote.Channel());
  Response response;
  RETURN_IF_ERROR(Call(options.remote, stub, call, request, response));
  return Report(response.result());
}

}  // namespace

void AddQuarantine(CLI::App& app, Chosen& chosen) {
  CLI::App* const quarantine = app.add_subcommand(
      "quarantine", "Changes that were received but not applied, and why");
  quarantine->require_subcommand(1);
  const auto add = [&](const char* name, const char* about, auto run) {
    auto options = std::make_shared<QuarantineOptions>();
    CLI::App* const command = quarantine->add_subcommand(name, about);
    AddRemoteOptions(*command, options->remote);
    command->add_option("SURVEY", options->survey, "Name of the survey")
        ->required();
    command->callback([options, run, &chosen] {
      chosen = [options, run] { return run(*options); };
    });
    return std::pair(command, options);
  };
  auto [list, list_options] =
      add("list", "What waits, oldest first", ListQuarantine);
  list->add_flag("--json", list_options->json, "As JSON, a line each");
  auto [show, show_options] =
      add("show", "A change, and what would come of releasing it now",
          ShowQuarantined);
  show->add_option("SEQ", show_options->seq, "The change")->required();
  show->add_flag("--json", show_options->json, "As a line of JSON");
  auto [release, release_options] =
      add("release", "Apply a change after all",
          [](const QuarantineOptions& options) {
            return Decide(options, &RecordStub::ReleaseQuarantine);
          });
  release->add_option("SEQ", release_options->seq, "The change")->required();
  auto [reject, reject_options] = add(
      "reject", "Take a change out for good", [](const QuarantineOptions& o) {
        return Decide(o, &RecordStub::RejectQuarantine);
      });
  reject->add_option("SEQ", reject_options->seq, "The change")->required();
}

}  // namespace chasqui::commands
