// A new tablet, of amina's, and starting files to begin with.

#ifndef CHASQUI_TESTS_CLIENT_NEW_TABLET_H_
#define CHASQUI_TESTS_CLIENT_NEW_TABLET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/starting_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {

inline constexpr std::uint8_t kMany = 40;
inline const Bucket kLga1 = {BucketKind::kArea, "lga1"};

// Schools 1 to kMany in lga1, made by sani. amina's tablet is new.
class NewTablet : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(sani_.Sync());
    for (std::uint8_t i = 1; i <= kMany; ++i) {
      sani_.Create(testing::School(i), "lga1", "school " + std::to_string(i));
    }
    ASSERT_OK(sani_.Sync());
  }

  seal::StartingSecret SecretOf(std::string_view file) const {
    const auto head = seal::ReadStartingHead(file);
    EXPECT_OK(head);
    const seal::KeyPair& server = world_.keyring().own();
    return {seal::StartingKey::Derive(server, head->name), server.public_key()};
  }
  TakenStart Take(std::string_view file) {
    const auto taken = TakeStartingFile(file, SecretOf(file), amina_.device());
    EXPECT_OK(taken);
    return taken.ok() ? *taken : TakenStart{};
  }
  absl::Status Refusal(std::string_view file) {
    return TakeStartingFile(file, SecretOf(file), amina_.device()).status();
  }
  // Where each chunk of the file ends; the head first.
  static std::vector<std::size_t> EndsOf(std::string_view file) {
    std::vector<std::size_t> ends = {seal::ReadStartingHead(file)->bytes};
    while (ends.back() < file.size()) {
      ends.push_back(ends.back() +
                     seal::FindChunk(file.substr(ends.back()))->bytes);
    }
    return ends;
  }
  void Rename(std::uint8_t school, const std::string& name) {
    sani_.Write(testing::School(school), "name", Value::Text(name));
    ASSERT_OK(sani_.Sync());
  }
  void ExpectWhatTheServerHas() {
    EXPECT_TRUE(amina_.survey().agrees());
    EXPECT_FALSE(amina_.survey().differs());
    for (std::uint8_t i = 1; i <= kMany; ++i) {
      EXPECT_EQ(amina_.Shown(testing::School(i), "name"),
                world_.Shown(testing::School(i), "name"));
    }
  }

  FieldWorld world_{ConfigWithBackup()};
  FieldTablet sani_{world_, "sani-tablet", "sani"};
  FieldTablet amina_{world_, "amina-tablet", "amina"};
};

}  // namespace chasqui::client

#endif  // CHASQUI_TESTS_CLIENT_NEW_TABLET_H_
