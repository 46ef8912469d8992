// Whether manifests are a chain, and what is said where they are none.

#include "export/chain/chain.h"

#include <string>
#include <utility>
#include <vector>

#include "export/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/chain/memory_folder.h"
#include "tests/export/chain/small_manifest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class ChainTest : public ::testing::Test {
 protected:
  ChainTest() {
    Manifest manifest = FirstManifest();
    for (std::uint64_t n = 1; n <= 3; ++n) {
      texts_.push_back(EncodeManifest(manifest));
      folder_.files()[ManifestName(n)] = texts_.back();
      manifest = ManifestAfter(manifest, texts_.back());
    }
  }
  std::string& File(std::uint64_t n) {
    return folder_.files()[ManifestName(n)];
  }

  MemoryFolder folder_;
  std::vector<std::string> texts_;
};

TEST_F(ChainTest, IsReadInOrder) {
  ASSERT_OK_AND_ASSIGN(const Chain chain, ReadChain(folder_));
  ASSERT_THAT(chain.increments, SizeIs(3));
  EXPECT_EQ(chain.last().to.seq, 20U);
  EXPECT_EQ(chain.last_sha256, Sha256Hex(texts_[2]));
  // Whatever their number: a table's columns are kept once.
  EXPECT_EQ(chain.increments[0].tables, chain.increments[2].tables);
}

TEST_F(ChainTest, AHoleInTheMiddleIsNamed) {
  folder_.files().erase(ManifestName(2));
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       "/memory/manifests/000002.json is missing: there is "
                       "manifests/000003.json"));
}

TEST_F(ChainTest, AManifestInAnothersPlaceIsNamed) {
  File(2) = texts_[2];
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       "/memory/manifests/000002.json is the manifest of "
                       "increment 3"));
}

TEST_F(ChainTest, AnotherHistoryIsNamed) {
  File(1) = Resigned(texts_[0], "\"rows\": \"3\"", "\"rows\": \"4\"");
  EXPECT_THAT(
      ReadChain(folder_),
      StatusIs(absl::StatusCode::kDataLoss,
               AllOf(StartsWith("/memory/manifests/000002.json: "),
                     HasSubstr("after another manifests/000001.json"))));
}

TEST_F(ChainTest, AJumpIsNamed) {
  File(3) = Resigned(texts_[2], "\"from_seq\": \"15\"", "\"from_seq\": \"16\"");
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       EndsWith("000003.json: it begins at seq 16, but the one "
                                "before it reached seq 15, of which its log "
                                "has what is up to 15")));
  File(3) = Resigned(texts_[2], "\"csv\"", "\"tsv\"");
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("another survey, format")));
}

TEST_F(ChainTest, ABeginningThatIsNoneIsNamed) {
  folder_.files().clear();
  Manifest manifest = FirstManifest();
  manifest.previous_sha256 = Sha256Hex("before");
  File(1) = EncodeManifest(manifest);
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("is the first")));
}

TEST_F(ChainTest, GoesOnPastAMillion) {
  Files& files = folder_.files();
  files.clear();
  files["manifests/1000000.json"] = files["manifests/999999.json"] = "{}";
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("000001.json is missing: there is "
                                 "manifests/1000000.json")));
}

// What a manifest says of those before it is found out, if it is not so.
TEST_F(ChainTest, WhatItComesToIsProved) {
  Manifest first = FirstManifest();
  first.so_far = SoFarOf(nullptr, first, /*erased=*/7);
  EXPECT_EQ(first.so_far->erased, 0U);
  const std::string text = EncodeManifest(first);
  Manifest second = ManifestAfter(first, text);
  second.so_far = SoFarOf(&first, second, /*erased=*/7);
  folder_.files() = {{ManifestName(1), text},
                     {ManifestName(2), EncodeManifest(second)}};
  ASSERT_OK_AND_ASSIGN(const Chain chain, ReadChain(folder_));
  EXPECT_EQ(chain.last().so_far, second.so_far);
  EXPECT_EQ(chain.last().so_far->erased, 7U);
  EXPECT_EQ(chain.last().so_far->increment, 2U);
  EXPECT_EQ(chain.last().so_far->columns.size(), 1U);

  const auto refused =
      StatusIs(absl::StatusCode::kDataLoss,
               "/memory/manifests/000002.json: the chain does not come to what "
               "it says so far");
  second.so_far->restores.push_back({2, 3});
  File(2) = EncodeManifest(second);
  EXPECT_THAT(ReadChain(folder_), refused);

  // What earlier files are to lose does not become less but by a rewriting.
  first.so_far->erased = 3;
  File(1) = EncodeManifest(first);
  for (const std::uint64_t erased : {2U, 3U}) {
    second = ManifestAfter(first, File(1));
    second.so_far = SoFarOf(&first, second, 0);
    second.so_far->erased = erased;
    File(2) = EncodeManifest(second);
    if (erased == 3) {
      EXPECT_OK(ReadChain(folder_));
    } else {
      EXPECT_THAT(ReadChain(folder_), refused);
    }
  }
}

}  // namespace
}  // namespace chasqui::exporting
