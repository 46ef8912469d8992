#include "sync/seal/starting_file.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/seal/envelope.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::seal {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

class StartingFileTest : public ::testing::Test {
 protected:
  std::string Chunk(const std::string& content, std::uint32_t number = 0,
                    bool last = false) const {
    auto bytes = SealChunk(name_, {number, last, content}, server_);
    EXPECT_OK(bytes);
    return bytes.ok() ? *bytes : std::string();
  }
  StartingKey Key() const { return StartingKey::Derive(server_, name_); }
  StartingSecret Secret() const { return {Key(), server_.public_key()}; }
  absl::Status Refusal(const StartingName& name, std::string_view bytes,
                       const StartingKey& key) const {
    return OpenChunk(name, bytes, {key, server_.public_key()}).status();
  }

  const KeyPair server_ = KeyPair::Draw();
  const StartingName name_{
      "wells", {BucketKind::kArea, "north"}, {LogName{77}, 1000}};
};

TEST_F(StartingFileTest, OpensToWhatWasSealed) {
  for (const std::size_t size : {0U, 1U, 1'000U, 300'000U}) {
    const std::string content(size, 'c');
    for (const bool last : {false, true}) {
      const auto opened = OpenChunk(name_, Chunk(content, 7, last), Secret());
      ASSERT_OK(opened);
      EXPECT_EQ(opened->number, 7U);
      EXPECT_EQ(opened->last, last);
      EXPECT_TRUE(opened->content == content);
    }
  }
}

TEST_F(StartingFileTest, TheHeadSaysWhatItIsOf) {
  const std::string head = StartingHead(name_);
  const auto read = ReadStartingHead(head + "and more");
  ASSERT_OK(read);
  EXPECT_EQ(read->name, name_);
  EXPECT_EQ(read->bytes, head.size());
  for (std::size_t size = 0; size < head.size(); ++size) {
    EXPECT_THAT(ReadStartingHead(head.substr(0, size)).status(),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  std::string later = head;
  later[7] = 9;
  EXPECT_THAT(ReadStartingHead(later).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("version 9, this program knows 1")));
}

// Else it could not be cached, nor fetched on from where it broke.
TEST_F(StartingFileTest, TheSameIsSealedAlike) {
  EXPECT_EQ(Chunk("twelve wells"), Chunk("twelve wells"));
}

// Under one key, what differs must not be encrypted with one nonce: the two
// boxes would tell the difference of what is in them.
TEST_F(StartingFileTest, WhatDiffersHasAnotherNonce) {
  std::set<std::string> nonces;
  std::size_t made = 0;
  for (const char* content : {"twelve wells", "twelve webls", ""}) {
    for (const std::uint32_t number : {0U, 1U}) {
      for (const bool last : {false, true}) {
        nonces.insert(Chunk(content, number, last).substr(66, 24));
        ++made;
      }
    }
  }
  EXPECT_EQ(nonces.size(), made);
}

TEST_F(StartingFileTest, EveryFileHasAKeyOfItsOwn) {
  std::vector<StartingName> others(5, name_);
  others[0].survey = "schools";
  others[1].bucket.name = "south";
  others[2].bucket.kind = BucketKind::kPerson;
  others[3].at.log = LogName{78};
  others[4].at.seq = 1001;
  const std::string chunk = Chunk("twelve wells");
  for (const StartingName& other : others) {
    const StartingKey key = StartingKey::Derive(server_, other);
    EXPECT_THAT(Refusal(name_, chunk, key),
                StatusIs(absl::StatusCode::kInvalidArgument));
    // Nor does it pass for a chunk of the other, whoever has both keys.
    EXPECT_THAT(Refusal(other, chunk, Key()),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(
      Refusal(name_, chunk, StartingKey::Derive(KeyPair::Draw(), name_)),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

// Everybody who was given the key could encrypt.
TEST_F(StartingFileTest, OnlyTheServerCanWrite) {
  const KeyPair other = KeyPair::Draw();
  const std::string chunk = Chunk("twelve wells");
  EXPECT_THAT(OpenChunk(name_, chunk, {Key(), other.public_key()}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  const auto forged = SealChunk(name_, {0, false, "twelve wells"}, other);
  ASSERT_OK(forged);
  EXPECT_THAT(Refusal(name_, *forged, StartingKey::Derive(other, name_)),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(StartingFileTest, EveryFlippedBitIsFound) {
  const std::string chunk = Chunk("twelve wells", 3);
  for (std::size_t at = 0; at < chunk.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = chunk;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      EXPECT_FALSE(OpenChunk(name_, flipped, Secret()).ok())
          << "bit " << bit << " of byte " << at;
    }
  }
}

TEST_F(StartingFileTest, WhatIsCutShortIsToldFromWhatIsDamaged) {
  const std::string chunk = Chunk("twelve wells");
  for (std::size_t size = 0; size < chunk.size(); ++size) {
    EXPECT_THAT(FindChunk(chunk.substr(0, size)).status(),
                StatusIs(absl::StatusCode::kOutOfRange));
  }
  const auto found = FindChunk(chunk + "and the next");
  ASSERT_OK(found);
  EXPECT_EQ(found->bytes, chunk.size());
  std::string large = chunk.substr(0, 90);
  large += std::string(6, '\xff') + '\x01';
  EXPECT_THAT(FindChunk(large).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(StartingFileTest, TooLargeAChunkIsNotMade) {
  EXPECT_THAT(
      SealChunk(name_, {0, false, std::string(kStartingChunkBytesMax + 1, 'x')},
                server_)
          .status(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("67108864")));
}

// Each of the two kinds of file is told by name where the other is wanted.
TEST_F(StartingFileTest, IsNoSealedUnit) {
  EXPECT_THAT(Inspect(StartingHead(name_) + Chunk("twelve")).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("it is a starting file")));
  const auto unit =
      Seal({Kind::kBatch, "tablet", "x"}, server_, server_.public_key());
  ASSERT_OK(unit);
  EXPECT_THAT(ReadStartingHead(*unit).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("it is no starting file")));
}

TEST_F(StartingFileTest, AKeyHasThirtyTwoBytes) {
  const auto key = StartingKey::FromBytes(Key().view());
  ASSERT_OK(key);
  EXPECT_EQ(key->view(), Key().view());
  EXPECT_THAT(StartingKey::FromBytes("short").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("32")));
}

}  // namespace
}  // namespace chasqui::seal
