// Backups where a disk fails, or somebody else is at the same directory.

#include <filesystem>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/backup.h"
#include "tests/storage/backed_up_store.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::StatusIs;
using ::testing::HasSubstr;

class BackupDiskTest : public BackedUpStore {};

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

}  // namespace
}  // namespace chasqui::storage
