// What is expected, and so travels as absent.
//
//   SyncRequest     news_bytes_max, clock.boot      as before
//                   clock.mono_ms, clock.wall_ms    differences to those before
//     SurveyExchange, in the order before
//       survey, person, forms, columns, statistics  as before
//       cursor, log                                 as the answer left them
//       batch.first, batch.before                   the end of the chain, as
//                                                   the answer told it
//   SyncResponse    received_ms                     a difference to that before
//     SurveyNews, in the order before
//       survey, log, head, end, cursor              as before
//       durable                                     (log, head) if it was the
//                                                   head before; else as before
//       outcomes: seq                               head - seq
//                 hi_ms, at_ms, lo_ms               received - hi, hi - at,
//                                                   hi - lo
//       buckets: none                               those before, each the last
//                                                   page with nothing on it
//                bucket                             as before, in that order
//                complete                           (log, head)

#include "sync/wire/stream_differences.h"

#include <algorithm>
#include <string>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/wire/distances.h"
#include "sync/wire/message_members.h"

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
    v1::SurveyNews::kEndFieldNumber,
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

v1::LogPosition ExpectedDurable(const v1::SurveyNews& before,
                                const v1::SurveyNews& now) {
  return before.durable() == At(before.log(), before.head())
             ? At(now.log(), now.head())
             : before.durable();
}

bool SameNames(const v1::SurveyNews& a, const v1::SurveyNews& b) {
  return std::equal(a.buckets().begin(), a.buckets().end(), b.buckets().begin(),
                    b.buckets().end(),
                    [](const v1::BucketNews& x, const v1::BucketNews& y) {
                      return x.bucket().kind() == y.bucket().kind() &&
                             x.bucket().name() == y.bucket().name();
                    });
}

// REQUIRES: what can be elided of `bucket` is.
bool IsQuiet(const v1::BucketNews& bucket) {
  v1::BucketNews last;
  last.set_last(true);
  return bucket.SerializeAsString() == last.SerializeAsString();
}

bool ElideBuckets(const v1::SurveyNews& before, v1::SurveyNews& news) {
  if (news.buckets().empty()) return before.buckets().empty();
  if (!SameNames(before, news)) return true;  // all of them are told
  bool quiet = true;
  for (v1::BucketNews& bucket : *news.mutable_buckets()) {
    if (!bucket.has_complete()) return false;
    bucket.clear_bucket();
    if (bucket.complete() == At(news.log(), news.head())) {
      bucket.clear_complete();
    }
    quiet &= IsQuiet(bucket);
  }
  if (!quiet) return true;
  news.clear_buckets();
  // Nothing has come since the cursor before.
  if (!before.cursor().empty() && !news.more()) {
    news.set_cursor(before.cursor());
  }
  return true;
}

absl::Status FillBuckets(const v1::SurveyNews& before, v1::SurveyNews& news) {
  if (news.buckets().empty()) {
    for (const v1::BucketNews& bucket : before.buckets()) {
      v1::BucketNews& quiet = *news.add_buckets();
      *quiet.mutable_bucket() = bucket.bucket();
      quiet.set_last(true);
    }
  }
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

void ElideTimes(std::int64_t received_ms, v1::SurveyNews& news) {
  for (v1::ChangeOutcome& outcome : *news.mutable_outcomes()) {
    outcome.set_at_ms(Less(outcome.hi_ms(), outcome.at_ms()));
    outcome.set_lo_ms(Less(outcome.hi_ms(), outcome.lo_ms()));
    outcome.set_hi_ms(Less(received_ms, outcome.hi_ms()));
    outcome.set_seq(news.head() - outcome.seq());
  }
}

void FillTimes(std::int64_t received_ms, v1::SurveyNews& news) {
  for (v1::ChangeOutcome& outcome : *news.mutable_outcomes()) {
    outcome.set_hi_ms(Less(received_ms, outcome.hi_ms()));
    outcome.set_at_ms(Less(outcome.hi_ms(), outcome.at_ms()));
    outcome.set_lo_ms(Less(outcome.hi_ms(), outcome.lo_ms()));
    outcome.set_seq(news.head() - outcome.seq());
  }
}

bool ElideNews(const v1::SurveyNews& before, std::int64_t received_ms,
               v1::SurveyNews& news) {
  ElideTimes(received_ms, news);
  if (!news.has_durable() || !ElideBuckets(before, news)) return false;
  if (news.durable() == ExpectedDurable(before, news)) news.clear_durable();
  return Elide(before, kOfNews, news);
}

absl::Status FillNews(const v1::SurveyNews& before, std::int64_t received_ms,
                      v1::SurveyNews& news) {
  Fill(before, kOfNews, news);
  if (!news.has_durable()) {
    *news.mutable_durable() = ExpectedDurable(before, news);
  }
  FillTimes(received_ms, news);
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
    clock.set_wall_ms(Less(clock.wall_ms(), expected.clock().wall_ms()));
  }
  for (int i = 0; i < request.surveys_size(); ++i) {
    v1::SurveyExchange& part = *request.mutable_surveys(i);
    const v1::SurveyExchange& other = expected.surveys(i);
    if (part.survey() != other.survey() || !Elide(other, kOfExchange, part)) {
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
    clock.set_mono_ms(Plus(clock.mono_ms(), expected.clock().mono_ms()));
    clock.set_wall_ms(Plus(clock.wall_ms(), expected.clock().wall_ms()));
  }
  for (int i = 0; i < request.surveys_size(); ++i) {
    v1::SurveyExchange& part = *request.mutable_surveys(i);
    Fill(expected.surveys(i), kOfExchange, part);
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

absl::Status Fill(const v1::SyncResponse& before, v1::SyncResponse& response) {
  if (before.surveys_size() != response.surveys_size()) {
    return absl::InvalidArgumentError(
        StrCat("response: it refers to that before, which was about ",
               before.surveys_size(), " surveys"));
  }
  response.set_received_ms(Plus(response.received_ms(), before.received_ms()));
  for (int i = 0; i < response.surveys_size(); ++i) {
    RETURN_IF_ERROR(FillNews(before.surveys(i), response.received_ms(),
                             *response.mutable_surveys(i)));
  }
  return absl::OkStatus();
}

v1::SyncRequest Repeatable(const v1::SyncRequest& request) {
  v1::SyncRequest kept;
  Fill(request, kOfRequest, kept);
  *kept.mutable_clock() = request.clock();
  for (const v1::SurveyExchange& part : request.surveys()) {
    Fill(part, kOfExchange, *kept.add_surveys());
  }
  return kept;
}

v1::SyncResponse Repeatable(const v1::SyncResponse& response) {
  v1::SyncResponse kept;
  kept.set_received_ms(response.received_ms());
  for (const v1::SurveyNews& news : response.surveys()) {
    v1::SurveyNews& part = *kept.add_surveys();
    Fill(news, kOfNews, part);
    *part.mutable_durable() = news.durable();
    for (const v1::BucketNews& bucket : news.buckets()) {
      *part.add_buckets()->mutable_bucket() = bucket.bucket();
    }
  }
  return kept;
}

}  // namespace chasqui::wire
