#include "server/access/token.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/seal/proof.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::access {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;

constexpr std::int64_t kMinuteMs = 60'000;

const Token kToken = {TokenKind::kDevice, "tablet-17", 3, 1000 * kMinuteMs};

class TokenTest : public ::testing::Test {
 protected:
  const seal::KeyPair server_ = seal::KeyPair::Draw();
  const TokenKey key_{server_};
};

TEST_F(TokenTest, ComesBackAsItWasIssued) {
  EXPECT_THAT(key_.Read(key_.Issue(kToken)), IsOkAndHolds(kToken));
  Token person = kToken;
  person.kind = TokenKind::kPerson;
  person.expires_ms += 59'999;
  const auto read = key_.Read(key_.Issue(person));
  person.expires_ms = kToken.expires_ms;
  EXPECT_THAT(read, IsOkAndHolds(person)) << "to the minute";
}

TEST_F(TokenTest, IsSmall) {
  Token token = kToken;
  token.expires_ms = 1'800'000'000'000;
  EXPECT_LE(key_.Issue(token).size(), 36U);
}

TEST_F(TokenTest, AnyOtherBitMakesItNobodys) {
  const std::string token = key_.Issue(kToken);
  for (std::size_t bit = 0; bit < 8 * token.size(); ++bit) {
    std::string other = token;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THAT(key_.Read(other), StatusIs(absl::StatusCode::kUnauthenticated));
  }
  for (std::size_t size = 0; size < token.size(); ++size) {
    EXPECT_THAT(key_.Read(token.substr(0, size)),
                StatusIs(absl::StatusCode::kUnauthenticated));
  }
  EXPECT_THAT(key_.Read(token + "x"),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(TokenTest, AnotherServersIsNobodys) {
  const TokenKey other{seal::KeyPair::Draw()};
  EXPECT_THAT(key_.Read(other.Issue(kToken)),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

class ProofTest : public ::testing::Test {
 protected:
  const seal::KeyPair device_ = seal::KeyPair::Draw();
};

TEST_F(ProofTest, ShowsTheKeyAndTheTime) {
  const std::string proof = seal::MakeProof(device_, "token", 12'345);
  ASSERT_OK_AND_ASSIGN(const seal::Proof shown,
                       seal::CheckProof(device_.public_key(), "token", proof));
  EXPECT_EQ(shown.at_ms, 12'345);
  ASSERT_OK_AND_ASSIGN(
      const seal::Proof other,
      seal::CheckProof(device_.public_key(), "token",
                       seal::MakeProof(device_, "token", 12'345)));
  EXPECT_NE(shown.nonce, other.nonce);
}

TEST_F(ProofTest, IsOfOneKeyAndOneToken) {
  const std::string proof = seal::MakeProof(device_, "token", 12'345);
  EXPECT_THAT(
      seal::CheckProof(seal::KeyPair::Draw().public_key(), "token", proof),
      StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(seal::CheckProof(device_.public_key(), "tokem", proof),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(ProofTest, AnyOtherBytesAreNone) {
  const std::string proof = seal::MakeProof(device_, "token", 12'345);
  for (std::size_t bit = 0; bit < 8 * proof.size(); ++bit) {
    std::string other = proof;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THAT(seal::CheckProof(device_.public_key(), "token", other),
                StatusIs(absl::StatusCode::kUnauthenticated));
  }
  for (std::size_t size = 0; size < proof.size(); ++size) {
    EXPECT_THAT(
        seal::CheckProof(device_.public_key(), "token", proof.substr(0, size)),
        StatusIs(absl::StatusCode::kUnauthenticated));
  }
}

// A tablet that was reset believes it is before 1970.
TEST_F(ProofTest, ATimeBeforeTheEpochIsTheEpoch) {
  ASSERT_OK_AND_ASSIGN(const seal::Proof shown,
                       seal::CheckProof(device_.public_key(), "token",
                                        seal::MakeProof(device_, "token", -5)));
  EXPECT_EQ(shown.at_ms, 0);
}

}  // namespace
}  // namespace chasqui::access
