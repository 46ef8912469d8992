#include "client/device.h"

#include <algorithm>
#include <utility>

#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::client {
namespace {

// Errors that may pass by themselves.
bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsAborted(status);
}

}  // namespace

Device::Device(std::string name, DeviceStore& store, Clock& clock,
               Transport* transport, Random random)
    : name_(std::move(name)),
      store_(store),
      clock_(clock),
      transport_(transport),
      random_(std::move(random)) {}

absl::StatusOr<std::unique_ptr<Device>> Device::Open(std::string name,
                                                     DeviceStore& store,
                                                     Clock& clock,
                                                     Transport* transport,
                                                     Random random) {
  if (!IsName(name)) {
    return absl::InvalidArgumentError(
        StrCat("\"", name, "\" cannot name a device"));
  }
  std::unique_ptr<Device> device(
      new Device(std::move(name), store, clock, transport, std::move(random)));
  absl::Status status;
  RETURN_IF_ERROR(store.Scan(
      Table::kSurvey, "", "",
      [&](std::string_view survey, std::string_view value) {
        absl::StatusOr<SurveyState> state = DecodeState(value);
        status = state.status();
        if (state.ok()) {
          device->surveys_[std::string(survey)] =
              std::make_unique<LocalSurvey>(std::string(survey), device->name_,
                                            *std::move(state), store, clock);
        }
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  for (auto& [survey, local] : device->surveys_) {
    RETURN_IF_ERROR(local->Load());
  }
  // Answers to requests of an earlier run of the app are not for this one.
  device->last_id_ = device->random_();
  return device;
}

absl::Status Device::Join(std::string_view survey, std::string_view person) {
  if (!IsName(survey) || !IsName(person)) {
    return absl::InvalidArgumentError(
        StrCat("\"", survey, "\" or \"", person,
               "\" cannot name a survey or a person"));
  }
  std::unique_ptr<LocalSurvey>& local = surveys_[std::string(survey)];
  if (local == nullptr) {
    local = std::make_unique<LocalSurvey>(std::string(survey), name_,
                                          SurveyState{}, store_, clock_);
  }
  return local->SetPerson(person);
}

LocalSurvey* Device::Find(std::string_view survey) {
  const auto found = surveys_.find(survey);
  return found == surveys_.end() ? nullptr : found->second.get();
}

std::vector<std::string> Device::Surveys() const {
  std::vector<std::string> names;
  for (const auto& [name, survey] : surveys_) names.push_back(name);
  return names;
}

void Device::Sync(SyncOptions options) {
  CHECK(transport_ != nullptr);
  if (state_ != SyncState::kIdle) return;
  options_ = std::move(options);
  state_ = SyncState::kWaiting;
  sync_status_ = absl::OkStatus();
  next_attempt_ms_ = 0;
  failures_ = 0;
  exchanges_ = 0;
  records_ = 0;
}

void Device::Cancel() {
  if (state_ == SyncState::kExchanging) transport_->Cancel(last_id_);
  if (state_ != SyncState::kIdle) End(absl::CancelledError("cancelled"));
}

void Device::End(const absl::Status& status) {
  state_ = SyncState::kIdle;
  sync_status_ = status;
}

void Device::Back(const absl::Status& why, std::uint32_t least_ms,
                  std::int64_t now_ms) {
  const int doublings = static_cast<int>(std::min<std::uint32_t>(failures_, 7));
  const std::int64_t full =
      std::min(kBackoffFirstMs << doublings, kBackoffMaxMs);
  const auto drawn = static_cast<std::int64_t>(
      random_() % static_cast<std::uint64_t>(full / 2 + 1));
  ++failures_;
  state_ = SyncState::kWaiting;
  sync_status_ = why;
  next_attempt_ms_ =
      now_ms + std::max<std::int64_t>(full / 2 + drawn, least_ms);
}

absl::Status Device::StartExchange(std::int64_t now_ms) {
  Request request;
  request.device = name_;
  const std::size_t share =
      std::min(options_.request_bytes_max, kRequestBytesMax) /
      std::max<std::size_t>(surveys_.size(), 1);
  for (const auto& [name, survey] : surveys_) {
    ASSIGN_OR_RETURN(SurveyRequest part, survey->NextRequest(share));
    request.surveys.push_back(std::move(part));
  }
  sent_mono_ms_ = clock_.MonotonicMillis();
  request.clock.boot = BootNumber(clock_.BootId());
  request.clock.mono_ms = sent_mono_ms_;
  request.clock.wall_ms = absl::ToUnixMillis(clock_.Now());
  request.clock.round_trip_ms = round_trip_ms_;
  for (SurveyRequest& part : request.surveys) {
    if (part.batch.has_value()) part.batch->exchange = request.clock;
  }
  deadline_ms_ = now_ms + kExchangeTimeoutMs;
  state_ = SyncState::kExchanging;
  sent_ = request;
  transport_->Send(++last_id_, request);
  return absl::OkStatus();
}

absl::Status Device::TakeIn(const Response& response) {
  more_ = false;
  refused_ = absl::OkStatus();
  for (const SurveyNews& news : response.surveys) {
    LocalSurvey* const survey = Find(news.survey);
    const auto sent = std::find_if(
        sent_.surveys.begin(), sent_.surveys.end(),
        [&news](const auto& s) { return s.survey == news.survey; });
    if (survey == nullptr || sent == sent_.surveys.end()) continue;
    ASSIGN_OR_RETURN(const bool more, survey->TakeIn(*sent, news));
    if (!news.error.ok()) refused_ = news.error;
    more_ |= more && news.error.ok();
    for (const BucketNews& bucket : news.buckets) {
      records_ += bucket.items.size();
    }
    if (options_.progress == nullptr) continue;
    SyncProgress progress;
    progress.survey = news.survey;
    progress.outbox = survey->outbox_size();
    progress.exchanges = exchanges_;
    progress.records = records_;
    progress.more = more;
    options_.progress(progress);
  }
  return absl::OkStatus();
}

absl::Status Device::Finish(const Completion& completion, std::int64_t now_ms) {
  if (!completion.response.ok()) {
    const absl::Status& error = completion.response.status();
    if (MayPass(error)) {
      Back(error, 0, now_ms);
    } else {
      End(error);
    }
    return absl::OkStatus();
  }
  round_trip_ms_ = clock_.MonotonicMillis() - sent_mono_ms_;
  ++exchanges_;
  failures_ = 0;
  // Ready to try again, should the store fail now.
  state_ = SyncState::kWaiting;
  sync_status_ = absl::OkStatus();
  next_attempt_ms_ = now_ms + completion.response->retry_after_ms;
  absl::Status wrong = TakeIn(*completion.response);
  // What is refused of one survey does not hold up the others.
  if (wrong.ok() && !more_) wrong = refused_;
  if (MayPass(wrong)) {
    Back(wrong, completion.response->retry_after_ms, now_ms);
  } else if (!wrong.ok() || !more_) {
    End(wrong);
  }
  return absl::OkStatus();
}

absl::Status Device::Step(std::int64_t now_ms) {
  while (transport_ != nullptr) {
    const std::optional<Completion> completion = transport_->Poll();
    if (!completion.has_value()) break;
    // Answers to requests given up come late, or twice: the request that took
    // their place brings the same.
    if (state_ != SyncState::kExchanging || completion->id != last_id_) {
      continue;
    }
    RETURN_IF_ERROR(Finish(*completion, now_ms));
  }
  if (state_ == SyncState::kExchanging && now_ms >= deadline_ms_) {
    transport_->Cancel(last_id_);
    Back(absl::DeadlineExceededError("no answer in time"), 0, now_ms);
  }
  if (state_ == SyncState::kWaiting && now_ms >= next_attempt_ms_) {
    RETURN_IF_ERROR(StartExchange(now_ms));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::client
