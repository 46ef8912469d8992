// What a key store promises, in memory and on disk; that a key which is
// destroyed is in no file; and copies of one.

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/key_copy.h"
#include "storage/rocks_key_store.h"
#include "sync/base/str_cat.h"
#include "sync/personal/memory_key_store.h"
#include "sync/personal/survey_keys.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::personal {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

RecordId Numbered(std::uint8_t number) {
  RecordId id;
  id.bytes[0] = number;
  return id;
}

std::vector<std::string> AllOf(const KeyStore& store) {
  std::vector<std::string> all;
  EXPECT_OK(store.ForEach(
      [&all](std::string_view survey, const RecordId& id, const KeptKey& kept) {
        all.push_back(StrCat(survey, " ", std::to_string(id.bytes[0]), " ",
                             kept.wrapped, " ", kept.erased));
        return absl::OkStatus();
      }));
  return all;
}

// Whether any file of `directory` has `bytes`.
bool Holds(const std::string& directory, const std::string& bytes) {
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(directory)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    if (all.str().find(bytes) != std::string::npos) return true;
  }
  return false;
}

class KeyStoreContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  KeyStoreContractTest() {
    if (std::string(GetParam()) == "memory") {
      store_ = std::make_unique<MemoryKeyStore>();
    } else {
      store_ = *storage::OpenKeyStore(directory_.path());
    }
  }

  FreshDirectory directory_;
  std::unique_ptr<KeyStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, KeyStoreContractTest,
                         ::testing::Values("memory", "rocks"),
                         [](const auto& kind) { return kind.param; });

TEST_P(KeyStoreContractTest, TheFirstKeyStays) {
  EXPECT_THAT(store_->Find("census", Numbered(1)), IsOkAndHolds(std::nullopt));
  ASSERT_OK(store_->Add("census", {{Numbered(1), "a"}, {Numbered(2), "b"}}));
  ASSERT_OK(store_->Add("census", {{Numbered(1), "x"}, {Numbered(3), "c"}}));
  ASSERT_OK(store_->Add("other", {{Numbered(1), "d"}}));
  EXPECT_THAT(AllOf(*store_),
              UnorderedElementsAre("other 1 d 0", "census 1 a 0",
                                   "census 2 b 0", "census 3 c 0"));
  EXPECT_THAT(*store_->Find("census", Numbered(1)), Optional(KeptKey{"a", 0}));
}

TEST_P(KeyStoreContractTest, AKeyIsDestroyedForGood) {
  ASSERT_OK(store_->Add("census", {{Numbered(1), "a"}, {Numbered(2), "b"}}));
  ASSERT_OK(store_->Destroy("census", {{Numbered(1), 7}, {Numbered(9), 8}}));
  EXPECT_THAT(*store_->Find("census", Numbered(1)), Optional(KeptKey{"", 7}));
  ASSERT_OK(store_->Add("census", {{Numbered(1), "x"}, {Numbered(9), "y"}}));
  EXPECT_THAT(*store_->Find("census", Numbered(1)), Optional(KeptKey{"", 7}));
  EXPECT_THAT(*store_->Find("census", Numbered(9)), Optional(KeptKey{"", 8}));
  EXPECT_THAT(*store_->Find("census", Numbered(2)), Optional(KeptKey{"b", 0}));
  EXPECT_OK(store_->Destroy("census", {}));
}

TEST_P(KeyStoreContractTest, WhoComesAtOnceGetsTheSameKey) {
  const SurveyKey key = SurveyKey::Draw();
  const SurveyKeys keys("census", key, *store_);
  std::vector<std::string> got(8);
  std::vector<std::thread> threads;
  for (std::string& mine : got) {
    threads.emplace_back([&keys, &mine] {
      const auto made = keys.Make({Numbered(1), Numbered(2)});
      if (made.ok()) mine = std::string(made->at(Numbered(1)).view());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(got[0].empty());
  for (const std::string& one : got) EXPECT_EQ(one, got[0]);
}

TEST_P(KeyStoreContractTest, ACopyIsTheWholeAndReplacesTheOneBefore) {
  FreshDirectory copies;
  const std::string path = copies.path() + "/personal.keys";
  EXPECT_THAT(storage::BringBackKeys(path, *store_),
              StatusIs(absl::StatusCode::kNotFound));
  const std::string secret = "wrapped-key-of-the-first-record";
  ASSERT_OK(store_->Add("census", {{Numbered(1), secret}, {Numbered(2), "b"}}));
  ASSERT_OK(storage::CopyKeys(*store_, path));
  EXPECT_TRUE(Holds(copies.path(), secret));
  ASSERT_OK(store_->Destroy("census", {{Numbered(1), 7}}));
  ASSERT_OK(storage::CopyKeys(*store_, path));
  EXPECT_FALSE(Holds(copies.path(), secret));
  MemoryKeyStore back;
  ASSERT_OK(storage::BringBackKeys(path, back));
  EXPECT_THAT(AllOf(back),
              ::testing::UnorderedElementsAreArray(AllOf(*store_)));
}

TEST(KeyCopyTest, ADamagedCopyIsNone) {
  FreshDirectory copies;
  const std::string path = copies.path() + "/personal.keys";
  MemoryKeyStore store;
  ASSERT_OK(store.Add("census", {{Numbered(1), "a"}, {Numbered(2), "b"}}));
  ASSERT_OK(storage::CopyKeys(store, path));
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  const std::string whole = all.str();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, size);
    MemoryKeyStore back;
    EXPECT_THAT(storage::BringBackKeys(path, back),
                StatusIs(absl::StatusCode::kDataLoss))
        << size;
    EXPECT_THAT(AllOf(back), IsEmpty());
  }
}

// Among many, in tables and in the write-ahead log, before and after a restart.
TEST(RocksKeyStoreTest, ADestroyedKeyIsInNoFile) {
  FreshDirectory directory;
  const std::string first = "the-wrapped-key-that-lies-in-a-table";
  const std::string second = "the-wrapped-key-that-lies-in-the-log";
  {
    auto store = *storage::OpenKeyStore(directory.path());
    ASSERT_OK(store->Add("census", {{Numbered(1), first}}));
    for (std::uint8_t i = 3; i < 200; ++i) {
      ASSERT_OK(store->Add("census", {{Numbered(i), std::string(72, 'k')}}));
    }
  }
  auto store = *storage::OpenKeyStore(directory.path());
  ASSERT_OK(store->Add("census", {{Numbered(2), second}}));
  EXPECT_TRUE(Holds(directory.path(), first));
  EXPECT_TRUE(Holds(directory.path(), second));
  ASSERT_OK(store->Destroy("census", {{Numbered(1), 5}}));
  EXPECT_FALSE(Holds(directory.path(), first));
  ASSERT_OK(store->Destroy("census", {{Numbered(2), 6}}));
  EXPECT_FALSE(Holds(directory.path(), second));
  store.reset();
  store = *storage::OpenKeyStore(directory.path());
  EXPECT_FALSE(Holds(directory.path(), first));
  EXPECT_THAT(*store->Find("census", Numbered(1)), Optional(KeptKey{"", 5}));
  EXPECT_THAT(*store->Find("census", Numbered(9)),
              Optional(KeptKey{std::string(72, 'k'), 0}));
}

}  // namespace
}  // namespace chasqui::personal
