// What verification says of changes in gap.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "storage/keys.h"
#include "storage/memory_kv.h"
#include "storage/state_codec.h"
#include "storage/verify.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A card of a tablet that is lost: two changes in gap.
class GapRelationsTest : public ::testing::Test {
 protected:
  GapRelationsTest() {
    {
      const auto catalog = *OpenCatalog(kv_, clock_, {});
      FillSurvey(NewSmallSurvey(*catalog));
    }
    Batch card = chain_.Next({Creation(RecordNumber(6), "north", "F"),
                              Creation(RecordNumber(7), "north", "G")});
    card.sealed = true;
    before_ = card.before;
    Deliver(card);
  }

  void Deliver(const Batch& batch) {
    const auto catalog = *OpenCatalog(kv_, clock_, {});
    EXPECT_OK(SubmitAndWait(**catalog->Find("census"), batch));
  }

  std::string Read(const Key& key) {
    std::string value;
    EXPECT_TRUE(*kv_.Get(Space::kMeta, key, value)) << PrintKey(key);
    return value;
  }
  void Put(const Key& key, std::string_view value) {
    auto batch = kv_.NewBatch();
    batch->Put(Space::kMeta, key, value);
    ASSERT_OK(kv_.Commit(std::move(batch), Sync::kYes));
  }
  std::vector<std::string> Findings() {
    const auto report = VerifyKv(kv_, true);
    EXPECT_OK(report);
    return report->findings;
  }

  HandClock clock_;
  MemoryKv kv_;
  const Keys keys_{kOrganisationNumber, 1};
  Chain chain_{"census", "tablet-lost"};
  const Batch missing_ = chain_.Next(Creation(RecordNumber(5), "north", "E"));
  ChainHash before_;
};

TEST_F(GapRelationsTest, FindsNothingBeforeAndAfterTheMissingArrives) {
  EXPECT_THAT(Findings(), IsEmpty());
  Read(keys_.Gap("tablet-lost", before_));
  Deliver(missing_);
  EXPECT_THAT(Findings(), IsEmpty());
  std::string list;
  EXPECT_FALSE(*kv_.Get(Space::kMeta, keys_.Gap("tablet-lost", before_), list));
}

TEST_F(GapRelationsTest, FindsWhatNobodyWillReleaseAnyMore) {
  auto batch = kv_.NewBatch();
  batch->Delete(Space::kMeta, keys_.Gap("tablet-lost", before_));
  ASSERT_OK(kv_.Commit(std::move(batch), Sync::kYes));
  EXPECT_THAT(Findings(), Contains(HasSubstr("is in gap by its link")));
}

TEST_F(GapRelationsTest, FindsWhatWaitsForNothing) {
  std::string list;
  Encode(std::vector<Seq>{5}, list);
  Put(keys_.Gap("tablet-1", before_), list);
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("5 is listed in gap of tablet-1")));
}

TEST_F(GapRelationsTest, FindsAWrongCountOfWhatWaits) {
  const Key key = keys_.Device("tablet-lost");
  Device device = *DecodeDevice("tablet-lost", Read(key));
  ASSERT_EQ(device.in_gap, 2U);
  device.in_gap = 1;
  std::string bytes;
  Encode(device, bytes);
  Put(key, bytes);
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("counts 1 changes in gap, there are 2")));
}

}  // namespace
}  // namespace chasqui::storage
