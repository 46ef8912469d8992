#include "client/device.h"

#include <algorithm>
#include <utility>

#include "client/relay.h"
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

// Errors that say that the link broke.
bool IsDrop(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

// Key of Table::kDevice.
constexpr char kLink[] = "link";

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
  ASSIGN_OR_RETURN(device->keys_, LoadKeys(store));
  ASSIGN_OR_RETURN(device->credential_, LoadCredential(store));
  ASSIGN_OR_RETURN(const auto link, store.Get(Table::kDevice, kLink));
  if (link.has_value()) {
    // A damaged one is measured again.
    device->link_ = LinkEstimate::Decode(*link).value_or(LinkEstimate());
    device->link_kept_ = device->link_;
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
  held_up_.clear();
  proved_ = false;
}

void Device::Cancel() {
  if (state_ == SyncState::kIdle) return;
  GiveUp();
  End(absl::CancelledError("cancelled"));
}

// No answer under way is wanted any more.
void Device::GiveUp() {
  if (!under_way_.empty()) transport_->Cancel(under_way_.front().id);
  under_way_.clear();
}

void Device::End(const absl::Status& status) {
  state_ = SyncState::kIdle;
  sync_status_ = status;
  if (link_ == link_kept_) return;
  StoreBatch batch;
  batch.set_lasting(false);
  batch.Put(Table::kDevice, kLink, link_.Encode());
  // What a store has no room for is measured again.
  if (store_.Commit(batch).ok()) link_kept_ = link_;
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

void Device::Report(const LocalSurvey& survey, const SurveyNews& news,
                    bool more) {
  if (options_.progress == nullptr) return;
  SyncProgress progress;
  progress.survey = news.survey;
  progress.outbox = survey.outbox_size();
  progress.exchanges = exchanges_;
  progress.records = records_;
  progress.more = more;
  options_.progress(progress);
}

absl::Status Device::TakeCarried(const UnderWay& sent,
                                 const Response& response) {
  const std::string& unit = sent.request.carried;
  bool done = unit.empty() && sent.request.brings_changes();
  if (!unit.empty() && response.carried.has_value()) {
    ASSIGN_OR_RETURN(done, TakeCarriedNews(unit, *response.carried, store_));
  }
  if (!done) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string next, NextCarried(store_));
  more_ |= !next.empty();
  return absl::OkStatus();
}

absl::Status Device::TakeIn(const UnderWay& sent, const Response& response) {
  more_ = !sent.pulls();
  replan_ = false;
  refused_ = absl::OkStatus();
  RETURN_IF_ERROR(TakeKeys(response, store_, keys_));
  RETURN_IF_ERROR(TakeCredential(response));
  RETURN_IF_ERROR(TakeCarried(sent, response));
  for (const SurveyNews& news : response.surveys) {
    LocalSurvey* const survey = Find(news.survey);
    const auto part = std::find_if(
        sent.request.surveys.begin(), sent.request.surveys.end(),
        [&news](const auto& s) { return s.survey == news.survey; });
    if (survey == nullptr || part == sent.request.surveys.end()) continue;
    ASSIGN_OR_RETURN(const bool more, survey->TakeIn(*part, news));
    if (!news.error.ok()) refused_ = news.error;
    // Rows are asked for whether or not news are told.
    const bool goes_on = more && (news.error.ok() || news.send_rows);
    more_ |= goes_on;
    if (goes_on) {
      held_up_.erase(news.survey);
    } else if (part->rest) {
      held_up_.insert(news.survey);
    }
    replan_ |= !news.error.ok() || news.lineage.has_value() || news.send_rows ||
               (news.answer.has_value() && news.answer->gap);
    for (const BucketNews& bucket : news.buckets) {
      records_ += bucket.items.size() + bucket.repairs.size();
    }
    Report(*survey, news, more);
  }
  return absl::OkStatus();
}

// What the link did between this answer and the one before, or its request.
void Device::Measure(const Completion& completion, const UnderWay& sent,
                     std::int64_t now_ms) {
  const std::int64_t took = now_ms - std::max(sent.sent_ms, answered_ms_);
  answered_ms_ = now_ms;
  if (completion.response.ok()) {
    link_.Moved(completion.bytes, took);
  } else if (IsDrop(completion.response.status())) {
    link_.Dropped(took);
  }
}

void Device::Finish(const Completion& completion, std::int64_t now_ms) {
  // Answers to requests given up come late, or twice: the request that took
  // their place brings the same. One that was overtaken will not come.
  while (under_way_.front().id != completion.id) under_way_.pop_front();
  const UnderWay sent = std::move(under_way_.front());
  under_way_.pop_front();
  Measure(completion, sent, now_ms);
  if (!completion.response.ok()) {
    const absl::Status& error = completion.response.status();
    GiveUp();
    if (ProvesAgain(completion, now_ms)) return;
    if (MayPass(error)) {
      Back(error, completion.retry_after_ms, now_ms);
    } else {
      End(error);
    }
    return;
  }
  round_trip_ms_ = clock_.MonotonicMillis() - sent.sent_mono_ms;
  if (sent.request.link != LinkEstimate()) link_told_ = sent.request.link;
  heartbeat_told_.Tell(sent.request.heartbeat);
  ++exchanges_;
  failures_ = 0;
  deadline_ms_ = now_ms + kExchangeTimeoutMs;
  const std::uint32_t retry_after_ms = completion.response->retry_after_ms;
  // Ready to try again, should the store fail now.
  state_ = SyncState::kWaiting;
  sync_status_ = absl::OkStatus();
  next_attempt_ms_ = now_ms + retry_after_ms;
  absl::Status wrong = TakeIn(sent, *completion.response);
  if (wrong.ok()) wrong = TakeStanding(sent, *completion.response);
  if (!wrong.ok() || replan_) GiveUp();
  if (!under_way_.empty()) {
    state_ = SyncState::kExchanging;
    return;
  }
  // What is refused of one survey does not hold up the others.
  if (wrong.ok() && !more_) wrong = refused_;
  if (MayPass(wrong)) {
    Back(wrong, retry_after_ms, now_ms);
  } else if (!wrong.ok() || !more_) {
    End(wrong);
  }
}

absl::Status Device::Step(std::int64_t now_ms) {
  while (transport_ != nullptr) {
    const std::optional<Completion> completion = transport_->Poll();
    if (!completion.has_value()) break;
    const bool wanted = std::any_of(
        under_way_.begin(), under_way_.end(),
        [&](const UnderWay& sent) { return sent.id == completion->id; });
    if (wanted) Finish(*completion, now_ms);
  }
  if (state_ == SyncState::kExchanging && now_ms >= deadline_ms_) {
    GiveUp();
    link_.Dropped(kExchangeTimeoutMs);
    Back(absl::DeadlineExceededError("no answer in time"), 0, now_ms);
  }
  if (state_ != SyncState::kIdle && now_ms >= next_attempt_ms_) {
    RETURN_IF_ERROR(Fill(now_ms));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::client
