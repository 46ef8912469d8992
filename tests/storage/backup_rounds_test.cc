#include "storage/backup_rounds.h"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "sync/base/mutex.h"
#include "tests/storage/backed_up_store.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::StatusIs;

class BackupRoundsTest : public BackedUpStore {};

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

TEST_F(BackupRoundsTest, DurabilityMovesWithWholeBackupsAlone) {
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

TEST_F(BackupRoundsTest, ABackupThatIsThereCountsAgain) {
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
TEST_F(BackupRoundsTest, AFutureThatWasCutOffDoesNotCount) {
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
