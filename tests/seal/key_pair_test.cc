#include "sync/seal/key_pair.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::seal {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

TEST(KeyPairTest, IsMadeAgainFromItsSeed) {
  const KeyPair drawn = KeyPair::Draw();
  const auto again = KeyPair::FromSeed(drawn.seed());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->public_key(), drawn.public_key());
  EXPECT_EQ(drawn.seed().size(), KeyPair::kSeedSize);
}

TEST(KeyPairTest, NoTwoAreDrawnAlike) {
  EXPECT_NE(KeyPair::Draw().seed(), KeyPair::Draw().seed());
}

// RFC 8032, 7.1, test 1.
TEST(KeyPairTest, IsThatOfEd25519) {
  const std::string seed(
      "\x9d\x61\xb1\x9d\xef\xfd\x5a\x60\xba\x84\x4a\xf4\x92\xec\x2c\xc4"
      "\x44\x49\xc5\x69\x7b\x32\x69\x19\x70\x3b\xac\x03\x1c\xae\x7f\x60",
      32);
  const std::string_view expected(
      "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"
      "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a",
      32);
  const auto pair = KeyPair::FromSeed(seed);
  ASSERT_TRUE(pair.ok());
  EXPECT_EQ(pair->public_key().view(), expected);
}

TEST(KeyPairTest, OtherSeedsAreRefused) {
  for (const std::size_t size : {0U, 31U, 33U}) {
    EXPECT_THAT(
        KeyPair::FromSeed(std::string(size, 's')).status(),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("must have 32")))
        << size;
  }
}

TEST(PublicKeyTest, IsReadFromItsBytes) {
  const PublicKey key = KeyPair::Draw().public_key();
  const auto read = PublicKey::FromBytes(key.view());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, key);
}

// What is no point, or one of small order, would let anybody sign or read.
TEST(PublicKeyTest, WhatIsNoKeyIsRefused) {
  for (const std::size_t size : {0U, 31U, 33U}) {
    EXPECT_THAT(
        PublicKey::FromBytes(std::string(size, 'k')).status(),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("must have 32")))
        << size;
  }
  std::string identity(32, '\0');
  identity[0] = 1;
  for (const std::string& bytes :
       {std::string(32, '\0'), std::string(32, '\xff'), identity}) {
    EXPECT_THAT(PublicKey::FromBytes(bytes).status(),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("no point of Ed25519")));
  }
}

TEST(PublicKeyTest, IsToldApartByItsFingerprint) {
  const PublicKey key = KeyPair::Draw().public_key();
  const PublicKey other = KeyPair::Draw().public_key();
  EXPECT_EQ(ToText(key).size(), 16U);
  EXPECT_EQ(FingerprintOf(key), FingerprintOf(key));
  EXPECT_NE(FingerprintOf(key), FingerprintOf(other));
}

}  // namespace
}  // namespace chasqui::seal
