// What a table still has when the next transaction begins.

#include "storage/cached_table.h"

#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "storage/memory_kv.h"
#include "storage/tables.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

class CachedTableTest : public ::testing::Test {
 protected:
  void Set(const std::string& counter, std::int64_t count) {
    ASSERT_OK_AND_ASSIGN(std::int64_t* const at, table_.EditOrAdd(counter));
    *at = count;
  }
  // -1: there is none.
  std::int64_t Get(const std::string& counter) {
    const auto found = table_.Find(counter);
    EXPECT_OK(found);
    return found.ok() && *found != nullptr ? **found : -1;
  }
  std::unique_ptr<KvBatch> Flush() {
    auto batch = kv_.NewBatch();
    table_.Flush(*batch);
    table_.Settle();
    return batch;
  }

  MemoryKv kv_;
  CachedTable<CounterTable> table_{kv_, Keys(1, 1), 1};  // hardly any room
};

TEST_F(CachedTableTest, SeesWhatIsOnItsWayToTheStore) {
  Set("a", 1);
  Set("b", 2);
  Set("c", 3);
  auto under_way = Flush();
  EXPECT_EQ(Get("a"), 1);
  EXPECT_EQ(Get("b"), 2);
  Set("b", 20);
  ASSERT_OK(kv_.Commit(std::move(under_way), Sync::kYes));
  under_way = Flush();
  EXPECT_EQ(Get("b"), 20);
  EXPECT_EQ(Get("c"), 3);
  ASSERT_OK(kv_.Commit(std::move(under_way), Sync::kYes));
  EXPECT_EQ(Get("b"), 20);
}

TEST_F(CachedTableTest, SeesThatSomethingIsBeingErased) {
  Set("a", 1);
  ASSERT_OK(kv_.Commit(Flush(), Sync::kYes));
  ASSERT_OK(table_.Erase("a"));
  Set("b", 1);
  const auto under_way = Flush();
  EXPECT_EQ(Get("a"), -1);
}

TEST_F(CachedTableTest, ReadsAgainAfterClear) {
  Set("a", 1);
  ASSERT_OK(kv_.Commit(Flush(), Sync::kYes));
  Set("a", 2);
  table_.Clear();
  EXPECT_EQ(Get("a"), 1);
}

}  // namespace
}  // namespace chasqui::storage
