// What a stream says of a batch.

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "tests/wire/stream_fixture.h"

namespace chasqui::wire {
namespace {

using OutcomeDifferencesTest = StreamMemoryTest;

// Changes 8 and 9 go up, and are plainly applied.
TEST_F(OutcomeDifferencesTest, AreDistances) {
  Ask(Asking(1000));
  Answer(Quiet(1'500'000'000'000, 900));
  v1::SyncRequest request = Asking(1500);
  request.mutable_surveys(0)->mutable_batch()->add_changes("a change");
  request.mutable_surveys(0)->mutable_batch()->add_changes("another");
  last_["census"] = std::string(16, 'i');
  Ask(request);
  v1::SyncResponse response = Quiet(1'500'000'000'500, 902);
  v1::SurveyNews& news = *response.mutable_surveys(0);
  news.mutable_end()->set_number(9);
  news.mutable_end()->set_h(std::string(16, 'i'));
  for (const std::uint64_t number : {8U, 9U}) {
    v1::ChangeOutcome& outcome = *news.add_outcomes();
    outcome.set_number(number);
    outcome.set_seq(893 + number);
    outcome.set_lo_ms(1'499'999'990'000);
    outcome.set_at_ms(1'500'000'000'100);
    outcome.set_hi_ms(1'500'000'000'499);
    outcome.mutable_outcome()->set_kind(v1::OUTCOME_KIND_APPLIED);
  }
  Answer(response);
  EXPECT_LE(received_, 42u);
  // The end of the chain is expected now.
  last_.clear();
  v1::SyncRequest next = Asking(2000);
  next.mutable_surveys(0)->mutable_batch()->set_first(10);
  next.mutable_surveys(0)->mutable_batch()->set_before(std::string(16, 'i'));
  Ask(next);
  EXPECT_LE(sent_, 24u);
}

TEST_F(OutcomeDifferencesTest, WhatIsOtherwiseIsTold) {
  Ask(Asking(1000));
  Answer(Quiet(5'000, 900));
  v1::SyncRequest request = Asking(1500);
  request.mutable_surveys(0)->mutable_batch()->add_changes("a change");
  last_["census"] = std::string(16, 'i');
  const auto answer = [&](auto tell) {
    Ask(request);
    v1::SyncResponse response = Quiet(5'500, 902);
    v1::SurveyNews& news = *response.mutable_surveys(0);
    v1::ChangeOutcome& outcome = *news.add_outcomes();
    outcome.set_number(8);
    outcome.mutable_outcome()->set_kind(v1::OUTCOME_KIND_APPLIED);
    news.mutable_end()->set_number(8);
    news.mutable_end()->set_h(std::string(16, 'i'));
    tell(news, outcome);
    Answer(response);
  };
  // It was here before, and so were those after it.
  answer([](v1::SurveyNews& news, v1::ChangeOutcome& /*outcome*/) {
    news.mutable_end()->set_number(20);
    news.mutable_end()->set_h(std::string(16, 'k'));
  });
  answer([](v1::SurveyNews& /*news*/, v1::ChangeOutcome& outcome) {
    outcome.mutable_outcome()->set_kind(v1::OUTCOME_KIND_REVIEW);
  });
  answer([](v1::SurveyNews& /*news*/, v1::ChangeOutcome& outcome) {
    outcome.mutable_outcome()->set_rejected(true);
  });
  answer([](v1::SurveyNews& /*news*/, v1::ChangeOutcome& outcome) {
    outcome.clear_outcome();
  });
  answer([](v1::SurveyNews& news, v1::ChangeOutcome& outcome) {
    outcome.set_number(30);
    news.mutable_end()->set_number(30);
  });
  answer([](v1::SurveyNews& news, v1::ChangeOutcome& /*outcome*/) {
    news.clear_outcomes();
    news.set_gap(true);
  });
}

}  // namespace
}  // namespace chasqui::wire
