#include "connect/codes.h"

#include <optional>
#include <set>

#include "gtest/gtest.h"

namespace chasqui::connect {
namespace {

TEST(CodesTest, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int number = 1; number <= 16; ++number) {
    const auto code = static_cast<absl::StatusCode>(number);
    EXPECT_EQ(CodeNamed(NameOf(code)), code);
    names.insert(NameOf(code));
  }
  EXPECT_EQ(names.size(), 16u);
}

TEST(CodesTest, TheProtocolSpellsOneAsGrpcDoesNot) {
  EXPECT_EQ(NameOf(absl::StatusCode::kCancelled), "canceled");
  EXPECT_EQ(CodeNamed("cancelled"), std::nullopt);
}

TEST(CodesTest, WhatIsNoCodeIsUnknown) {
  EXPECT_EQ(NameOf(static_cast<absl::StatusCode>(99)), "unknown");
  EXPECT_EQ(NameOf(absl::StatusCode::kOk), "unknown");
  EXPECT_EQ(CodeNamed(""), std::nullopt);
  EXPECT_EQ(HttpStatusOf(static_cast<absl::StatusCode>(99)), 500);
}

}  // namespace
}  // namespace chasqui::connect
