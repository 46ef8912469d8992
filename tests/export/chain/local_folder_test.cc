// What only a directory can get wrong.

#include "export/chain/local_folder.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::Status Put(Folder& folder, const std::string& file,
                 std::string_view bytes) {
  ASSIGN_OR_RETURN(const auto made, folder.Create(file));
  RETURN_IF_ERROR(made->Append(bytes));
  return made->Finish();
}

TEST(LocalFolderTest, IsNamedByItsWholePath) {
  EXPECT_EQ(LocalFolder("/data//exports/./x/").name(), "/data/exports/x");
  EXPECT_EQ(LocalFolder("exports").name(),
            std::filesystem::current_path().native() + "/exports");
}

TEST(LocalFolderTest, OneWritesAtATimeAndOthersRead) {
  const FreshDirectory directory;
  auto first = std::make_unique<LocalFolder>(directory.path());
  LocalFolder second(directory.path());
  ASSERT_OK(Put(*first, "a", "1"));
  EXPECT_THAT(second.Read("a"), IsOkAndHolds("1"));
  EXPECT_THAT(
      second.Create("a"),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               directory.path() + " is being written to by another export"));
  EXPECT_THAT(second.Remove("a"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  first.reset();
  EXPECT_OK(second.Remove("a"));
}

TEST(LocalFolderTest, TakesAwayWhatAKilledOneHadUnderWay) {
  const FreshDirectory directory;
  std::filesystem::create_directories(directory.File(".chasqui.part"));
  const std::string left =
      directory.File(".chasqui.part/schools:000002.csv.chasqui.part");
  const std::string foreign = directory.File("film.part");
  std::ofstream(left) << "half a ro";
  std::ofstream(foreign) << "somebody's download";

  LocalFolder folder(directory.path());
  EXPECT_THAT(folder.List(".chasqui"), IsOkAndHolds(IsEmpty()));
  ASSERT_OK(Put(folder, "a", "1"));
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_THAT(folder.List(""), IsOkAndHolds(ElementsAre("a", "film.part")));
}

TEST(LocalFolderTest, LeavesNothingOfAFileThatWasGivenUp) {
  const FreshDirectory directory;
  {
    LocalFolder folder(directory.path());
    ASSERT_OK_AND_ASSIGN(const auto file, folder.Create("t/a"));
    ASSERT_OK(file->Append(std::string(1 << 20, 'x')));
    EXPECT_TRUE(std::filesystem::exists(
        directory.File(".chasqui.part/t:a.chasqui.part")));
    std::filesystem::remove(directory.File("t"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(LocalFolderTest, AFileInTheWayIsNamed) {
  const FreshDirectory directory;
  LocalFolder folder(directory.path());
  ASSERT_OK(Put(folder, "a", "1"));
  EXPECT_THAT(folder.Create("a/b"), StatusIs(absl::StatusCode::kUnavailable,
                                             HasSubstr(directory.File("a"))));
  LocalFolder in_file(directory.File("a"));
  EXPECT_THAT(in_file.List(""), StatusIs(absl::StatusCode::kUnavailable,
                                         HasSubstr("cannot list")));
}

TEST(LocalFolderTest, ADirectoryInThePlaceOfAFileIsNamed) {
  const FreshDirectory directory;
  LocalFolder folder(directory.path());
  ASSERT_OK(Put(folder, "a/b", "1"));
  EXPECT_THAT(Put(folder, "a", "2"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("rename")));
  EXPECT_THAT(folder.List(""), IsOkAndHolds(ElementsAre("a/b")));
}

// A disk that is full, as far as anybody can have one without being root: the
// device that never has room.
TEST(LocalFolderTest, NoRoomLeftIsSaid) {
  const FreshDirectory directory;
  LocalFolder folder(directory.path());
  ASSERT_OK(Put(folder, "made", "so that it is locked and swept"));
  const std::string full = directory.File(".chasqui.part/a.chasqui.part");
  std::filesystem::create_symlink("/dev/full", full);
  ASSERT_OK_AND_ASSIGN(const auto file, folder.Create("a"));
  ASSERT_OK(file->Append("buffered"));
  EXPECT_THAT(file->Finish(),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr(full)));
  EXPECT_THAT(file->Append("more"),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(folder.List(""), IsOkAndHolds(ElementsAre("made")));
}

}  // namespace
}  // namespace chasqui::exporting
