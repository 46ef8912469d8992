// What every folder for exports promises.

#include <cstdlib>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "export/chain/local_folder.h"
#include "export/chain/open_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/export/chain/memory_folder.h"
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

struct Kind {
  const char* name;
  // A folder that is not there yet, in a directory for it alone.
  std::function<std::unique_ptr<Folder>(const FreshDirectory&)> make;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class FolderContractTest : public ::testing::TestWithParam<Kind> {
 protected:
  FolderContractTest() : folder_(GetParam().make(directory_)) {}

  absl::Status Put(const std::string& file, std::string_view bytes) {
    ASSIGN_OR_RETURN(const auto made, folder_->Create(file));
    RETURN_IF_ERROR(made->Append(bytes));
    return made->Finish();
  }

  FreshDirectory directory_;
  std::unique_ptr<Folder> folder_;
};

// Object storage is where a test says that there is some: see s3_test.py.
std::vector<Kind> Kinds() {
  std::vector<Kind> kinds = {
      {"memory",
       [](const FreshDirectory&) { return std::make_unique<MemoryFolder>(); }},
      {"local",
       [](const FreshDirectory& directory) {
         return std::make_unique<LocalFolder>(
             directory.File("exports/of a survey"));
       }},
  };
  if (std::getenv("CHASQUI_TEST_S3") != nullptr) {
    kinds.push_back({"s3", [](const FreshDirectory& directory) {
                       auto folder =
                           OpenFolder(StrCat(std::getenv("CHASQUI_TEST_S3"),
                                             directory.path(), "/of a survey"));
                       EXPECT_OK(folder);
                       return *std::move(folder);
                     }});
  }
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(, FolderContractTest, ::testing::ValuesIn(Kinds()),
                         [](const auto& kind) {
                           return std::string(kind.param.name);
                         });

TEST_P(FolderContractTest, HasNothingBeforeItsFirstFile) {
  EXPECT_THAT(folder_->List(""), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(folder_->Read("schools/000001.csv"),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr(folder_->name() + "/schools/000001.csv")));
  EXPECT_OK(folder_->Remove("schools/000001.csv"));
}

TEST_P(FolderContractTest, KeepsWhatWasFinished) {
  const std::string nasty("a\0\r\n\xff", 5);
  ASSERT_OK(Put("schools/000001.csv", nasty));
  ASSERT_OK(Put("empty", ""));
  EXPECT_THAT(folder_->Read("schools/000001.csv"), IsOkAndHolds(nasty));
  EXPECT_THAT(folder_->Read("empty"), IsOkAndHolds(""));
}

TEST_P(FolderContractTest, AFileIsThereOnlyWhenFinished) {
  {
    ASSERT_OK_AND_ASSIGN(const auto file, folder_->Create("a/b"));
    ASSERT_OK(file->Append("half"));
    EXPECT_THAT(folder_->List(""), IsOkAndHolds(IsEmpty()));
    EXPECT_THAT(folder_->Read("a/b"), StatusIs(absl::StatusCode::kNotFound));
  }
  EXPECT_THAT(folder_->List(""), IsOkAndHolds(IsEmpty()));
}

// Object storage has it in parts by then.
TEST_P(FolderContractTest, NothingIsLeftOfALargeFileThatWasGivenUp) {
  {
    ASSERT_OK_AND_ASSIGN(const auto file, folder_->Create("large"));
    for (int i = 0; i < 3; ++i) {
      ASSERT_OK(file->Append(std::string(std::size_t{11} << 20, 'x')));
    }
  }
  EXPECT_THAT(folder_->List(""), IsOkAndHolds(IsEmpty()));
}

TEST_P(FolderContractTest, WhatWasThereStaysUntilTheNewIsFinished) {
  ASSERT_OK(Put("a", "first, and longer"));
  ASSERT_OK_AND_ASSIGN(const auto file, folder_->Create("a"));
  ASSERT_OK(file->Append("second"));
  EXPECT_THAT(folder_->Read("a"), IsOkAndHolds("first, and longer"));
  ASSERT_OK(file->Finish());
  EXPECT_THAT(folder_->Read("a"), IsOkAndHolds("second"));
}

TEST_P(FolderContractTest, ManyFilesMayBeUnderWay) {
  ASSERT_OK_AND_ASSIGN(const auto a, folder_->Create("t/a"));
  ASSERT_OK_AND_ASSIGN(const auto b, folder_->Create("t/b"));
  ASSERT_OK(a->Append("1"));
  ASSERT_OK(b->Append("2"));
  ASSERT_OK(a->Append("3"));
  ASSERT_OK(b->Finish());
  ASSERT_OK(a->Finish());
  EXPECT_THAT(folder_->Read("t/a"), IsOkAndHolds("13"));
  EXPECT_THAT(folder_->Read("t/b"), IsOkAndHolds("2"));
}

TEST_P(FolderContractTest, ListsByPrefixInOrder) {
  for (const char* name : {"b/2", "b/10", "a", "bb/1", "b.x/1", "b/c/d"}) {
    ASSERT_OK(Put(name, name));
  }
  EXPECT_THAT(
      folder_->List(""),
      IsOkAndHolds(ElementsAre("a", "b.x/1", "b/10", "b/2", "b/c/d", "bb/1")));
  EXPECT_THAT(folder_->List("b/"),
              IsOkAndHolds(ElementsAre("b/10", "b/2", "b/c/d")));
  EXPECT_THAT(folder_->List("b/1"), IsOkAndHolds(ElementsAre("b/10")));
  EXPECT_THAT(folder_->List("c/"), IsOkAndHolds(IsEmpty()));
}

TEST_P(FolderContractTest, ReadsInPieces) {
  const std::string bytes(2 * Folder::kPieceBytes + 1, 'x');
  ASSERT_OK(Put("large", bytes));
  std::string read;
  ASSERT_OK(folder_->ReadPieces("large", [&](std::string_view piece) {
    EXPECT_LE(piece.size(), Folder::kPieceBytes);
    read += piece;
    return absl::OkStatus();
  }));
  EXPECT_TRUE(read == bytes);

  int pieces = 0;
  EXPECT_THAT(folder_->ReadPieces("large",
                                  [&](std::string_view) {
                                    ++pieces;
                                    return absl::AbortedError("enough");
                                  }),
              StatusIs(absl::StatusCode::kAborted, "enough"));
  EXPECT_EQ(pieces, 1);
}

TEST_P(FolderContractTest, ReadsARange) {
  std::string bytes(Folder::kPieceBytes + 10, 'x');
  bytes[5] = 'a';
  bytes[6] = 'b';
  bytes.back() = 'z';
  ASSERT_OK(Put("large", bytes));
  const auto read = [&](ByteRange range) {
    std::string got;
    EXPECT_OK(folder_->ReadRange("large", range, [&](std::string_view piece) {
      got += piece;
      return absl::OkStatus();
    }));
    return got;
  };
  EXPECT_EQ(read({5, 2}), "ab");
  EXPECT_EQ(read({5, 0}), "");
  EXPECT_EQ(read({bytes.size() - 2, 100}), "xz");
  EXPECT_EQ(read({bytes.size(), 1}), "");
  EXPECT_EQ(read({bytes.size() + 1, 1}), "");
  EXPECT_EQ(read({1, bytes.size() - 1}), bytes.substr(1));
}

TEST_P(FolderContractTest, ReadsAsAWholeOnlyWhatIsSmall) {
  std::string bytes(Folder::kWholeBytesMax, 'x');
  ASSERT_OK(Put("at the limit", bytes));
  EXPECT_OK(folder_->Read("at the limit"));
  bytes += 'x';
  ASSERT_OK(Put("past it", bytes));
  EXPECT_THAT(folder_->Read("past it"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("past it is longer than 67108864 bytes")));
}

TEST_P(FolderContractTest, RemovesFiles) {
  ASSERT_OK(Put("a/1", "1"));
  ASSERT_OK(Put("a/2", "2"));
  ASSERT_OK(folder_->Remove("a/1"));
  ASSERT_OK(folder_->Remove("a/1"));
  ASSERT_OK(folder_->Remove("a/2/3"));
  EXPECT_THAT(folder_->List(""), IsOkAndHolds(ElementsAre("a/2")));
}

TEST_P(FolderContractTest, StaysWithinItself) {
  for (const char* name :
       {"", "/", "/etc/passwd", "../a", "a/../../b", "a/..", "..", ".", "./a",
        "a//b", "a/", "000001.csv.chasqui.part"}) {
    EXPECT_THAT(Put(name, "x"), StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
    EXPECT_THAT(folder_->Read(name),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
    EXPECT_THAT(folder_->Remove(name),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
  EXPECT_THAT(Put(std::string("a\0b", 3), "x"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(Put("..a/b..", "x"));
}

}  // namespace
}  // namespace chasqui::exporting
