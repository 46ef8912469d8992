#include "tests/benchmarks/load_device.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "client/exchange_wire.h"
#include "client/local_survey.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/base/system_clock.h"

namespace chasqui::benchmarks {

std::shared_ptr<grpc::Channel> NewConnection(const std::string& address) {
  constexpr int kResponseBytesMax = 64 << 20;
  constexpr int kWindowBytes = 1 << 20;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kWindowBytes);
  arguments.SetMaxReceiveMessageSize(kResponseBytesMax);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

Exchange ClocksNow() {
  static const std::uint64_t kBoot = client::BootNumber(SystemClock().BootId());
  SystemClock clock;
  Exchange now;
  now.boot = kBoot;
  now.mono_ms = clock.MonotonicMillis();
  now.wall_ms = absl::ToUnixMillis(clock.Now());
  return now;
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return {static_cast<absl::StatusCode>(status.error_code()),
          status.error_message()};
}

absl::Status CallSync(v1::SyncService::Stub& stub, const LoadIdentity& device,
                      const v1::SyncRequest& request,
                      v1::SyncResponse& response) {
  grpc::ClientContext context;
  if (device.bearer.empty()) {
    context.AddMetadata("chasqui-device", device.device);
  } else {
    context.AddMetadata("authorization", "Bearer " + device.bearer);
  }
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::minutes(1));
  return FromGrpc(stub.Sync(&context, request, &response));
}

// Both ways as rows: what columns save on a link they cost in time, and the
// load must cost less than what it is on.
v1::SyncRequest RowsToWire(const client::Request& request) {
  v1::SyncRequest wire = client::RequestToWire(request);
  for (v1::SurveyExchange& part : *wire.mutable_surveys()) {
    part.clear_columns();
  }
  return wire;
}

absl::Status CheckAnswer(const v1::SyncRequest& request,
                         const v1::SyncResponse& response) {
  const v1::SurveyNews& news = response.surveys(0);
  if (news.error_code() != 0) {
    return {static_cast<absl::StatusCode>(news.error_code()),
            news.error_message()};
  }
  const int sent = request.surveys(0).batch().changes_size();
  if (news.outcomes_size() != sent) {
    return absl::InternalError(
        StrCat("of ", sent, " changes ", news.outcomes_size(), " were taken"));
  }
  for (const v1::ChangeOutcome& change : news.outcomes()) {
    const v1::Outcome& outcome = change.outcome();
    const bool applied = outcome.kind() == v1::OUTCOME_KIND_UNSPECIFIED ||
                         outcome.kind() == v1::OUTCOME_KIND_APPLIED;
    if (!applied) {
      return absl::InternalError(
          StrCat("change ", change.number(), " is not applied but ",
                 v1::OutcomeKind_Name(outcome.kind()), ", ",
                 v1::QuarantineReason_Name(outcome.reason())));
    }
    if (change.seq() > news.durable().seq()) {
      return absl::InternalError(
          StrCat("change ", change.number(), " is accepted, not durable"));
    }
  }
  return absl::OkStatus();
}

LoadDevice::LoadDevice(LoadIdentity identity, const std::string& address)
    : identity_(std::move(identity)),
      stub_(v1::SyncService::NewStub(NewConnection(address))),
      h_(ChainStart(identity_.survey, identity_.device)),
      sent_h_(h_) {}

client::Request LoadDevice::NewRequest() const {
  client::Request request;
  request.device = identity_.device;
  request.clock = ClocksNow();
  client::SurveyRequest& survey = request.surveys.emplace_back();
  survey.survey = identity_.survey;
  survey.person = identity_.person;
  survey.cursor = cursor_;
  survey.log = log_;
  survey.forms = forms_;
  survey.columns.rows_only = true;
  return request;
}

absl::StatusOr<PulledPage> LoadDevice::TakeIn(const v1::SyncResponse& wire) {
  ASSIGN_OR_RETURN(client::Response response, client::ResponseFromWire(wire));
  client::SurveyNews& news = response.surveys[0];
  RETURN_IF_ERROR(news.error);
  log_ = news.log;
  cursor_ = std::move(news.cursor);
  for (client::FormNews& form : news.forms) {
    forms_ = form.number;
    form_ = std::move(form.bytes);
  }
  PulledPage page;
  page.more = news.more;
  for (const client::BucketNews& bucket : news.buckets) {
    page.records += bucket.items.size();
    if (bucket.last) complete_ = bucket.complete;
  }
  if (news.digest.has_value()) complete_ = {news.log, news.head};
  return page;
}

void LoadDevice::StartFrom(const LoadDevice& other) {
  cursor_ = other.cursor_;
  log_ = other.log_;
  complete_ = other.complete_;
  forms_ = other.forms_;
  form_ = other.form_;
}

absl::StatusOr<PulledPage> LoadDevice::Pull() {
  v1::SyncResponse response;
  RETURN_IF_ERROR(
      CallSync(*stub_, identity_, RowsToWire(NewRequest()), response));
  return TakeIn(response);
}

absl::StatusOr<std::uint64_t> LoadDevice::PullAll() {
  std::uint64_t records = 0;
  PulledPage page;
  do {
    ASSIGN_OR_RETURN(page, Pull());
    records += page.records;
  } while (page.more);
  return records;
}

Change LoadDevice::Open(const RecordId& record) const {
  Change change;
  change.record = record;
  change.form = forms_;
  change.person = identity_.person;
  change.positions = {complete_};
  const Exchange now = ClocksNow();
  change.clock = {now.boot, now.mono_ms, now.wall_ms};
  return change;
}

void LoadDevice::Save(const Change& change) {
  outbox_.push_back(EncodeChange(change));
  h_ = ChainNext(h_, outbox_.back());
  ++number_;
}

std::vector<v1::SyncRequest> LoadDevice::TakeOutbox(std::size_t batch) {
  std::vector<v1::SyncRequest> requests;
  std::uint64_t first = number_ - outbox_.size() + 1;
  for (std::size_t at = 0; at < outbox_.size(); at += batch) {
    client::Request request = NewRequest();
    request.surveys[0].pull = false;
    Batch& out = request.surveys[0].batch.emplace();
    out.first = first + at;
    out.before = sent_h_;
    const std::size_t end = std::min(at + batch, outbox_.size());
    for (std::size_t i = at; i < end; ++i) {
      sent_h_ = ChainNext(sent_h_, outbox_[i]);
      out.changes.emplace_back().bytes = std::move(outbox_[i]);
    }
    requests.push_back(RowsToWire(request));
  }
  outbox_.clear();
  return requests;
}

absl::Status LoadDevice::Sync() {
  for (v1::SyncRequest& request : TakeOutbox(outbox_.size())) {
    request.mutable_surveys(0)->set_pull(true);
    v1::SyncResponse response;
    RETURN_IF_ERROR(CallSync(*stub_, identity_, request, response));
    RETURN_IF_ERROR(CheckAnswer(request, response));
    ASSIGN_OR_RETURN(const PulledPage page, TakeIn(response));
    if (page.more) RETURN_IF_ERROR(PullAll().status());
  }
  return absl::OkStatus();
}

}  // namespace chasqui::benchmarks
