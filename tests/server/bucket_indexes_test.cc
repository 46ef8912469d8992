#include "server/bucket_indexes.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/lineage.h"
#include "tests/testing/household_form.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/survey_server.h"
#include "tests/testing/tablet.h"

namespace chasqui::server {
namespace {

using testing::Edit;
using testing::RecordNamed;
using testing::StatusIs;

const Bucket kNorthBucket{BucketKind::kArea, "north"};
const Bucket kSouthBucket{BucketKind::kArea, "south"};

class BucketIndexesTest : public ::testing::Test {
 protected:
  BucketIndexesTest() { survey_.Publish(1); }

  void Make(int records, std::string_view area) {
    for (int i = 0; i < records; ++i) {
      const RecordId record = RecordNamed("r" + std::to_string(++made_));
      tablet_.Send(Edit("sam", record, survey_.head()).Creates(area), survey_);
    }
  }
  // How many records the index has that is used for `reader`.
  std::size_t RecordsFor(const Reader& reader, const Bucket& bucket) {
    std::size_t records = 0;
    EXPECT_OK(indexes_.Use(reader, bucket, [&](BucketIndex& index) {
      EXPECT_EQ(index.seq(), reader.head());
      EXPECT_EQ(index.log(), PresentName(reader.survey().lineage));
      records = index.records();
      return absl::OkStatus();
    }));
    return records;
  }

  testing::SurveyServer survey_{testing::HouseholdConfig()};
  testing::Tablet tablet_{"t"};
  int made_ = 0;
  BucketIndexes indexes_{10};
};

TEST_F(BucketIndexesTest, FollowTheirBuckets) {
  Make(3, "north");
  EXPECT_EQ(RecordsFor(*survey_.Read(), kNorthBucket), 3U);
  Make(2, "north");
  EXPECT_EQ(RecordsFor(*survey_.Read(), kNorthBucket), 5U);
}

TEST_F(BucketIndexesTest, AnOlderSnapshotIsAnsweredAsOfItsHead) {
  Make(3, "north");
  const auto before = survey_.Read();
  Make(2, "north");
  EXPECT_EQ(RecordsFor(*survey_.Read(), kNorthBucket), 5U);
  EXPECT_EQ(RecordsFor(*before, kNorthBucket), 3U);
  EXPECT_EQ(RecordsFor(*survey_.Read(), kNorthBucket), 5U);
}

TEST_F(BucketIndexesTest, ANewNameOfTheLogMakesThemAnew) {
  Make(3, "north");
  const testing::Backup backup = survey_.Copy();
  Make(2, "north");
  EXPECT_EQ(RecordsFor(*survey_.Read(), kNorthBucket), 5U);
  survey_.Restore(backup);
  EXPECT_EQ(RecordsFor(*survey_.Read(), kNorthBucket), 3U);
}

// At the limit both stay; one record more, and the one used longest ago goes.
TEST_F(BucketIndexesTest, KeepSoManyRecordsAndNoMore) {
  Make(5, "north");
  Make(5, "south");
  RecordsFor(*survey_.Read(), kNorthBucket);
  RecordsFor(*survey_.Read(), kSouthBucket);
  EXPECT_EQ(indexes_.records(), 10U);
  Make(1, "south");
  RecordsFor(*survey_.Read(), kSouthBucket);
  EXPECT_EQ(indexes_.records(), 6U);
  EXPECT_EQ(RecordsFor(*survey_.Read(), kNorthBucket), 5U);
  EXPECT_EQ(indexes_.records(), 5U);
}

TEST_F(BucketIndexesTest, OneThatIsTooLargeIsUsedAllTheSame) {
  Make(11, "north");
  EXPECT_EQ(RecordsFor(*survey_.Read(), kNorthBucket), 11U);
  EXPECT_EQ(indexes_.records(), 0U);
}

TEST_F(BucketIndexesTest, WhatIsDoneWithThemIsReturned) {
  Make(1, "north");
  EXPECT_THAT(indexes_.Use(*survey_.Read(), kNorthBucket,
                           [](BucketIndex&) {
                             return absl::UnavailableError("so it is");
                           }),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace chasqui::server
