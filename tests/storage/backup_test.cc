#include "storage/backup.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "storage/backup_rounds.h"
#include "storage/catalog.h"
#include "storage/verify.h"
#include "sync/lineage.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BackupTest : public ::testing::Test {
 protected:
  // Opens what is in `directory`, as a server does.
  void Open(const std::string& directory) {
    Close();
    auto store = OpenStore(directory, {});
    ASSERT_OK(store);
    store_ = *std::move(store);
    CatalogOptions options;
    options.durability = &backed_up_;
    auto catalog = OpenCatalog(*store_, clock_, options);
    ASSERT_OK(catalog);
    catalog_ = *std::move(catalog);
  }
  void Close() {
    catalog_.reset();
    store_.reset();
  }

  // A survey whose changes are durable only with a backup.
  void MakeSurvey() {
    SurveyConfig config = SmallConfig();
    config.accepted_is_durable = false;
    ASSERT_OK(catalog_->Create("census", config));
    std::vector<ServerEntry> form;
    form.emplace_back(SmallForm("1"));
    ASSERT_OK(SubmitAndWait(Survey(), std::move(form)));
  }
  SurveyStore& Survey() { return **catalog_->Find("census"); }
  Position Head() {
    const auto reader = *Survey().Snapshot();
    return {PresentName(reader->survey().lineage), reader->head()};
  }
  void AddRecord(std::uint64_t number) {
    ASSERT_OK(SubmitAndWait(
        Survey(), chain_.Next(Creation(RecordNumber(number), "north", "A"))));
  }
  absl::StatusOr<BackupReport> BackUpNow() {
    const auto heads = HeadsOf(*catalog_);
    if (!heads.ok()) return heads.status();
    return BackUp(*store_, *heads, to_);
  }
  std::vector<std::string> FilesIn(const std::string& directory) {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(directory)) {
      if (entry.is_regular_file()) files.push_back(entry.path().string());
    }
    return files;
  }

  FreshDirectory directory_;
  const std::string data_ = directory_.File("data");
  const std::string to_ = directory_.File("backups");
  const std::string restored_ = directory_.File("restored");
  HandClock clock_;
  Chain chain_{"census", "tablet-1"};
  BackedUp backed_up_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<Catalog> catalog_;
};

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
    const auto size = std::filesystem::file_size(file);
    if (size == 0) continue;
    const auto flip = [&file, size] {
      std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
      const auto middle = static_cast<std::streamoff>(size / 2);
      bytes.seekg(middle);
      const char byte = static_cast<char>(bytes.get() ^ 1);
      bytes.seekp(middle);
      bytes.put(byte);
    };
    flip();
    EXPECT_THAT(Restore(to_, std::nullopt, restored_),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("backup 1")))
        << file;
    EXPECT_FALSE(std::filesystem::exists(restored_));
    flip();
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

// Hands over what rounds report, one at a time.
class Reports {
 public:
  BackupRounds::Report Taker() {
    return [this](const absl::StatusOr<BackupReport>& report) {
      MutexLock lock(mutex_);
      reports_.push_back(report.status());
      changed_.SignalAll();
    };
  }
  absl::Status Next() {
    MutexLock lock(mutex_);
    while (reports_.size() <= taken_) {
      if (!changed_.WaitFor(mutex_, absl::Seconds(20))) {
        return absl::DeadlineExceededError("no round");
      }
    }
    return reports_[taken_++];
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<absl::Status> reports_ ABSL_GUARDED_BY(mutex_);
  std::size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST_F(BackupTest, DurabilityMovesWithWholeBackupsAlone) {
  Open(data_);
  MakeSurvey();
  AddRecord(1);
  EXPECT_EQ(Survey().Durable().seq, 0u);
  Reports reports;
  const Position first = Head();
  BackupRounds rounds(*store_, *catalog_, backed_up_,
                      {to_, absl::Milliseconds(50)}, reports.Taker());
  ASSERT_OK(reports.Next());
  EXPECT_EQ(Survey().Durable(), first);
  // One that cannot be made moves nothing.
  std::ofstream(to_ + "/thesis.txt") << "in the way";
  absl::Status status = reports.Next();
  while (status.ok()) status = reports.Next();
  AddRecord(2);
  EXPECT_THAT(reports.Next(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Survey().Durable(), first);
  std::filesystem::remove(to_ + "/thesis.txt");
  while (!status.ok()) status = reports.Next();
  EXPECT_EQ(Survey().Durable(), Head());
}

TEST_F(BackupTest, ABackupThatIsThereCountsAgain) {
  Open(data_);
  MakeSurvey();
  AddRecord(1);
  const Position before = Head();
  ASSERT_OK(BackUpNow());
  Open(data_);
  Reports reports;
  {
    rocksdb::FileLock* lock = nullptr;  // no new one can be made
    ASSERT_TRUE(rocksdb::Env::Default()->LockFile(to_ + "/LOCK", &lock).ok());
    BackupRounds rounds(*store_, *catalog_, backed_up_, {to_}, reports.Taker());
    EXPECT_THAT(reports.Next(), StatusIs(absl::StatusCode::kUnavailable));
    rocksdb::Env::Default()->UnlockFile(lock);
  }
  EXPECT_EQ(Survey().Durable().seq, before.seq);
  EXPECT_EQ(Survey().Durable().log, Head().log);
}

// What the newest backup has and this log has not is not safe to forget.
TEST_F(BackupTest, AFutureThatWasCutOffDoesNotCount) {
  Open(data_);
  MakeSurvey();
  AddRecord(1);
  ASSERT_OK_AND_ASSIGN(const BackupReport early, BackUpNow());
  AddRecord(2);
  AddRecord(3);
  ASSERT_OK(BackUpNow());
  Close();
  ASSERT_OK(Restore(to_, early.number, restored_));
  Open(restored_);
  Reports reports;
  rocksdb::FileLock* lock = nullptr;  // no new one can be made
  ASSERT_TRUE(rocksdb::Env::Default()->LockFile(to_ + "/LOCK", &lock).ok());
  {
    BackupRounds rounds(*store_, *catalog_, backed_up_, {to_}, reports.Taker());
    EXPECT_THAT(reports.Next(), StatusIs(absl::StatusCode::kUnavailable));
  }
  rocksdb::Env::Default()->UnlockFile(lock);
  EXPECT_EQ(Survey().Durable().seq, early.heads.at("census").seq);
}

}  // namespace
}  // namespace chasqui::storage
