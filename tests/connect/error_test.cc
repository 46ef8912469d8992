#include "connect/error.h"

#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::connect {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

google::protobuf::Struct Parsed(const std::string& json) {
  google::protobuf::Struct object;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &object).ok())
      << json;
  return object;
}

TEST(ErrorTest, ComesBackAsItWas) {
  const absl::Status back = ErrorFromResponse(
      404, ErrorToJson({absl::StatusCode::kNotFound, "no \"x\"\n", {}}));
  EXPECT_THAT(back, StatusIs(absl::StatusCode::kNotFound, "no \"x\"\n"));
}

TEST(ErrorTest, DetailsAreBase64WithoutPadding) {
  const auto object = Parsed(
      ErrorToJson({absl::StatusCode::kAborted, "", {{"a.B", "\x01\x02"}}}));
  EXPECT_EQ(object.fields().count("message"), 0u);
  const auto& detail =
      object.fields().at("details").list_value().values(0).struct_value();
  EXPECT_EQ(detail.fields().at("type").string_value(), "a.B");
  EXPECT_EQ(detail.fields().at("value").string_value(), "AQI");
}

TEST(ErrorTest, BytesThatAreNoTextAreEscaped) {
  const auto object =
      Parsed(ErrorToJson({absl::StatusCode::kAborted, "\xff!", {}}));
  EXPECT_EQ(object.fields().at("message").string_value(), "\\xff!");
}

TEST(ErrorTest, TheEndOfAStreamHasErrorAndMetadata) {
  EXPECT_EQ(EndOfStreamToJson(nullptr, {}), "{}");
  const Error error{absl::StatusCode::kDataLoss, "gone", {}};
  const auto object =
      Parsed(EndOfStreamToJson(&error, {{"a", "1"}, {"b", "2"}, {"a", "3"}}));
  EXPECT_EQ(object.fields()
                .at("error")
                .struct_value()
                .fields()
                .at("code")
                .string_value(),
            "data_loss");
  const auto& metadata = object.fields().at("metadata").struct_value();
  EXPECT_EQ(metadata.fields().at("a").list_value().values_size(), 2);
  EXPECT_EQ(metadata.fields().at("b").list_value().values(0).string_value(),
            "2");
}

// The protocol would have a 403 mean permission_denied, whoever sent it.
TEST(ErrorTest, ABodyOfSomebodyElsesSaysNothingOfTheServer) {
  for (const int status : {302, 400, 401, 403, 404, 502, 503}) {
    for (const char* const body :
         {"", "<html>Bad gateway</html>", "[]", "{}", "{\"message\": \"x\"}",
          "{\"code\": ", "null", "\xff", "{\"code\": \"no such code\"}",
          "{\"code\": 5}"}) {
      EXPECT_THAT(ErrorFromResponse(status, body),
                  StatusIs(absl::StatusCode::kUnavailable,
                           HasSubstr(std::to_string(status))))
          << body;
    }
  }
}

}  // namespace
}  // namespace chasqui::connect
