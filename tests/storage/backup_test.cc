#include "storage/backup.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "storage/verify.h"
#include "tests/storage/backed_up_store.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BackupTest : public BackedUpStore {};

TEST_F(BackupTest, WhatIsRestoredIsWhatWasBackedUp) {
  Open(data_);
  FillSurvey(NewSmallSurvey(*catalog_));
  const Position head = Head();
  ASSERT_OK_AND_ASSIGN(const BackupReport made, BackUpNow());
  EXPECT_EQ(made.heads.at("census"), head);
  EXPECT_EQ(made.number, 1u);
  ASSERT_OK(SubmitAndWait(
      Survey(), Chain("census", "late")
                    .Next(Creation(RecordNumber(99), "north", "Late"))));
  Close();

  ASSERT_OK_AND_ASSIGN(const BackupReport back,
                       Restore(to_, std::nullopt, restored_));
  EXPECT_EQ(back.heads, made.heads);
  ASSERT_OK_AND_ASSIGN(const VerifyReport report,
                       Verify(restored_, /*replay=*/true, {}));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.entries, head.seq);
  Open(restored_);
  EXPECT_NE(Head().log, head.log) << "a log has a new name when it is opened";
  EXPECT_EQ(Head().seq, head.seq + 1);
  const auto reader = *Survey().Snapshot();
  EXPECT_FALSE(reader->FindRecord(RecordNumber(99))->has_value());
}

TEST_F(BackupTest, CostsWhatIsNew) {
  Open(data_);
  MakeSurvey();
  AddRecord(1);
  ASSERT_OK(BackUpNow());
  const auto tables = FilesIn(to_ + "/shared_checksum");
  ASSERT_GT(tables.size(), 0u);
  ASSERT_OK_AND_ASSIGN(const BackupReport second, BackUpNow());
  EXPECT_EQ(second.number, 2u);
  EXPECT_EQ(FilesIn(to_ + "/shared_checksum"), tables);
  AddRecord(2);
  ASSERT_OK(BackUpNow());
  EXPECT_GT(FilesIn(to_ + "/shared_checksum").size(), tables.size());
}

TEST_F(BackupTest, ADamagedOneIsRefused) {
  Open(data_);
  MakeSurvey();
  AddRecord(1);
  ASSERT_OK(BackUpNow());
  Close();
  for (const std::string& file : FilesIn(to_)) {
    if (std::filesystem::file_size(file) == 0) continue;
    Flip(file);
    EXPECT_THAT(Restore(to_, std::nullopt, restored_),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("backup 1")))
        << file;
    EXPECT_FALSE(std::filesystem::exists(restored_));
    Flip(file);
  }
  EXPECT_OK(Restore(to_, std::nullopt, restored_));
}

TEST_F(BackupTest, OneThatLacksAFileIsRefused) {
  Open(data_);
  MakeSurvey();
  AddRecord(1);
  ASSERT_OK(BackUpNow());
  Close();
  const std::string table = FilesIn(to_ + "/shared_checksum").front();
  std::filesystem::rename(table, directory_.File("aside"));
  EXPECT_THAT(Restore(to_, std::nullopt, restored_),
              StatusIs(absl::StatusCode::kDataLoss));
  std::filesystem::rename(directory_.File("aside"), table);
  // Without its list of files there is none: it was never finished.
  std::filesystem::remove(to_ + "/meta/1");
  EXPECT_THAT(Restore(to_, std::nullopt, restored_),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(BackupTest, TheNewestAreKept) {
  Open(data_);
  MakeSurvey();
  for (std::uint32_t i = 0; i < kBackupsKept; ++i) ASSERT_OK(BackUpNow());
  EXPECT_OK(CheckBackup(to_, 1));
  ASSERT_OK_AND_ASSIGN(const BackupReport newest, BackUpNow());
  EXPECT_EQ(newest.number, kBackupsKept + 1);
  EXPECT_THAT(CheckBackup(to_, 1), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_OK(CheckBackup(to_, 2));
}

TEST_F(BackupTest, LeavesWhatIsNotItsOwnAlone) {
  Open(data_);
  std::filesystem::create_directory(to_);
  std::ofstream(to_ + "/thesis.txt") << "do not touch";
  EXPECT_THAT(BackUpNow(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("thesis.txt")));
  EXPECT_EQ(FilesIn(to_).size(), 1u);
  EXPECT_THAT(Restore(to_, std::nullopt, restored_),
              StatusIs(absl::StatusCode::kNotFound));
  std::filesystem::remove(to_ + "/thesis.txt");
  ASSERT_OK(BackUpNow());
  EXPECT_THAT(Restore(to_, std::nullopt, data_),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

// As when another disk, or none, is mounted where the store was.
TEST_F(BackupTest, AnotherStoreDoesNotPushItOut) {
  Open(data_);
  MakeSurvey();
  AddRecord(1);
  ASSERT_OK_AND_ASSIGN(const BackupReport good, BackUpNow());
  Open(directory_.File("empty"));
  EXPECT_THAT(BackUpNow(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("survey census is not in this store")));
  // The same name is not the same survey.
  MakeSurvey();
  EXPECT_THAT(BackUpNow(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("give a new directory")));
  ASSERT_OK_AND_ASSIGN(const BackupReport newest,
                       CheckBackup(to_, std::nullopt));
  EXPECT_EQ(newest.number, good.number);
  EXPECT_EQ(newest.heads, good.heads);
  // What goes on from it may follow, however often it was opened since, and
  // with surveys that are new.
  Open(data_);
  Open(data_);
  ASSERT_OK(catalog_->Create("wells", SmallConfig()));
  EXPECT_OK(BackUpNow());
}

TEST_F(BackupTest, WhatWasRestoredGoesOnFromIt) {
  Open(data_);
  MakeSurvey();
  ASSERT_OK_AND_ASSIGN(const BackupReport early, BackUpNow());
  Open(data_);
  AddRecord(1);
  ASSERT_OK(BackUpNow());
  Close();
  ASSERT_OK(Restore(to_, std::nullopt, restored_));
  Open(restored_);
  ASSERT_OK_AND_ASSIGN(const BackupReport next, BackUpNow());
  EXPECT_EQ(next.number, 3u);
  // An earlier state goes on from what came before, not from the newest.
  Close();
  const std::string earlier = directory_.File("earlier");
  ASSERT_OK(Restore(to_, early.number, earlier));
  Open(earlier);
  EXPECT_THAT(BackUpNow(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("does not go on from")));
}

TEST_F(BackupTest, OneAtATime) {
  Open(data_);
  ASSERT_OK(BackUpNow());
  rocksdb::FileLock* lock = nullptr;
  ASSERT_TRUE(rocksdb::Env::Default()->LockFile(to_ + "/LOCK", &lock).ok());
  EXPECT_THAT(BackUpNow(), StatusIs(absl::StatusCode::kUnavailable,
                                    HasSubstr("another backup")));
  rocksdb::Env::Default()->UnlockFile(lock);
  EXPECT_OK(BackUpNow());
}

}  // namespace
}  // namespace chasqui::storage
