#include "connect/gzip.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::connect {
namespace {

using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;

TEST(GzipTest, ComesBackAsItWas) {
  for (const std::string& bytes :
       {std::string(), std::string(1, '\0'), std::string("hello"),
        std::string(16 << 10, 'a'), std::string((16 << 10) + 1, 'a')}) {
    EXPECT_THAT(Gunzip(Gzip(bytes), bytes.size()), IsOkAndHolds(bytes));
  }
  EXPECT_LT(Gzip(std::string(10'000, 'a')).size(), 100u);
}

TEST(GzipTest, StopsAtTheLimitWhateverIsSaid) {
  const std::string bomb = Gzip(std::string(8 << 20, 'a'));
  EXPECT_THAT(
      Gunzip(bomb, (8 << 20) - 1),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("8388607")));
  EXPECT_THAT(Gunzip(bomb, 8 << 20), testing::IsOk());
}

TEST(GzipTest, WhatIsNotOneWholeMemberIsRefused) {
  const std::string whole = Gzip("some bytes to compress");
  const auto refused = [](const std::string& bytes) {
    EXPECT_THAT(Gunzip(bytes, 1000),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << bytes.size();
  };
  for (std::size_t size = 0; size < whole.size(); ++size) {
    refused(whole.substr(0, size));
  }
  refused(whole + "x");
  refused(whole + whole);
  refused("no gzip at all, though long enough for its head");
  std::string flipped = whole;
  flipped[whole.size() - 6] ^= 1;  // in the checksum
  refused(flipped);
}

}  // namespace
}  // namespace chasqui::connect
