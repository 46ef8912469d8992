#include "connect/envelope.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::connect {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

TEST(EnvelopeTest, IsAsTheGrammarSays) {
  EXPECT_EQ(EncodeEnvelope({kCompressed, "abc"}), std::string("\x01\0\0\0\x03"
                                                              "abc",
                                                              8));
  const std::string long_message(0x010203, 'x');
  EXPECT_EQ(EncodeEnvelope({0, long_message}).substr(0, 5),
            std::string("\0\0\x01\x02\x03", 5));
}

TEST(EnvelopeTest, OneIsTakenAfterTheOther) {
  const std::string bytes =
      EncodeEnvelope({0, "one"}) + EncodeEnvelope({kEndOfStream, ""});
  std::string_view left = bytes;
  ASSERT_OK_AND_ASSIGN(const Envelope first, TakeEnvelope(left));
  EXPECT_EQ(first.message, "one");
  EXPECT_EQ(first.flags, 0);
  ASSERT_OK_AND_ASSIGN(const Envelope second, TakeEnvelope(left));
  EXPECT_EQ(second.message, "");
  EXPECT_EQ(second.flags, kEndOfStream);
  EXPECT_TRUE(left.empty());
}

TEST(EnvelopeTest, CutAnywhereItIsRefused) {
  const std::string bytes = EncodeEnvelope({0, "message"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view left = std::string_view(bytes).substr(0, size);
    EXPECT_THAT(TakeEnvelope(left),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("the stream ends within")))
        << size;
    EXPECT_EQ(left.size(), size) << "nothing was taken";
  }
}

TEST(EnvelopeTest, ReservedFlagsAreRefused) {
  for (int flags = 4; flags < 256; flags += flags) {
    const std::string bytes =
        EncodeEnvelope({static_cast<std::uint8_t>(flags), "x"});
    std::string_view left = bytes;
    EXPECT_THAT(TakeEnvelope(left), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr(std::to_string(flags))));
  }
}

}  // namespace
}  // namespace chasqui::connect
