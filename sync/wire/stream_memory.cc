#include "sync/wire/stream_memory.h"

#include <algorithm>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/wire/stream_differences.h"

namespace chasqui::wire {

absl::StatusOr<v1::SyncRequest> StreamMemory::ExpectedRequest(
    std::uint32_t after) const {
  if (after == 0 || after > answers_ || answers_ - after >= latest_.size()) {
    return absl::InvalidArgumentError(StrCat(
        "request: it refers to answer ", after, " of the stream; it may ",
        "refer to the latest ", kAnswersRemembered, " of ", answers_));
  }
  const v1::SyncResponse& answer =
      latest_[latest_.size() - 1 - (answers_ - after)];
  v1::SyncRequest expected = request_;
  for (v1::SurveyExchange& part : *expected.mutable_surveys()) {
    const auto news = std::find_if(
        answer.surveys().begin(), answer.surveys().end(),
        [&part](const auto& each) { return each.survey() == part.survey(); });
    if (news == answer.surveys().end()) continue;
    if (!news->cursor().empty()) part.set_cursor(news->cursor());
    if (news->log() != 0) part.set_log(news->log());
    if (!news->has_end()) continue;
    part.mutable_batch()->set_first(news->end().number() + 1);
    part.mutable_batch()->set_before(news->end().h());
  }
  return expected;
}

void StreamMemory::Note(const v1::SyncRequest& request) {
  request_ = Repeatable(request);
}

void StreamMemory::Note(const v1::SyncResponse& response) {
  response_ = Repeatable(response, response_);
  ++answers_;
  latest_.push_back(response_);
  if (latest_.size() > kAnswersRemembered) latest_.pop_front();
}

v1::SyncRequest DeviceMemory::Shorten(v1::SyncRequest request,
                                      LastHashes last) {
  unanswered_.push_back(std::move(last));
  const auto expected = memory_.ExpectedRequest(memory_.answers());
  memory_.Note(request);
  if (expected.ok() && request.ByteSizeLong() <= kShortenedBytesMax) {
    v1::SyncRequest wire = request;
    if (Elide(*expected, wire)) {
      wire.set_after(memory_.answers());
      request = std::move(wire);
    }
  }
  request.set_remembers(true);
  return request;
}

absl::StatusOr<v1::SyncResponse> DeviceMemory::Restore(
    v1::SyncResponse response) {
  if (unanswered_.empty()) {
    return absl::InvalidArgumentError("response: nothing was asked");
  }
  const LastHashes last = std::move(unanswered_.front());
  unanswered_.pop_front();
  if (response.shortened()) {
    response.clear_shortened();
    RETURN_IF_ERROR(Fill(memory_.ExpectedResponse(), last, response));
  }
  memory_.Note(response);
  return response;
}

absl::StatusOr<v1::SyncRequest> ServerMemory::Restore(v1::SyncRequest request) {
  remembers_ = request.remembers();
  if (request.after() != 0) {
    ASSIGN_OR_RETURN(const v1::SyncRequest expected,
                     memory_.ExpectedRequest(request.after()));
    RETURN_IF_ERROR(Fill(expected, request));
  }
  request.clear_after();
  request.clear_remembers();
  if (remembers_) memory_.Note(request);
  return request;
}

v1::SyncResponse ServerMemory::Shorten(v1::SyncResponse response) {
  if (!remembers_) return response;
  if (memory_.answers() > 0 && response.ByteSizeLong() <= kShortenedBytesMax) {
    v1::SyncResponse wire = response;
    if (Elide(memory_.ExpectedResponse(), wire)) {
      wire.set_shortened(true);
      // Noted as the device will have it, whose cursor may be an earlier one.
      for (int i = 0; i < wire.surveys_size(); ++i) {
        if (wire.surveys(i).cursor().empty()) {
          response.mutable_surveys(i)->set_cursor(
              memory_.ExpectedResponse().surveys(i).cursor());
        }
      }
      memory_.Note(response);
      return wire;
    }
  }
  memory_.Note(response);
  return response;
}

}  // namespace chasqui::wire
