#include "server/access/secrets.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::access {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(CodeTest, IsReadableAndNeverTheSame) {
  std::set<std::string> codes;
  for (int i = 0; i < 1000; ++i) {
    const std::string code = DrawCode();
    ASSERT_THAT(code, MatchesRegex("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"));
    ASSERT_THAT(code, Not(MatchesRegex(".*[ILOU].*")));
    EXPECT_TRUE(codes.insert(code).second);
  }
}

TEST(CodeTest, IsTakenHoweverItIsTyped) {
  EXPECT_THAT(NormalCode("K7QP-2MXV-9TR0"), IsOkAndHolds("K7QP2MXV9TR0"));
  EXPECT_THAT(NormalCode("k7qp 2mxv9tro"), IsOkAndHolds("K7QP2MXV9TR0"));
  EXPECT_THAT(NormalCode("I7QP2LXV9TRi"), IsOkAndHolds("17QP21XV9TR1"));
}

TEST(CodeTest, WhatCanBeNoneIsNotSaidAgain) {
  for (const char* const typed :
       {"", "B3CD", "B3CD-E4FG-5HJ", "B3CD-E4FG-5HJ00", "B3CD-E4FG-5HJ!",
        "B3CD-E4FG-5HJU", "B3CD-E4FG-5HJ\xff"}) {
    EXPECT_THAT(NormalCode(typed), StatusIs(absl::StatusCode::kInvalidArgument,
                                            Not(HasSubstr("E4FG"))))
        << typed;
  }
}

TEST(ApiKeyTest, IsToldFromATokenByItsBegin) {
  const std::string key = DrawApiKey();
  EXPECT_THAT(key, MatchesRegex("chq_[0-9A-Z]{32}"));
  EXPECT_NE(key, DrawApiKey());
  EXPECT_TRUE(LooksLikeApiKey(key));
  EXPECT_FALSE(LooksLikeApiKey("ch"));
}

TEST(SecretHasherTest, IsTheServersOwn) {
  const seal::KeyPair server = seal::KeyPair::Draw();
  const SecretHasher hasher(server);
  EXPECT_EQ(hasher.Hash("code").size(), SecretHasher::kSize);
  EXPECT_EQ(hasher.Hash("code"), SecretHasher(server).Hash("code"));
  EXPECT_NE(hasher.Hash("code"), hasher.Hash("Code"));
  EXPECT_NE(hasher.Hash("code"),
            SecretHasher(seal::KeyPair::Draw()).Hash("code"));
}

TEST(PasswordTest, IsHashedByArgon2id) {
  ASSERT_OK_AND_ASSIGN(const std::string hash, HashPassword("correct horse"));
  EXPECT_THAT(hash, HasSubstr("$argon2id$"));
  EXPECT_THAT(hash, Not(HasSubstr("horse")));
  EXPECT_TRUE(IsPassword("correct horse", hash));
  EXPECT_FALSE(IsPassword("correct horsf", hash));
  ASSERT_OK_AND_ASSIGN(const std::string again, HashPassword("correct horse"));
  EXPECT_NE(hash, again) << "salted";
}

TEST(PasswordTest, HasLimits) {
  EXPECT_THAT(HashPassword("too short"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("9 bytes; it must have 10 to 1024")));
  EXPECT_THAT(HashPassword(std::string(1025, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(HashPassword(std::string(1024, 'x')));
}

TEST(PasswordTest, WhatIsNoHashIsOfNone) {
  for (const std::string& hash :
       {std::string(), std::string("x"), std::string(127, 'x'),
        std::string(5000, '$')}) {
    EXPECT_FALSE(IsPassword("correct horse", hash));
  }
}

}  // namespace
}  // namespace chasqui::access
