#include "export/chain/s3_place.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(S3PlaceTest, HasABucketAndAPrefix) {
  ASSERT_OK_AND_ASSIGN(const S3Place place,
                       ParseS3Place("s3://b/of a/survey//"));
  EXPECT_EQ(place.bucket, "b");
  EXPECT_EQ(place.prefix, "of a/survey");
  EXPECT_EQ(place.name(), "s3://b/of a/survey");
  EXPECT_THAT(place.parameters, IsEmpty());
  EXPECT_EQ(place.retried_for.count(), 60);
  EXPECT_EQ(ParseS3Place("s3://b/")->name(), "s3://b");
}

TEST(S3PlaceTest, TakesParametersAndKeepsSecrets) {
  ASSERT_OK_AND_ASSIGN(
      const S3Place place,
      ParseS3Place("s3://key:hu@sh@b/p?region=x&retry_seconds=5&scheme=http"));
  EXPECT_EQ(place.who, "key:hu@sh@");
  EXPECT_EQ(place.name(), "s3://b/p");
  EXPECT_THAT(place.parameters, ElementsAre("region=x", "scheme=http"));
  EXPECT_TRUE(place.Says("region"));
  EXPECT_FALSE(place.Says("reg"));
  EXPECT_EQ(place.retried_for.count(), 5);
}

TEST(S3PlaceTest, WhatIsNoneIsSaidToBeNone) {
  for (const char* text : {"s3://", "s3:///p", "s3://b//p", "s3://b/a/../p",
                           "s3://k:hush@/p", "s3://?region=x"}) {
    EXPECT_THAT(ParseS3Place(text),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("is no place in object storage"),
                               Not(HasSubstr("hush")))))
        << text;
  }
  for (const char* seconds : {"", "x", "-1", "86401", "1.5"}) {
    EXPECT_THAT(ParseS3Place(std::string("s3://b/p?retry_seconds=") + seconds),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("a number from 0 to 86400")));
  }
}

}  // namespace
}  // namespace chasqui::exporting
