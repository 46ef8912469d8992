#include "server/connect/answer.h"

#include <string>

#include "chasqui/v1/survey_service.pb.h"
#include "connect/envelope.h"
#include "connect/gzip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::connect {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using ::testing::Not;
using ::testing::Pair;
using testing::StatusIs;

const google::protobuf::Descriptor& RequestType() {
  return *v1::GetSurveyRequest::descriptor();
}

std::string Named(std::string survey) {
  v1::GetSurveyRequest request;
  request.set_survey(std::move(survey));
  return request.SerializeAsString();
}

TEST(AnswerTest, AMessageIsSpeltAsAsked) {
  ASSERT_OK_AND_ASSIGN(const HttpResponse proto,
                       MessageResponse({}, Named("wells"), RequestType(),
                                       {{"a", "1"}}, {{"b", "2"}}));
  EXPECT_EQ(proto.status, 200);
  EXPECT_EQ(proto.body, Named("wells"));
  EXPECT_THAT(proto.headers,
              Contains(Pair("content-type", "application/proto")));
  EXPECT_THAT(proto.headers, Contains(Pair("a", "1")));
  EXPECT_THAT(proto.headers, Contains(Pair("trailer-b", "2")));
  ASSERT_OK_AND_ASSIGN(
      const HttpResponse json,
      MessageResponse({.json = true}, Named("wells"), RequestType(), {}, {}));
  EXPECT_EQ(json.body, R"({"survey":"wells"})");
}

TEST(AnswerTest, IsCompressedWhereThatIsReadAndPays) {
  const AnswerForm reads_gzip{.gzip = true};
  const std::string large = Named(std::string(1000, 'x'));
  ASSERT_OK_AND_ASSIGN(
      const HttpResponse shorter,
      MessageResponse(reads_gzip, large, RequestType(), {}, {}));
  EXPECT_THAT(shorter.headers, Contains(Pair("content-encoding", "gzip")));
  EXPECT_THAT(Gunzip(shorter.body, large.size()), IsOkAndHolds(large));
  ASSERT_OK_AND_ASSIGN(
      const HttpResponse small,
      MessageResponse(reads_gzip, Named("wells"), RequestType(), {}, {}));
  EXPECT_EQ(small.body, Named("wells"));
  EXPECT_THAT(small.headers, Not(Contains(Pair("content-encoding", "gzip"))));
  ASSERT_OK_AND_ASSIGN(const HttpResponse plain,
                       MessageResponse({}, large, RequestType(), {}, {}));
  EXPECT_EQ(plain.body, large);
}

TEST(AnswerTest, WhatIsNoTextHasNoJson) {
  EXPECT_THAT(MessageResponse({.json = true}, "\xff", RequestType(), {}, {}),
              StatusIs(absl::StatusCode::kInternal));
}

TEST(AnswerTest, AnErrorHasItsStatusAndTrailers) {
  Ending ending = EndingOf(absl::NotFoundError("no such survey"));
  ending.trailers = {{"b", "2"}};
  const HttpResponse response = ErrorResponse(ending, {{"a", "1"}});
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("no such survey"));
  EXPECT_THAT(response.headers, Contains(Pair("trailer-b", "2")));
  EXPECT_THAT(response.headers,
              Contains(Pair("content-type", "application/json")));
}

TEST(AnswerTest, AStreamEndsInWords) {
  Ending ending;
  ending.error.code = absl::StatusCode::kOk;
  const std::string well = StreamEnd(ending);
  std::string_view left = well;
  ASSERT_OK_AND_ASSIGN(const Envelope end, TakeEnvelope(left));
  EXPECT_EQ(end.flags, kEndOfStream);
  EXPECT_EQ(end.message, "{}");
  EXPECT_THAT(StreamEnd(EndingOf(absl::AbortedError("x"))),
              HasSubstr("aborted"));
}

}  // namespace
}  // namespace chasqui::connect
