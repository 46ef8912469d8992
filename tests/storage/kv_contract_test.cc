// What every Kv promises.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/kv.h"
#include "storage/memory_kv.h"
#include "storage/rocks_kv.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using Pairs = std::vector<std::pair<std::string, std::string>>;

absl::StatusOr<Pairs> ScanAll(const KvReader& kv, Space space,
                              std::string_view from, std::string_view to) {
  Pairs pairs;
  const absl::Status status =
      kv.Scan(space, from, to,
              [&pairs](std::string_view key,
                       std::string_view value) -> absl::StatusOr<bool> {
                pairs.emplace_back(key, value);
                return true;
              });
  if (!status.ok()) return status;
  return pairs;
}

// The value; "-" if there is none.
std::string ValueOf(const KvReader& kv, Space space, std::string_view key) {
  std::string value;
  return *kv.Get(space, key, value) ? value : "-";
}

class KvContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  KvContractTest() {
    if (std::string(GetParam()) == "memory") {
      kv_ = std::make_unique<MemoryKv>();
    } else {
      kv_ = *OpenRocksKv(directory_.path(), {});
    }
  }

  void Put(Space space, std::string_view key, std::string_view value) {
    auto batch = kv_->NewBatch();
    batch->Put(space, key, value);
    ASSERT_OK(kv_->Commit(std::move(batch), Sync::kNo));
  }
  void Delete(Space space, std::string_view key) {
    auto batch = kv_->NewBatch();
    batch->Delete(space, key);
    ASSERT_OK(kv_->Commit(std::move(batch), Sync::kNo));
  }

  FreshDirectory directory_;
  std::unique_ptr<Kv> kv_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, KvContractTest,
                         ::testing::Values("memory", "rocks"),
                         [](const auto& kind) { return kind.param; });

TEST_P(KvContractTest, GetsWhatWasPut) {
  EXPECT_EQ(ValueOf(*kv_, Space::kLog, "a"), "-");
  Put(Space::kLog, "a", "1");
  EXPECT_EQ(ValueOf(*kv_, Space::kLog, "a"), "1");
  Put(Space::kLog, "a", "2");
  EXPECT_EQ(ValueOf(*kv_, Space::kLog, "a"), "2");
  Delete(Space::kLog, "a");
  EXPECT_EQ(ValueOf(*kv_, Space::kLog, "a"), "-");
  Put(Space::kLog, "a", "");
  EXPECT_EQ(ValueOf(*kv_, Space::kLog, "a"), "");
}

TEST_P(KvContractTest, SpacesAreApart) {
  Put(Space::kLog, "a", "1");
  Put(Space::kFeeds, "a", "2");
  Delete(Space::kLog, "a");
  EXPECT_EQ(ValueOf(*kv_, Space::kFeeds, "a"), "2");
  EXPECT_EQ(ValueOf(*kv_, Space::kMeta, "a"), "-");
}

TEST_P(KvContractTest, TheLaterWriteOfABatchWins) {
  auto batch = kv_->NewBatch();
  batch->Put(Space::kMeta, "a", "1");
  batch->Put(Space::kMeta, "b", "1");
  batch->Delete(Space::kMeta, "a");
  batch->Put(Space::kMeta, "b", "2");
  ASSERT_OK(kv_->Commit(std::move(batch), Sync::kYes));
  EXPECT_THAT(ScanAll(*kv_, Space::kMeta, "", "z"),
              IsOkAndHolds(ElementsAre(Pair("b", "2"))));
}

TEST_P(KvContractTest, ScansByBytesFromAndBefore) {
  for (const char* key : {"b", "a", "\xff", "ab", "c"}) {
    Put(Space::kMeta, key, key);
  }
  EXPECT_THAT(ScanAll(*kv_, Space::kMeta, "a", "c"),
              IsOkAndHolds(ElementsAre(Pair("a", "a"), Pair("ab", "ab"),
                                       Pair("b", "b"))));
  EXPECT_THAT(ScanAll(*kv_, Space::kMeta, "bb", "\xff\xff"),
              IsOkAndHolds(ElementsAre(Pair("c", "c"), Pair("\xff", "\xff"))));
  EXPECT_THAT(ScanAll(*kv_, Space::kMeta, "d", "e"), IsOkAndHolds(IsEmpty()));
}

TEST_P(KvContractTest, AScanEndsWhenTheVisitorSaysSo) {
  for (const char* key : {"a", "b", "c"}) Put(Space::kMeta, key, "");
  int visited = 0;
  ASSERT_OK(kv_->Scan(Space::kMeta, "", "z",
                      [&](std::string_view, std::string_view)
                          -> absl::StatusOr<bool> { return ++visited < 2; }));
  EXPECT_EQ(visited, 2);
  EXPECT_THAT(
      kv_->Scan(Space::kMeta, "", "z",
                [](std::string_view, std::string_view) -> absl::StatusOr<bool> {
                  return absl::DataLossError("rotten");
                }),
      StatusIs(absl::StatusCode::kDataLoss));
}

TEST_P(KvContractTest, AVisitorMayRead) {
  Put(Space::kMeta, "a", "1");
  Put(Space::kLog, "1", "one");
  std::string found;
  ASSERT_OK(kv_->Scan(
      Space::kMeta, "", "z",
      [&](std::string_view, std::string_view value) -> absl::StatusOr<bool> {
        return kv_->Get(Space::kLog, value, found);
      }));
  EXPECT_EQ(found, "one");
}

TEST_P(KvContractTest, ASnapshotStaysAsItWas) {
  Put(Space::kMeta, "kept", "1");
  Put(Space::kMeta, "deleted", "1");
  const auto snapshot = kv_->Snapshot();
  Put(Space::kMeta, "kept", "2");
  Put(Space::kMeta, "new", "1");
  Delete(Space::kMeta, "deleted");
  const auto later = kv_->Snapshot();
  Put(Space::kMeta, "kept", "3");

  EXPECT_THAT(
      ScanAll(*snapshot, Space::kMeta, "", "z"),
      IsOkAndHolds(ElementsAre(Pair("deleted", "1"), Pair("kept", "1"))));
  EXPECT_EQ(ValueOf(*snapshot, Space::kMeta, "new"), "-");
  EXPECT_THAT(ScanAll(*later, Space::kMeta, "", "z"),
              IsOkAndHolds(ElementsAre(Pair("kept", "2"), Pair("new", "1"))));
  EXPECT_EQ(ValueOf(*kv_, Space::kMeta, "kept"), "3");
}

TEST_P(KvContractTest, SnapshotsMayGoInAnyOrder) {
  Put(Space::kMeta, "a", "1");
  auto first = kv_->Snapshot();
  Put(Space::kMeta, "a", "2");
  const auto second = kv_->Snapshot();
  Delete(Space::kMeta, "a");
  first.reset();
  Put(Space::kMeta, "b", "1");  // What nobody reads may go now.
  EXPECT_EQ(ValueOf(*second, Space::kMeta, "a"), "2");
  EXPECT_EQ(ValueOf(*kv_, Space::kMeta, "a"), "-");
}

TEST(MemoryKvTest, ACopyGoesItsOwnWay) {
  MemoryKv kv;
  auto batch = kv.NewBatch();
  batch->Put(Space::kMeta, "a", "1");
  batch->Put(Space::kMeta, "b", "1");
  ASSERT_OK(kv.Commit(std::move(batch), Sync::kYes));
  const auto snapshot = kv.Snapshot();
  batch = kv.NewBatch();
  batch->Delete(Space::kMeta, "b");
  ASSERT_OK(kv.Commit(std::move(batch), Sync::kYes));

  const auto copy = kv.Copy();
  batch = kv.NewBatch();
  batch->Put(Space::kMeta, "a", "2");
  ASSERT_OK(kv.Commit(std::move(batch), Sync::kYes));
  EXPECT_THAT(ScanAll(*copy, Space::kMeta, "", "z"),
              IsOkAndHolds(ElementsAre(Pair("a", "1"))));
}

}  // namespace
}  // namespace chasqui::storage
