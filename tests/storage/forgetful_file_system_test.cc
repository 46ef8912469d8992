// That it forgets: a disk that kept more than it should would hide a missing
// sync from every test that stands on it.

#include "tests/storage/forgetful_file_system.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "tests/testing/fresh_directory.h"

namespace chasqui::storage {
namespace {

class ForgetfulFileSystemTest : public ::testing::Test {
 protected:
  ForgetfulFileSystemTest() { Start(); }

  // What was not synced is gone.
  void Start() {
    disk_ =
        std::make_unique<ForgetfulFileSystem>(rocksdb::FileSystem::Default());
  }
  std::unique_ptr<rocksdb::FSWritableFile> New(const std::string& name) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    CHECK(
        disk_->NewWritableFile(directory_.File(name), {}, &file, nullptr).ok());
    return file;
  }
  void SyncDirectory() {
    std::unique_ptr<rocksdb::FSDirectory> directory;
    CHECK(disk_->NewDirectory(directory_.path(), {}, &directory, nullptr).ok());
    CHECK(directory->FsyncWithDirOptions({}, nullptr, {}).ok());
  }
  std::string Read(const std::string& name) {
    std::string data;
    const auto status =
        rocksdb::ReadFileToString(disk_.get(), directory_.File(name), &data);
    return status.ok() ? data : "(" + status.ToString().substr(0, 8) + ")";
  }

  testing::FreshDirectory directory_;
  std::unique_ptr<ForgetfulFileSystem> disk_;
};

TEST_F(ForgetfulFileSystemTest, ForgetsWhatWasNotSynced) {
  {
    const auto file = New("a");
    SyncDirectory();
    ASSERT_TRUE(file->Append("kept", {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
    ASSERT_TRUE(file->Append(" lost", {}, nullptr).ok());
    ASSERT_TRUE(file->Flush({}, nullptr).ok());
    EXPECT_EQ(file->GetFileSize({}, nullptr), 9U);
  }
  Start();
  EXPECT_EQ(Read("a"), "kept");
}

TEST_F(ForgetfulFileSystemTest, ForgetsANameWhoseDirectoryWasNotSynced) {
  const auto file = New("a");
  ASSERT_TRUE(file->Append("data", {}, nullptr).ok());
  ASSERT_TRUE(file->Sync({}, nullptr).ok());
  EXPECT_EQ(Read("a"), "data");
  Start();
  EXPECT_EQ(Read("a"), "(IO error)");
}

TEST_F(ForgetfulFileSystemTest, ForgetsThatANewFileTookTheNameOfAnother) {
  const auto write = [this](const std::string& name, const char* data) {
    const auto file = New(name);
    ASSERT_TRUE(file->Append(data, {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
  };
  write("current", "old");
  SyncDirectory();
  const auto replace = [&] {
    write("new", "new");
    ASSERT_TRUE(disk_
                    ->RenameFile(directory_.File("new"),
                                 directory_.File("current"), {}, nullptr)
                    .ok());
    EXPECT_EQ(Read("current"), "new");
  };
  replace();
  Start();
  EXPECT_EQ(Read("current"), "old");
  replace();
  SyncDirectory();
  Start();
  EXPECT_EQ(Read("current"), "new");
}

TEST_F(ForgetfulFileSystemTest, ForgetsTheLogWhereItIsNeglected) {
  disk_->NeglectLog();
  for (const char* const name : {"7.log", "7.sst"}) {
    const auto file = New(name);
    ASSERT_TRUE(file->Append("data", {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
  }
  SyncDirectory();
  Start();
  EXPECT_EQ(Read("7.log"), "");
  EXPECT_EQ(Read("7.sst"), "data");
}

}  // namespace
}  // namespace chasqui::storage
