#include "server/connect/metadata.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::connect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using ::testing::Pair;
using testing::StatusIs;

TEST(MetadataTest, OnlyTheCallersOwnHeadersGoOn) {
  EXPECT_THAT(
      MetadataOf({{"host", "x"},
                  {"content-type", "application/proto"},
                  {"connect-timeout-ms", "5"},
                  {"grpc-timeout", "5S"},
                  {"te", "trailers"},
                  {"chasqui-device", "t1"},
                  {"x-twice", "1"},
                  {"x-twice", "2"}}),
      IsOkAndHolds(ElementsAre(Pair("chasqui-device", "t1"),
                               Pair("x-twice", "1"), Pair("x-twice", "2"))));
}

TEST(MetadataTest, BytesAreBase64InHttp) {
  EXPECT_THAT(MetadataOf({{"x-bin", "AAE="}, {"y-bin", "AAE"}}),
              IsOkAndHolds(ElementsAre(Pair("x-bin", std::string("\0\1", 2)),
                                       Pair("y-bin", std::string("\0\1", 2)))));
  EXPECT_THAT(MetadataOf({{"x-bin", "not base64!"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("x-bin")));
  EXPECT_THAT(HeadersOf({{"x-bin", grpc::string_ref("\0\1", 2)}}),
              ElementsAre(Pair("x-bin", "AAE")));
}

// gRPC aborts the process over metadata that it cannot carry.
TEST(MetadataTest, WhatGrpcCannotCarryIsRefused) {
  for (const auto& [name, value] : Headers{{"x", "caf\xc3\xa9"},
                                           {"x", std::string("a\0b", 3)},
                                           {"x", "tab\there"},
                                           {"x", "\x7f"},
                                           {"x*y", "1"},
                                           {"x y", "1"},
                                           {"", "1"},
                                           {"caf\xc3\xa9", "1"}}) {
    EXPECT_THAT(MetadataOf({{name, value}}),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name << ": " << value;
  }
}

}  // namespace
}  // namespace chasqui::connect
