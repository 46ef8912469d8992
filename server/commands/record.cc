#include <cstdio>
#include <memory>
#include <string>

#include "chasqui/v1/record_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/json.h"
#include "server/commands/record_text.h"
#include "server/commands/remote.h"
#include "server/commands/table.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/change.h"

namespace chasqui::commands {
namespace {

using RecordStub = v1::RecordService::Stub;

struct RecordOptions {
  Remote remote;
  std::string survey;
  std::string id;
  std::string area;
  std::string status;
  std::string assignee;
  std::string to;
  std::string to_area;
  bool unassigned = false;
  bool gone = false;
  bool history = false;
  bool json = false;
};

absl::StatusOr<v1::GetRecordResponse> Get(const RecordOptions& options,
                                          RecordStub& stub) {
  v1::GetRecordRequest request;
  request.set_survey(options.survey);
  ASSIGN_OR_RETURN(*request.mutable_record(), IdBytes(options.id));
  v1::GetRecordResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &RecordStub::GetRecord, request, response));
  return response;
}

// All of it, page by page, in one message.
absl::StatusOr<v1::GetHistoryResponse> History(const RecordOptions& options,
                                               RecordStub& stub) {
  v1::GetHistoryRequest request;
  request.set_survey(options.survey);
  ASSIGN_OR_RETURN(*request.mutable_record(), IdBytes(options.id));
  v1::GetHistoryResponse all;
  do {
    v1::GetHistoryResponse page;
    RETURN_IF_ERROR(
        Call(options.remote, stub, &RecordStub::GetHistory, request, page));
    all.mutable_entries()->MergeFrom(page.entries());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::Status Show(const RecordOptions& options) {
  RecordStub stub(options.remote.Channel());
  ASSIGN_OR_RETURN(const v1::GetRecordResponse record, Get(options, stub));
  v1::GetHistoryResponse history;
  if (options.history) {
    ASSIGN_OR_RETURN(history, History(options, stub));
  }
  if (options.json) {
    std::printf("%s\n", ToJson(record).c_str());
    if (options.history) std::printf("%s\n", ToJson(history).c_str());
    return absl::OkStatus();
  }
  std::fputs(RecordText(record).c_str(), stdout);
  if (options.history) std::fputs(HistoryText(history).c_str(), stdout);
  return absl::OkStatus();
}

absl::Status List(const RecordOptions& options) {
  v1::ListRecordsRequest request;
  request.set_survey(options.survey);
  request.set_area(options.area);
  request.set_assignee(options.assignee);
  request.set_include_gone(options.gone);
  request.set_status(
      static_cast<v1::RecordStatus>(ParseRecordStatus(options.status)));
  request.set_page_size(1000);
  RecordStub stub(options.remote.Channel());
  if (!options.json) std::fputs(SummaryHeader().c_str(), stdout);
  do {
    v1::ListRecordsResponse page;
    RETURN_IF_ERROR(
        Call(options.remote, stub, &RecordStub::ListRecords, request, page));
    for (const v1::RecordSummary& record : page.records()) {
      const std::string line =
          options.json ? ToJson(record) + "\n" : SummaryLine(record);
      std::fputs(line.c_str(), stdout);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

// Reads the record first: what is done then, is done having seen that.
template <typename Request, typename Response>
absl::Status Act(const RecordOptions& options,
                 grpc::Status (RecordStub::*call)(grpc::ClientContext*,
                                                  const Request&, Response*)) {
  RecordStub stub(options.remote.Channel());
  ASSIGN_OR_RETURN(const v1::GetRecordResponse record, Get(options, stub));
  Request request;
  request.set_survey(options.survey);
  request.set_record(record.summary().record());
  *request.mutable_seen() = record.seen();
  Response response;
  RETURN_IF_ERROR(Call(options.remote, stub, call, request, response));
  return Report(response.result());
}

absl::Status Delete(const RecordOptions& options) {
  return Act<v1::DeleteRecordRequest, v1::DeleteRecordResponse>(
      options, &RecordStub::DeleteRecord);
}

absl::Status Restore(const RecordOptions& options) {
  return Act<v1::RestoreRecordRequest, v1::RestoreRecordResponse>(
      options, &RecordStub::RestoreRecord);
}

absl::Status Review(const RecordOptions& options) {
  RecordStub stub(options.remote.Channel());
  ASSIGN_OR_RETURN(const v1::GetRecordResponse record, Get(options, stub));
  v1::ReviewRecordRequest request;
  request.set_survey(options.survey);
  request.set_record(record.summary().record());
  request.set_status(
      static_cast<v1::RecordStatus>(ParseRecordStatus(options.status)));
  *request.mutable_seen() = record.seen();
  v1::ReviewRecordResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &RecordStub::ReviewRecord, request, response));
  return Report(response.result());
}

absl::Status Assign(const RecordOptions& options) {
  RecordStub stub(options.remote.Channel());
  ASSIGN_OR_RETURN(const v1::GetRecordResponse record, Get(options, stub));
  v1::AssignRecordRequest request;
  request.set_survey(options.survey);
  request.set_record(record.summary().record());
  request.set_area(options.area);
  request.set_assignee(options.assignee);
  *request.mutable_seen() = record.seen();
  v1::AssignRecordResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &RecordStub::AssignRecord, request, response));
  return Report(response.result());
}

absl::Status AssignAll(const RecordOptions& options) {
  ASSIGN_OR_RETURN(const v1::GetSurveyResponse survey,
                   FetchSurvey(options.remote, options.survey));
  v1::AssignRecordsRequest request;
  request.set_survey(options.survey);
  request.set_area(options.area);
  request.set_status(
      static_cast<v1::RecordStatus>(ParseRecordStatus(options.status)));
  request.set_assignee(options.assignee);
  request.set_unassigned(options.unassigned);
  request.set_to_area(options.to_area);
  request.set_to_assignee(options.to);
  request.mutable_seen()->set_log(survey.log());
  request.mutable_seen()->set_seq(survey.head());
  RecordStub stub(options.remote.Channel());
  v1::AssignRecordsResponse response;
  RETURN_IF_ERROR(Call(options.remote, stub, &RecordStub::AssignRecords,
                       request, response));
  std::printf("%llu records assigned, %llu were already",
              static_cast<unsigned long long>(response.assigned()),
              static_cast<unsigned long long>(response.unchanged()));
  if (response.quarantined() > 0) {
    std::printf(", %llu wait in quarantine",
                static_cast<unsigned long long>(response.quarantined()));
  }
  if (response.out_of_scope() > 0) {
    std::printf(", %llu are not %s's to move",
                static_cast<unsigned long long>(response.out_of_scope()),
                options.remote.person.c_str());
  }
  std::printf("\n");
  return absl::OkStatus();
}

absl::Status Erase(const RecordOptions& options) {
  RecordStub stub(options.remote.Channel());
  v1::EraseRecordRequest request;
  request.set_survey(options.survey);
  ASSIGN_OR_RETURN(*request.mutable_record(), IdBytes(options.id));
  v1::EraseRecordResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &RecordStub::EraseRecord, request, response));
  std::printf("erased, at %llu\n",
              static_cast<unsigned long long>(response.seq()));
  return absl::OkStatus();
}

absl::Status EraseExpired(const RecordOptions& options) {
  RecordStub stub(options.remote.Channel());
  v1::EraseExpiredRequest request;
  request.set_survey(options.survey);
  v1::EraseExpiredResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &RecordStub::EraseExpired, request, response));
  std::printf("%llu records erased\n",
              static_cast<unsigned long long>(response.erased()));
  return absl::OkStatus();
}

template <typename Add, typename Id>
void AddErasing(const Add& add, const Id& id) {
  auto [erase, erase_options] =
      add("erase", "Erase a record's personal answers, for good", Erase);
  id(erase, *erase_options);
  add("erase-expired",
      "Erase personal answers older than the survey keeps them: once a day",
      EraseExpired);
}

template <typename Add, typename Id, typename Place>
void AddAssigning(const Add& add, const Id& id, const Place& place,
                  const CLI::IsMember& statuses) {
  auto [assign, assign_options] =
      add("assign", "Move a record to another area or person", Assign);
  id(assign, *assign_options);
  place(assign, *assign_options);

  auto [all, all_options] =
      add("assign-all", "Move all records that a rule names", AssignAll);
  place(all, *all_options);
  all->add_option("--status", all_options->status, "Only of that status")
      ->check(statuses);
  all->add_flag("--unassigned", all_options->unassigned,
                "Only those assigned to nobody");
  all->add_option("--to", all_options->to, "The person they shall be of")
      ->type_name("PERSON");
  all->add_option("--to-area", all_options->to_area,
                  "The area they shall be in")
      ->type_name("CODE");
}

}  // namespace

void AddRecord(CLI::App& app, Chosen& chosen) {
  CLI::App* const record =
      app.add_subcommand("record", "Read records, and decide about them");
  record->require_subcommand(1);
  const auto add = [&](const char* name, const char* about, auto run) {
    auto options = std::make_shared<RecordOptions>();
    CLI::App* const command = record->add_subcommand(name, about);
    AddRemoteOptions(*command, options->remote);
    command->add_option("SURVEY", options->survey, "Name of the survey")
        ->required();
    command->callback([options, run, &chosen] {
      chosen = [options, run] { return run(*options); };
    });
    return std::pair(command, options);
  };
  const auto id = [](CLI::App* command, RecordOptions& options) {
    command->add_option("ID", options.id, "The record")->required();
  };
  const auto place = [](CLI::App* command, RecordOptions& options) {
    command->add_option("--area", options.area, "Code of an area")
        ->type_name("CODE");
    command->add_option("--assignee", options.assignee, "Name of a person")
        ->type_name("PERSON");
  };
  const CLI::IsMember statuses(
      {"assigned", "draft", "submitted", "approved", "returned"});

  auto [show, show_options] =
      add("show", "A record with all its answers", Show);
  id(show, *show_options);
  show->add_flag("--history", show_options->history,
                 "Every change to it too, latest first");
  show->add_flag("--json", show_options->json, "As JSON, for scripts");

  auto [list, list_options] = add("list", "Records in one line each", List);
  place(list, *list_options);
  list->add_option("--status", list_options->status, "Only of that status")
      ->check(statuses);
  list->add_flag("--gone", list_options->gone, "Deleted ones too");
  list->add_flag("--json", list_options->json, "As JSON, a line each");

  auto [remove, remove_options] =
      add("delete", "Delete a record, as far as it was seen", Delete);
  id(remove, *remove_options);
  auto [restore, restore_options] =
      add("restore", "Bring a deleted record back", Restore);
  id(restore, *restore_options);

  auto [review, review_options] =
      add("review", "Clear a record's marks, and move its status", Review);
  id(review, *review_options);
  review->add_option("--status", review_options->status, "What it shall be")
      ->check(statuses);

  AddAssigning(add, id, place, statuses);
  AddErasing(add, id);
}

}  // namespace chasqui::commands
