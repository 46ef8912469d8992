// What a device says next, to the server.

#include <algorithm>
#include <utility>

#include "client/device.h"
#include "client/relay.h"
#include "sync/base/status_macros.h"

namespace chasqui::client {
namespace {

// Whether the server would choose otherwise, knowing `b` instead of `a`.
bool Differ(const LinkEstimate& a, const LinkEstimate& b) {
  const auto far = [](std::uint64_t x, std::uint64_t y) {
    return std::max(x, y) - std::min(x, y) > std::max(x, y) / 4;
  };
  return far(a.bytes_per_s(), b.bytes_per_s()) ||
         far(a.overhead_ms(), b.overhead_ms()) ||
         far(a.drop_interval_ms(), b.drop_interval_ms());
}

}  // namespace

std::uint64_t Device::LastUnderWay(const std::string& survey) const {
  std::uint64_t last = 0;
  for (const UnderWay& sent : under_way_) {
    for (const SurveyRequest& part : sent.request.surveys) {
      if (part.survey == survey) last = std::max(last, part.last());
    }
  }
  return last;
}

absl::StatusOr<Heartbeat> Device::HeartbeatAfter(const Request& request) const {
  Heartbeat now;
  now.app = options_.app;
  now.vitals = options_.vitals;
  Unsent unsent;
  for (const auto& [name, survey] : surveys_) {
    std::uint64_t last = LastUnderWay(name);
    for (const SurveyRequest& part : request.surveys) {
      if (part.survey == name) last = std::max(last, part.last());
    }
    ASSIGN_OR_RETURN(const Unsent of_survey, survey->UnsentAfter(last));
    unsent.changes += of_survey.changes;
    unsent.oldest_ms = std::max(unsent.oldest_ms, of_survey.oldest_ms);
  }
  now.unsent = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(unsent.changes, UINT32_MAX));
  now.oldest_unsent_s = static_cast<std::uint32_t>(
      std::min<std::int64_t>(unsent.oldest_ms / 1'000, UINT32_MAX));
  return now;
}

// Changes up, as long as not all of them fit; then one that asks for news, with
// the last of them. Small outboxes need no other.
absl::StatusOr<Request> Device::NextRequest() {
  Request request;
  request.device = name_;
  const std::size_t batch_bytes = std::min(
      {options_.request_bytes_max, kRequestBytesMax, link_.BatchBytes()});
  bool rest = false;
  for (const auto& [name, survey] : surveys_) {
    ASSIGN_OR_RETURN(SurveyRequest part,
                     survey->NextRequest(batch_bytes / std::max<std::size_t>(
                                                           surveys_.size(), 1),
                                         LastUnderWay(name)));
    rest |= part.rest && !held_up_.contains(name);
    request.surveys.push_back(std::move(part));
  }
  request.device_key = keys_.ToTell();
  request.wiped = wiping_;
  request.shown = ToShow();
  if (rest) {
    std::erase_if(request.surveys, [this](const SurveyRequest& part) {
      return part.last() == 0 || held_up_.contains(part.survey);
    });
    for (SurveyRequest& part : request.surveys) {
      part.pull = false;
      part.questions.clear();
    }
  } else if (!request.brings_changes()) {
    ASSIGN_OR_RETURN(request.carried, NextCarried(store_));
  }
  request.news_bytes_max = static_cast<std::uint32_t>(batch_bytes);
  if (Differ(link_, link_told_)) request.link = link_;
  ASSIGN_OR_RETURN(const Heartbeat now, HeartbeatAfter(request));
  request.heartbeat = heartbeat_told_.NewsIn(now);
  return request;
}

absl::Status Device::Fill(std::int64_t now_ms) {
  while (under_way_.size() < transport_->window() &&
         (under_way_.empty() || !under_way_.back().pulls())) {
    ASSIGN_OR_RETURN(Request request, NextRequest());
    UnderWay sent;
    sent.sent_ms = now_ms;
    request.clock = ClocksNow(clock_);
    sent.sent_mono_ms = request.clock.mono_ms;
    request.clock.round_trip_ms = round_trip_ms_;
    for (SurveyRequest& part : request.surveys) {
      if (part.batch.has_value()) part.batch->exchange = request.clock;
    }
    if (under_way_.empty()) deadline_ms_ = now_ms + kExchangeTimeoutMs;
    state_ = SyncState::kExchanging;
    sent.id = ++last_id_;
    sent.request = std::move(request);
    under_way_.push_back(std::move(sent));
    transport_->Send(last_id_, under_way_.back().request);
  }
  return absl::OkStatus();
}

}  // namespace chasqui::client
