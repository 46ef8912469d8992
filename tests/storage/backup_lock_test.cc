#include "storage/backup_lock.h"

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::StatusIs;
using ::testing::HasSubstr;

// A lock of a file says nothing to the process that holds it, and RocksDB tells
// files apart by how their names are spelled.
TEST(DirectoryLockTest, OneIsThereAtATimeByWhateverName) {
  const FreshDirectory directory;
  const std::string link = directory.path() + "-link";
  std::filesystem::remove(link);
  std::filesystem::create_directory_symlink(directory.path(), link);
  {
    const auto lock = DirectoryLock::Take(directory.path());
    ASSERT_OK(lock);
    for (const std::string& name : {directory.path(), directory.path() + "/",
                                    directory.path() + "/.", link}) {
      EXPECT_THAT(DirectoryLock::Take(name).status(),
                  StatusIs(absl::StatusCode::kUnavailable,
                           HasSubstr("is another backup under way?")))
          << name;
    }
  }
  EXPECT_OK(DirectoryLock::Take(link));
  std::filesystem::remove(link);
}

}  // namespace
}  // namespace chasqui::storage
