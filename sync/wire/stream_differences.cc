// What is expected, and so travels as absent.
//
//   SyncRequest     news_bytes_max, clock.boot      as before
//                   clock.mono_ms                   a difference to that before
//                   clock.wall_ms                   the same, less that of
//                   mono_ms
//     SurveyExchange, in the order before
//       survey, person, forms, columns, statistics, lineages
//                                                   as before
//       cursor, log                                 as the answer left them
//       batch.first, batch.before                   the end of the chain, as
//                                                   the answer told it
//   SyncResponse    received_ms                     a difference to that before
//     SurveyNews, in the order before
//       survey, log, head, digest                   as before
//       cursor                                      as before; else a splice of
//                                                   that (splice.h)
//       durable                                     (log, head) if it was the
//                                                   head before; else as before
//       outcomes, end                               see outcome_differences.h
//       buckets: bucket                             that in its place in the
//                                                   latest answer with buckets
//                complete                           (log, head)

#include "sync/wire/stream_differences.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/wire/distances.h"
#include "sync/wire/message_members.h"
#include "sync/wire/outcome_differences.h"
#include "sync/wire/splice.h"

namespace chasqui::wire {
namespace {

constexpr MemberNumbers kOfRequest = {
    v1::SyncRequest::kNewsBytesMaxFieldNumber};
constexpr MemberNumbers kOfClock = {v1::ExchangeClock::kBootFieldNumber};
constexpr MemberNumbers kOfExchange = {
    v1::SurveyExchange::kSurveyFieldNumber,
    v1::SurveyExchange::kPersonFieldNumber,
    v1::SurveyExchange::kCursorFieldNumber,
    v1::SurveyExchange::kLogFieldNumber,
    v1::SurveyExchange::kFormsFieldNumber,
    v1::SurveyExchange::kColumnsFieldNumber,
    v1::SurveyExchange::kStatisticsFieldNumber,
};
constexpr MemberNumbers kOfBatch = {v1::ChangeBatch::kFirstFieldNumber,
                                    v1::ChangeBatch::kBeforeFieldNumber};
constexpr MemberNumbers kOfNews = {
    v1::SurveyNews::kSurveyFieldNumber, v1::SurveyNews::kLogFieldNumber,
    v1::SurveyNews::kHeadFieldNumber,   v1::SurveyNews::kCursorFieldNumber,
    v1::SurveyNews::kDigestFieldNumber,
};

v1::LogPosition At(std::uint64_t log, std::uint64_t seq) {
  v1::LogPosition position;
  position.set_log(log);
  position.set_seq(seq);
  return position;
}

bool operator==(const v1::LogPosition& a, const v1::LogPosition& b) {
  return a.log() == b.log() && a.seq() == b.seq();
}

bool ElideLineages(const v1::SurveyExchange& before, v1::SurveyExchange& part) {
  if (part.lineages().empty()) return before.lineages().empty();
  const bool same =
      std::equal(before.lineages().begin(), before.lineages().end(),
                 part.lineages().begin(), part.lineages().end(),
                 [](const v1::LogLineage& a, const v1::LogLineage& b) {
                   return a.SerializeAsString() == b.SerializeAsString();
                 });
  if (same) part.clear_lineages();
  return true;
}

v1::LogPosition ExpectedDurable(const v1::SurveyNews& before,
                                const v1::SurveyNews& now) {
  return before.durable() == At(before.log(), before.head())
             ? At(now.log(), now.head())
             : before.durable();
}

bool SameName(const v1::BucketName& a, const v1::BucketName& b) {
  return a.kind() == b.kind() && a.name() == b.name();
}

bool ElideBuckets(const v1::SurveyNews& before, v1::SurveyNews& news) {
  for (int i = 0; i < news.buckets_size(); ++i) {
    v1::BucketNews& bucket = *news.mutable_buckets(i);
    if (!bucket.has_bucket() || !bucket.has_complete()) return false;
    if (i < before.buckets_size() &&
        SameName(before.buckets(i).bucket(), bucket.bucket())) {
      bucket.clear_bucket();
    }
    if (bucket.complete() == At(news.log(), news.head())) {
      bucket.clear_complete();
    }
  }
  return true;
}

absl::Status FillBuckets(const v1::SurveyNews& before, v1::SurveyNews& news) {
  for (int i = 0; i < news.buckets_size(); ++i) {
    v1::BucketNews& bucket = *news.mutable_buckets(i);
    if (!bucket.has_bucket()) {
      if (i >= before.buckets_size()) {
        return absl::InvalidArgumentError(
            StrCat("bucket ", i, " has no name, and there were ",
                   before.buckets_size(), " in the answer before"));
      }
      *bucket.mutable_bucket() = before.buckets(i).bucket();
    }
    if (!bucket.has_complete()) {
      *bucket.mutable_complete() = At(news.log(), news.head());
    }
  }
  return absl::OkStatus();
}

// Whether the pull that this answers found nothing, so that the cursor before
// is as good as the one it gave.
bool IsQuiet(const v1::SurveyNews& before, const v1::SurveyNews& news) {
  return news.buckets().empty() && news.notices().empty() &&
         news.lost().empty() && !news.more() && news.log() == before.log();
}

bool ElideNews(const v1::SurveyNews& before, std::int64_t received_ms,
               v1::SurveyNews& news) {
  if (!news.has_durable() || !ElideOutcomes(before, received_ms, news) ||
      !ElideBuckets(before, news)) {
    return false;
  }
  if (news.durable() == ExpectedDurable(before, news)) news.clear_durable();
  if (!news.cursor().empty()) {
    if (IsQuiet(before, news) && !before.cursor().empty()) {
      news.set_cursor(before.cursor());
    }
    if (news.cursor() != before.cursor()) {
      news.set_cursor(SpliceOf(before.cursor(), news.cursor()));
    }
  }
  return Elide(before, kOfNews, news);
}

absl::Status FillNews(const v1::SurveyNews& before, std::int64_t received_ms,
                      std::string_view last_h, v1::SurveyNews& news) {
  if (!news.cursor().empty()) {
    ASSIGN_OR_RETURN(*news.mutable_cursor(),
                     Spliced(before.cursor(), news.cursor()));
  }
  Fill(before, kOfNews, news);
  if (!news.has_durable()) {
    *news.mutable_durable() = ExpectedDurable(before, news);
  }
  RETURN_IF_ERROR(FillOutcomes(before, received_ms, last_h, news));
  return FillBuckets(before, news);
}

}  // namespace

bool Elide(const v1::SyncRequest& expected, v1::SyncRequest& request) {
  if (request.surveys_size() != expected.surveys_size() ||
      !Elide(expected, kOfRequest, request)) {
    return false;
  }
  if (request.has_clock()) {
    v1::ExchangeClock& clock = *request.mutable_clock();
    if (!Elide(expected.clock(), kOfClock, clock)) return false;
    clock.set_mono_ms(Less(clock.mono_ms(), expected.clock().mono_ms()));
    clock.set_wall_ms(Less(Less(clock.wall_ms(), expected.clock().wall_ms()),
                           clock.mono_ms()));
  }
  for (int i = 0; i < request.surveys_size(); ++i) {
    v1::SurveyExchange& part = *request.mutable_surveys(i);
    const v1::SurveyExchange& other = expected.surveys(i);
    if (part.survey() != other.survey() || !Elide(other, kOfExchange, part) ||
        !ElideLineages(other, part)) {
      return false;
    }
    if (part.has_batch() &&
        !Elide(other.batch(), kOfBatch, *part.mutable_batch())) {
      return false;
    }
  }
  return true;
}

absl::Status Fill(const v1::SyncRequest& expected, v1::SyncRequest& request) {
  if (request.surveys_size() != expected.surveys_size()) {
    return absl::InvalidArgumentError(
        StrCat("request: it refers to that before, which was about ",
               expected.surveys_size(), " surveys, and is about ",
               request.surveys_size()));
  }
  Fill(expected, kOfRequest, request);
  if (request.has_clock()) {
    v1::ExchangeClock& clock = *request.mutable_clock();
    Fill(expected.clock(), kOfClock, clock);
    clock.set_wall_ms(Plus(Plus(clock.wall_ms(), clock.mono_ms()),
                           expected.clock().wall_ms()));
    clock.set_mono_ms(Plus(clock.mono_ms(), expected.clock().mono_ms()));
  }
  for (int i = 0; i < request.surveys_size(); ++i) {
    v1::SurveyExchange& part = *request.mutable_surveys(i);
    Fill(expected.surveys(i), kOfExchange, part);
    if (part.lineages().empty()) {
      *part.mutable_lineages() = expected.surveys(i).lineages();
    }
    if (part.has_batch()) {
      Fill(expected.surveys(i).batch(), kOfBatch, *part.mutable_batch());
    }
  }
  return absl::OkStatus();
}

bool Elide(const v1::SyncResponse& before, v1::SyncResponse& response) {
  if (before.surveys_size() != response.surveys_size()) return false;
  for (int i = 0; i < response.surveys_size(); ++i) {
    if (response.surveys(i).survey() != before.surveys(i).survey() ||
        !ElideNews(before.surveys(i), response.received_ms(),
                   *response.mutable_surveys(i))) {
      return false;
    }
  }
  response.set_received_ms(Less(response.received_ms(), before.received_ms()));
  return true;
}

absl::Status Fill(const v1::SyncResponse& before, const LastHashes& last,
                  v1::SyncResponse& response) {
  if (before.surveys_size() != response.surveys_size()) {
    return absl::InvalidArgumentError(
        StrCat("response: it refers to that before, which was about ",
               before.surveys_size(), " surveys"));
  }
  response.set_received_ms(Plus(response.received_ms(), before.received_ms()));
  for (int i = 0; i < response.surveys_size(); ++i) {
    const auto h = last.find(before.surveys(i).survey());
    RETURN_IF_ERROR(FillNews(before.surveys(i), response.received_ms(),
                             h == last.end() ? std::string_view() : h->second,
                             *response.mutable_surveys(i)));
  }
  return absl::OkStatus();
}

v1::SyncRequest Repeatable(const v1::SyncRequest& request) {
  v1::SyncRequest kept;
  Fill(request, kOfRequest, kept);
  *kept.mutable_clock() = request.clock();
  for (const v1::SurveyExchange& part : request.surveys()) {
    v1::SurveyExchange& repeated = *kept.add_surveys();
    Fill(part, kOfExchange, repeated);
    *repeated.mutable_lineages() = part.lineages();
  }
  return kept;
}

v1::SyncResponse Repeatable(const v1::SyncResponse& response,
                            const v1::SyncResponse& before) {
  v1::SyncResponse kept;
  kept.set_received_ms(response.received_ms());
  for (int i = 0; i < response.surveys_size(); ++i) {
    const v1::SurveyNews& news = response.surveys(i);
    v1::SurveyNews& part = *kept.add_surveys();
    Fill(news, kOfNews, part);
    *part.mutable_durable() = news.durable();
    if (news.has_end()) *part.mutable_end() = news.end();
    const bool same = i < before.surveys_size() &&
                      before.surveys(i).survey() == news.survey();
    for (const v1::BucketNews& bucket : same&& news.buckets().empty()
                                            ? before.surveys(i).buckets()
                                            : news.buckets()) {
      *part.add_buckets()->mutable_bucket() = bucket.bucket();
    }
  }
  return kept;
}

}  // namespace chasqui::wire
