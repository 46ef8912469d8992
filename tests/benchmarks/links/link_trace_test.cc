#include "tests/benchmarks/links/link_trace.h"

#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::benchmarks {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

std::int64_t BytesOf(const std::vector<Opportunity>& opportunities) {
  std::int64_t bytes = 0;
  for (const Opportunity& each : opportunities) bytes += each.bytes;
  return bytes;
}

TEST(LinkTraceTest, StretchesFollowEachOther) {
  ASSERT_OK_AND_ASSIGN(const LinkTrace trace,
                       ReadStretches("# a comment\n"
                                     "2 80 800 50 1.5  # and another\n"
                                     "\n"
                                     "0.5 0 0 2000 100\r\n"
                                     "1 8 8 50 0\n"));
  EXPECT_EQ(trace.length_us, 3'500'000);
  EXPECT_EQ(BytesOf(trace.up), 2 * 10'000 + 1'000);
  EXPECT_EQ(BytesOf(trace.down), 2 * 100'000 + 1'000);
  // Nothing is carried while the rate is 0.
  for (const Opportunity& each : trace.up) {
    EXPECT_TRUE(each.at_us < 2'000'000 || each.at_us >= 2'500'000);
  }
  ASSERT_EQ(trace.conditions.size(), 3U);
  EXPECT_EQ(trace.conditions[0].delay_us, 50'000U);
  EXPECT_EQ(trace.conditions[0].loss_ppm, 15'000U);
  EXPECT_EQ(trace.conditions[1].from_us, 2'000'000);
  EXPECT_EQ(trace.conditions[1].delay_us, 2'000'000U);
  EXPECT_EQ(trace.conditions[1].loss_ppm, kAllLost);
}

TEST(LinkTraceTest, ARateBelowAByteASlotIsNotLost) {
  // 50 bytes a second, in slots of 10 ms.
  ASSERT_OK_AND_ASSIGN(const LinkTrace trace, ReadStretches("10 0.4 0.4 0 0"));
  EXPECT_NEAR(static_cast<double>(BytesOf(trace.up)), 500, 1);
}

TEST(LinkTraceTest, SaysWhatIsWrongWithAStretch) {
  const std::pair<const char*, const char*> cases[] = {
      {"1 2 3 4", "line 1: 4 numbers, not 5"},
      {"\n1 2 3 4 five", "line 2: \"five\" is no number"},
      {"1 2 3 4 -5", "line 1: \"-5\" is no number"},
      {"1 2 3 4 nan", "line 1: \"nan\" is no number"},
      {"86401 1 1 1 0", "line 1: more than 86400 s"},
      {"86400 0.01 0.01 1 0\n1 1 1 1 0",
       "line 2: it lasts longer than 86400 s"},
      {"1 1000001 1 1 0", "line 1: more than 1,000,000 kbit/s"},
      {"1 1 1 10001 0", "line 1: a delay of more than 10000 ms"},
      {"1 1 1 1 100.1", "line 1: a loss of more than 100 %"},
      {"1 0 8 1 0", "it never carries anything up"},
      {"1 8 0 1 0", "it never carries anything down"},
      {"# nothing", "it never carries anything up"}};
  for (const auto& [text, message] : cases) {
    EXPECT_THAT(
        ReadStretches(text),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)))
        << text;
  }
}

TEST(LinkTraceTest, TakesWhatIsAtItsBounds) {
  EXPECT_OK(ReadStretches("86400 0.01 0.01 10000 100").status());
  EXPECT_OK(ReadStretches("1 1000000 1000000 0 0").status());
}

TEST(LinkTraceTest, ADeliveryIsAPacketOf1500Bytes) {
  ASSERT_OK_AND_ASSIGN(const LinkTrace trace,
                       ReadDeliveries("0\n5\n5\n", "7\n", {120, 0.5}));
  ASSERT_EQ(trace.up.size(), 3U);
  EXPECT_EQ(trace.up[2].at_us, 5'000);
  EXPECT_EQ(trace.up[2].bytes, 1'500U);
  // It begins again when both ways are through.
  EXPECT_EQ(trace.length_us, 8'000);
  ASSERT_EQ(trace.conditions.size(), 1U);
  EXPECT_EQ(trace.conditions[0].delay_us, 120'000U);
  EXPECT_EQ(trace.conditions[0].loss_ppm, 5'000U);
}

TEST(LinkTraceTest, SaysWhatIsWrongWithADelivery) {
  EXPECT_THAT(ReadDeliveries("5\n4\n", "1\n", {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 2: earlier than the line before")));
  EXPECT_THAT(ReadDeliveries("86400001\n", "1\n", {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 1: later than 86400 s")));
  EXPECT_THAT(ReadDeliveries("1\n", "", {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("it never carries anything down")));
  EXPECT_THAT(ReadDeliveries("1\n", "1\n", {10'001, 0}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadDeliveries("1\n", "1\n", {0, 100}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(LinkTraceTest, RatesHoldUntilTheNextLine) {
  ASSERT_OK_AND_ASSIGN(const LinkTrace trace,
                       ReadRates("10.5 0.8\n11.5 0\n12.5 0.08\n13.5 9\n", {}));
  EXPECT_EQ(trace.length_us, 3'000'000);
  EXPECT_EQ(BytesOf(trace.down), 100'000 + 10'000);
  // 384 kbit/s up at most.
  EXPECT_EQ(BytesOf(trace.up), 48'000 + 10'000);
}

TEST(LinkTraceTest, SaysWhatIsWrongWithARate) {
  EXPECT_THAT(ReadRates("1 1\n0.5 1\n", {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 2: earlier than the line before")));
  EXPECT_THAT(ReadRates("1 1\n2 1001\n", {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 2: later than")));
  // The last line says how long the one before holds, and no more.
  EXPECT_THAT(ReadRates("1 1\n", {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("it never carries anything")));
}

}  // namespace
}  // namespace chasqui::benchmarks
