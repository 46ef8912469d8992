// Backups where a disk fails, or somebody else is at the same directory.

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/backup.h"
#include "tests/storage/backed_up_store.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The system's disk, but for what a test says.
class OddDisk final : public rocksdb::FileSystemWrapper {
 public:
  OddDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  // Files whose path ends so cannot be deleted.
  std::string undeletable;
  // Called before a file is begun; what it returns is what comes of it.
  std::function<rocksdb::IOStatus()> before_writing;

  const char* Name() const override { return "OddDisk"; }
  rocksdb::IOStatus DeleteFile(const std::string& name,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (!undeletable.empty() && name.size() >= undeletable.size() &&
        name.compare(name.size() - undeletable.size(), std::string::npos,
                     undeletable) == 0) {
      return rocksdb::IOStatus::IOError("the disk is odd");
    }
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }
  rocksdb::IOStatus NewWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override {
    if (before_writing) {
      rocksdb::IOStatus status = before_writing();
      if (!status.ok()) return status;
    }
    return FileSystemWrapper::NewWritableFile(name, options, result, debug);
  }
};

class BackupDiskTest : public BackedUpStore {
 protected:
  absl::StatusOr<BackupReport> BackUpOddly() {
    return BackUp(*store_, *catalog_, to_, env_.get());
  }
  absl::StatusOr<BackupReport> RestoreOddly() {
    return Restore(to_, std::nullopt, restored_, env_.get());
  }
  void MakeBackup() {
    Open(data_);
    MakeSurvey();
    AddRecord(1);
    ASSERT_OK(BackUpNow());
  }

  const std::string restoring_ = restored_ + ".restoring";
  std::shared_ptr<OddDisk> disk_ = std::make_shared<OddDisk>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
};

// A table that an earlier backup has is not copied again, but read again.
TEST_F(BackupDiskTest, OneThatFailsItsVerificationIsNone) {
  MakeBackup();
  const std::string table = FilesIn(to_ + "/shared_checksum").front();
  Flip(table);
  EXPECT_THAT(BackUpNow(), StatusIs(absl::StatusCode::kDataLoss,
                                    HasSubstr("give a new directory")));
  EXPECT_THAT(CheckBackup(to_, 2), StatusIs(absl::StatusCode::kNotFound));
  Flip(table);
  ASSERT_OK_AND_ASSIGN(const BackupReport newest,
                       CheckBackup(to_, std::nullopt));
  EXPECT_EQ(newest.number, 1u);
  EXPECT_OK(BackUpNow());
}

TEST_F(BackupDiskTest, OneIsMadeThoughAnOldOneCannotBeRemoved) {
  Open(data_);
  MakeSurvey();
  for (std::uint32_t i = 0; i < kBackupsKept; ++i) ASSERT_OK(BackUpNow());
  disk_->undeletable = "/meta/1";
  ASSERT_OK_AND_ASSIGN(const BackupReport made, BackUpOddly());
  EXPECT_EQ(made.number, kBackupsKept + 1);
  EXPECT_THAT(made.purged, StatusIs(absl::StatusCode::kUnavailable,
                                    HasSubstr("the disk is odd")));
  EXPECT_OK(CheckBackup(to_, 1));
  // The next removes it with its own.
  ASSERT_OK_AND_ASSIGN(const BackupReport next, BackUpNow());
  EXPECT_OK(next.purged);
  EXPECT_THAT(CheckBackup(to_, 1), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(CheckBackup(to_, 2), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_OK(CheckBackup(to_, 3));
}

TEST_F(BackupDiskTest, ADirectoryThatCannotBeReadIsUnavailable) {
  std::filesystem::create_directory(to_);
  std::filesystem::create_symlink("meta", to_ + "/meta");  // leads to itself
  EXPECT_THAT(CheckBackup(to_, std::nullopt),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(to_)));
  EXPECT_THAT(Restore(to_, std::nullopt, restored_),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Restore(to_, std::nullopt, to_ + "/meta"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("meta")));
}

TEST_F(BackupDiskTest, ARestoreMayBeIntoAnEmptyDirectory) {
  MakeBackup();
  Close();
  std::filesystem::create_directory(restored_);
  EXPECT_OK(Restore(to_, std::nullopt, restored_ + "/"));
  EXPECT_FALSE(std::filesystem::exists(restoring_));
  Open(restored_);
  ASSERT_OK(catalog_->Find("census"));
}

// Such as a symbolic link to where there is more room.
TEST_F(BackupDiskTest, ARestoreGoesWhereALinkLeads) {
  MakeBackup();
  Close();
  const std::string link = directory_.File("link");
  std::filesystem::create_directory(restored_);
  std::filesystem::create_directory_symlink(restored_, link);
  EXPECT_OK(Restore(to_, std::nullopt, link));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  Open(restored_);
  ASSERT_OK(catalog_->Find("census"));
}

TEST_F(BackupDiskTest, ARestoreThatFailsLeavesNothing) {
  MakeBackup();
  Close();
  int files = 0;
  disk_->before_writing = [&files] {
    return ++files < 3 ? rocksdb::IOStatus::OK()
                       : rocksdb::IOStatus::NoSpace("the disk is odd");
  };
  EXPECT_THAT(RestoreOddly(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_FALSE(std::filesystem::exists(restored_));
  EXPECT_FALSE(std::filesystem::exists(restoring_));
}

// As when a server is started there meanwhile.
TEST_F(BackupDiskTest, ARestoreLeavesWhatCameToBeThereAlone) {
  MakeBackup();
  Close();
  const std::string notes = restored_ + "/notes.txt";
  disk_->before_writing = [this, &notes] {
    std::filesystem::create_directory(restored_);
    std::ofstream(notes) << "do not touch";
    return rocksdb::IOStatus::OK();
  };
  EXPECT_THAT(RestoreOddly(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                       HasSubstr(restored_)));
  EXPECT_THAT(FilesIn(restored_), ElementsAre(notes));
  EXPECT_FALSE(std::filesystem::exists(restoring_));
}

TEST_F(BackupDiskTest, TwoRestoresDoNotMixInOneDirectory) {
  MakeBackup();
  Close();
  std::filesystem::create_directory(restoring_);
  std::ofstream(restoring_ + "/000001.sst") << "of the other";
  EXPECT_THAT(
      Restore(to_, std::nullopt, restored_),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(restoring_)));
  EXPECT_THAT(FilesIn(restoring_), ElementsAre(restoring_ + "/000001.sst"));
  EXPECT_FALSE(std::filesystem::exists(restored_));
}

}  // namespace
}  // namespace chasqui::storage
