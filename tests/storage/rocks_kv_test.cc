// What RocksDB adds to the contract: it lasts, and it fails well.

#include "storage/rocks_kv.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/forgetful_file_system.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::IsOk;
using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::HasSubstr;

absl::Status Put(Kv& kv, std::string_view key, std::string_view value,
                 Sync sync) {
  auto batch = kv.NewBatch();
  batch->Put(Space::kMeta, key, value);
  return kv.Commit(std::move(batch), sync);
}

bool Has(const Kv& kv, std::string_view key) {
  std::string value;
  return *kv.Get(Space::kMeta, key, value);
}

class RocksKvTest : public ::testing::Test {
 protected:
  RocksKvTest()
      : disk_(std::make_shared<ForgetfulFileSystem>(
            rocksdb::FileSystem::Default())) {
    options_.file_system = disk_;
    options_.on_fatal = [this](std::string_view message) { fatal_ = message; };
  }

  FreshDirectory directory_;
  std::shared_ptr<ForgetfulFileSystem> disk_;
  RocksKvOptions options_;
  std::string fatal_;
};

TEST_F(RocksKvTest, KeepsWhatWasSyncedThroughAPowerCut) {
  {
    ASSERT_OK_AND_ASSIGN(auto kv, OpenRocksKv(directory_.path(), options_));
    ASSERT_OK(Put(*kv, "before", "1", Sync::kNo));
    ASSERT_OK(Put(*kv, "synced", "1", Sync::kYes));
    ASSERT_OK(Put(*kv, "after", "1", Sync::kNo));
    disk_->CutPower();
    ASSERT_OK(Put(*kv, "too late", "1", Sync::kYes));
  }
  options_.file_system = nullptr;
  ASSERT_OK_AND_ASSIGN(auto kv, OpenRocksKv(directory_.path(), options_));
  EXPECT_TRUE(Has(*kv, "before"));
  EXPECT_TRUE(Has(*kv, "synced"));
  EXPECT_FALSE(Has(*kv, "after"));
  EXPECT_FALSE(Has(*kv, "too late"));
}

TEST_F(RocksKvTest, OneCommitIsOneSync) {
  ASSERT_OK_AND_ASSIGN(auto kv, OpenRocksKv(directory_.path(), options_));
  ASSERT_OK(Put(*kv, "first", "1", Sync::kYes));
  const std::uint64_t before = disk_->syncs();
  for (int i = 0; i < 10; ++i) ASSERT_OK(Put(*kv, "a", "1", Sync::kYes));
  EXPECT_EQ(disk_->syncs(), before + 10);
  for (int i = 0; i < 10; ++i) ASSERT_OK(Put(*kv, "a", "1", Sync::kNo));
  EXPECT_EQ(disk_->syncs(), before + 10);
}

TEST_F(RocksKvTest, AFailedSyncEndsEverything) {
  ASSERT_OK_AND_ASSIGN(auto kv, OpenRocksKv(directory_.path(), options_));
  ASSERT_OK(Put(*kv, "a", "1", Sync::kYes));
  disk_->FailSyncs();
  EXPECT_THAT(Put(*kv, "b", "1", Sync::kYes),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(fatal_, HasSubstr("the disk is broken"));
  EXPECT_THAT(fatal_, HasSubstr(directory_.path()));
  const std::uint64_t syncs = disk_->syncs();
  EXPECT_THAT(
      Put(*kv, "c", "1", Sync::kYes),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("no more writes")));
  EXPECT_EQ(disk_->syncs(), syncs) << "a sync was tried again";
  EXPECT_TRUE(Has(*kv, "a"));
}

TEST_F(RocksKvTest, AFullDiskRefusesWritesUntilThereIsRoom) {
  RocksKvOptions::Disk disk = {std::uint64_t{1} << 40, std::uint64_t{1} << 41};
  options_.reserve_bytes = 100 << 20;
  options_.disk = [&disk] { return disk; };
  ASSERT_OK_AND_ASSIGN(auto kv, OpenRocksKv(directory_.path(), options_));
  EXPECT_THAT(kv->CheckRoom(), IsOk());
  disk.free_bytes = (100 << 20) - 1;
  EXPECT_THAT(kv->CheckRoom(), StatusIs(absl::StatusCode::kResourceExhausted,
                                        HasSubstr("99 MiB are free, 100")));
  disk.free_bytes = 100 << 20;
  EXPECT_THAT(kv->CheckRoom(), IsOk());
  // On a small disk a twentieth of it is enough.
  disk = {6 << 20, 100 << 20};
  EXPECT_THAT(kv->CheckRoom(), IsOk());
  disk.free_bytes = 4 << 20;
  EXPECT_THAT(kv->CheckRoom(), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(RocksKvTest, CanBeOpenOnceOnly) {
  ASSERT_OK_AND_ASSIGN(auto kv, OpenRocksKv(directory_.path(), {}));
  EXPECT_THAT(OpenRocksKv(directory_.path(), {}),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("is a server running?")));
  EXPECT_THAT(OpenRocksKvReadOnly(directory_.path(), {}),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(RocksKvTest, ReadsWithoutChangingAnything) {
  EXPECT_THAT(OpenRocksKvReadOnly(directory_.path(), {}),
              StatusIs(absl::StatusCode::kNotFound));
  {
    ASSERT_OK_AND_ASSIGN(auto kv, OpenRocksKv(directory_.path(), {}));
    ASSERT_OK(Put(*kv, "a", "1", Sync::kYes));
  }
  ASSERT_OK_AND_ASSIGN(auto kv, OpenRocksKvReadOnly(directory_.path(), {}));
  EXPECT_TRUE(Has(*kv, "a"));
  EXPECT_THAT(Put(*kv, "b", "1", Sync::kYes),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(RocksKvTest, LeavesOtherPeoplesDirectoriesAlone) {
  std::ofstream(directory_.File("thesis.txt")) << "do not touch";
  EXPECT_THAT(
      OpenRocksKv(directory_.path(), {}),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("thesis.txt")));
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory_.path())) {
    EXPECT_EQ(entry.path().filename(), "thesis.txt");
    ++files;
  }
  EXPECT_EQ(files, 1);
}

}  // namespace
}  // namespace chasqui::storage
