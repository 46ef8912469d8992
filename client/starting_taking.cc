// What a device does with a starting file: as with a pull of its bucket from
// zero that ended where the file was made, long ago maybe.

#include <algorithm>
#include <limits>
#include <utility>

#include "client/intaking.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {

// What the server has signed is what it had: a base, without being compared.
absl::Status Intaking::NoteStarted(const StartingPart& part) {
  const auto is_of = [&part](const auto& bucket) {
    return bucket.bucket == part.file.bucket;
  };
  auto at = std::find_if(state_.started.begin(), state_.started.end(), is_of);
  if (at == state_.started.end()) {
    state_.started.push_back({part.file.bucket, {}, 0, ""});
    at = state_.started.end() - 1;
  }
  at->at = part.file.at;
  at->chunks = part.number + 1;
  if (!news_.cursor.empty()) at->cursor = news_.cursor;
  if (!part.last) return absl::OkStatus();
  for (FollowedBucket& followed : state_.buckets) {
    if (!is_of(followed)) continue;
    RETURN_IF_ERROR(Completed(followed, part.file.at));
    followed.agreed = followed.complete;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::uint32_t> LocalSurvey::NextChunkOf(
    const seal::StartingName& file) const {
  const auto is_of = [&file](const auto& bucket) {
    return bucket.bucket == file.bucket;
  };
  const auto followed =
      std::find_if(state_.buckets.begin(), state_.buckets.end(), is_of);
  if (followed != state_.buckets.end() && followed->complete != Position{}) {
    return absl::FailedPreconditionError(StrCat("all of ", ToText(file.bucket),
                                                " is here already, as of ",
                                                ToText(followed->complete)));
  }
  const auto started =
      std::find_if(state_.started.begin(), state_.started.end(), is_of);
  if (started == state_.started.end() || started->at != file.at) return 0;
  return started->chunks;
}

//   the file's log is        then what it has is
//   the one known, or the    as it says
//   first that is
//   a later one              as an exchange that tells the new name
//   an earlier one           as it says, if none of it was cut off since
absl::Status LocalSurvey::Place(SurveyNews& news) const {
  if (news.log == state_.log) news.lineage.reset();
  if (news.log == state_.log || state_.log == LogName::kNone) {
    return absl::OkStatus();
  }
  const auto is_known = [this](const LogEpoch& epoch) {
    return epoch.name == state_.log;
  };
  if (news.lineage.has_value() &&
      std::any_of(news.lineage->begin(), news.lineage->end(), is_known)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Lineage known, PresentLineage());
  if (CountsAs({news.log, news.head}, known, std::numeric_limits<Seq>::max(),
               {}) < news.head) {
    return absl::FailedPreconditionError(
        StrCat("what it is of was lost when the server of survey ", name_,
               " was restored: have another made, or sync without it"));
  }
  news.log = state_.log;
  news.lineage.reset();
  return absl::OkStatus();
}

absl::Status LocalSurvey::TakeStarting(SurveyNews news) {
  CHECK(news.starting.has_value());
  const StartingPart part = *news.starting;
  ASSIGN_OR_RETURN(const std::uint32_t next, NextChunkOf(part.file));
  if (part.number != next) {
    return absl::FailedPreconditionError(StrCat("it is chunk ", part.number,
                                                "; of that file, chunk ", next,
                                                " comes next"));
  }
  RETURN_IF_ERROR(Place(news));
  news.durable = state_.durable;
  if (news.statistics.has_value() && news.statistics->form < state_.forms) {
    news.statistics.reset();
  }
  news.digest.reset();
  SurveyRequest sent;
  sent.survey = name_;
  sent.pull = false;
  Intaking intaking(*this, sent, news);
  return intaking.Run();
}

}  // namespace chasqui::client
