#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "chasqui/v1/record_service.grpc.pb.h"
#include "client/device.h"
#include "client/grpc_transport.h"
#include "client/memory_store.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/base/system_clock.h"
#include "tests/benchmarks/links/office.h"
#include "tests/benchmarks/load_device.h"
#include "tests/benchmarks/survey_setup.h"
#include "tests/benchmarks/sync_now.h"

namespace chasqui::benchmarks {
namespace {

// What is there in the morning, from the tablet of who was there before.
absl::Status Fill(const Day& day, const std::string& address) {
  constexpr char kDevice[] = "other";
  SystemClock clock;
  client::MemoryStore store;
  const auto transport = client::NewGrpcTransport(address, kDevice);
  ASSIGN_OR_RETURN(const auto device,
                   client::Device::Open(kDevice, store, clock, transport.get(),
                                        [] { return std::uint64_t{0}; }));
  RETURN_IF_ERROR(device->Join(kDaySurvey, kOtherPerson));
  RETURN_IF_ERROR(SyncNow(*device, *transport, clock));
  client::LocalSurvey& survey = *device->Find(kDaySurvey);
  ASSIGN_OR_RETURN(const auto forms, survey.Forms());
  if (forms.empty()) return absl::InternalError("the server sent no form");
  ASSIGN_OR_RETURN(const auto form, client::DeviceForm::Read(forms.back()));
  for (const client::WrittenSave& save : day.scope) {
    RETURN_IF_ERROR(client::DoSave(save, form, survey));
  }
  return SyncNow(*device, *transport, clock);
}

class ChasquiOffice final : public Office {
 public:
  ChasquiOffice(const Day& day, std::unique_ptr<ServerProcess> server)
      : day_(day),
        server_(std::move(server)),
        records_(
            v1::RecordService::NewStub(NewConnection(server_->address()))) {}

  std::uint16_t port() const override {
    return server_->http_port() != 0 ? server_->http_port() : server_->port();
  }
  absl::Status PublishLaterForm() override {
    return PublishForm(server_->address(), kDaySurvey, day_.later_xform);
  }
  absl::StatusOr<Verdict> Check() override;

 private:
  absl::StatusOr<std::set<RecordId>> ListAll();
  absl::Status CheckAnswers(const RecordId& id, const AnswersByPath& answers,
                            Verdict& verdict);
  absl::Status CheckHistory(const RecordId& id, std::size_t saves,
                            Verdict& verdict);

  const Day& day_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<v1::RecordService::Stub> records_;
};

absl::StatusOr<std::set<RecordId>> ChasquiOffice::ListAll() {
  std::set<RecordId> all;
  v1::ListRecordsRequest request;
  request.set_survey(kDaySurvey);
  request.set_include_gone(true);
  do {
    grpc::ClientContext context;
    v1::ListRecordsResponse page;
    RETURN_IF_ERROR(FromGrpc(records_->ListRecords(&context, request, &page)));
    for (const v1::RecordSummary& record : page.records()) {
      const auto id = RecordId::FromBytes(record.record());
      if (!id.has_value()) return absl::InternalError("an id is none");
      all.insert(*id);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::Status ChasquiOffice::CheckAnswers(const RecordId& id,
                                         const AnswersByPath& answers,
                                         Verdict& verdict) {
  v1::GetRecordRequest request;
  request.set_survey(kDaySurvey);
  request.set_record(std::string(id.view()));
  grpc::ClientContext context;
  v1::GetRecordResponse record;
  RETURN_IF_ERROR(FromGrpc(records_->GetRecord(&context, request, &record)));
  AnswersByPath found;
  for (const v1::RecordField& field : record.fields()) {
    const bool own = field.path().front() == '_';
    if (!own) found[field.path()] = field.answer().text();
  }
  for (const auto& [path, text] : answers) {
    if (found[path] == text) continue;
    verdict.Lost(StrCat(path, " of ", ToText(id), " is \"", found[path],
                        "\", not \"", text, "\""));
  }
  return absl::OkStatus();
}

// Each save of the day is one entry of its record's history, and applied.
absl::Status ChasquiOffice::CheckHistory(const RecordId& id, std::size_t saves,
                                         Verdict& verdict) {
  v1::GetHistoryRequest request;
  request.set_survey(kDaySurvey);
  request.set_record(std::string(id.view()));
  grpc::ClientContext context;
  v1::GetHistoryResponse history;
  RETURN_IF_ERROR(FromGrpc(records_->GetHistory(&context, request, &history)));
  std::size_t found = 0;
  for (const v1::HistoryEntry& entry : history.entries()) {
    if (entry.by().device() != kDayDevice) continue;
    ++found;
    if (entry.outcome() != v1::OUTCOME_KIND_APPLIED) {
      verdict.Lost(StrCat("a save of ", ToText(id), " is ",
                          v1::OutcomeKind_Name(entry.outcome())));
    }
  }
  for (std::size_t i = found; i < saves; ++i) {
    verdict.Lost(StrCat("a save of ", ToText(id)));
  }
  for (std::size_t i = saves; i < found; ++i) {
    verdict.Duplicated(StrCat("a save of ", ToText(id)));
  }
  return absl::OkStatus();
}

absl::StatusOr<Verdict> ChasquiOffice::Check() {
  Verdict verdict;
  ASSIGN_OR_RETURN(const std::set<RecordId> there, ListAll());
  const auto outcome = day_.Outcome();
  std::map<RecordId, std::size_t> saves;
  for (const auto& work : day_.work) {
    for (const client::WrittenSave& save : work) ++saves[save.record];
  }
  for (const RecordId& id : there) {
    if (!outcome.contains(id)) verdict.Duplicated(ToText(id));
  }
  for (const auto& [id, answers] : outcome) {
    if (!there.contains(id)) {
      verdict.Lost(StrCat("record ", ToText(id)));
      continue;
    }
    RETURN_IF_ERROR(CheckAnswers(id, answers, verdict));
    const auto worked = saves.find(id);
    RETURN_IF_ERROR(
        CheckHistory(id, worked == saves.end() ? 0 : worked->second, verdict));
  }
  RETURN_IF_ERROR(server_->End());
  return verdict;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Office>> OpenChasquiOffice(
    const Day& day, const std::string& directory, const Listening& listening) {
  ASSIGN_OR_RETURN(auto server, ServerProcess::Start(directory, listening));
  constexpr std::size_t kVisitors = 2;
  ASSIGN_OR_RETURN(const auto config,
                   CensusConfig(CHASQUI_CENSUS_DIR "/survey.json", {kDayArea},
                                /*loaders=*/0, kVisitors));
  RETURN_IF_ERROR(MakeSurvey(server->address(), kDaySurvey, config, day.xform));
  RETURN_IF_ERROR(Fill(day, server->address()));
  return std::make_unique<ChasquiOffice>(day, std::move(server));
}

}  // namespace chasqui::benchmarks
