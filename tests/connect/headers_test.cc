#include "connect/headers.h"

#include <optional>

#include "gtest/gtest.h"

namespace chasqui::connect {
namespace {

TEST(HeadersTest, TheFirstOfANameIsFound) {
  const Headers headers = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(FindHeader(headers, "a"), "1");
  EXPECT_EQ(FindHeader(headers, "c"), std::nullopt);
}

TEST(HeadersTest, ATokenIsFoundInItsList) {
  const auto has = [](const char* value) {
    return HasToken({{"accept-encoding", "br"}, {"accept-encoding", value}},
                    "accept-encoding", "gzip");
  };
  EXPECT_TRUE(has("gzip"));
  EXPECT_TRUE(has("deflate, GZIP ;q=0.5,br"));
  EXPECT_FALSE(has("gzip;q=0"));
  EXPECT_FALSE(has("gzip;q=0.000, br"));
  EXPECT_FALSE(has("xgzip, gzipx"));
  EXPECT_FALSE(has(""));
  EXPECT_FALSE(has(",,;;,"));
}

TEST(HeadersTest, AMediaTypeIsWithoutParameters) {
  EXPECT_EQ(MediaType("Application/JSON; charset=utf-8"), "application/json");
  EXPECT_EQ(MediaType(" application/proto "), "application/proto");
  EXPECT_EQ(MediaType(""), "");
}

}  // namespace
}  // namespace chasqui::connect
