#include "sync/value.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sync/bytes.h"
#include "sync/civil_time.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::IsOk;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kFirstDay = -719'528;
constexpr std::int64_t kLastDay = 2'932'896;

Value Made(ValueKind kind, std::initializer_list<std::int64_t> zigzags) {
  Value value{kind, {}};
  for (const std::int64_t number : zigzags) {
    ByteWriter(value.payload).Zigzag(number);
  }
  return value;
}
Value Date(std::int64_t day) { return Made(ValueKind::kDate, {day}); }
Value Moment(std::int64_t ms, std::int64_t offset) {
  return Made(ValueKind::kDateTime, {ms, offset});
}
Value Decimal(const std::string& text) { return {ValueKind::kDecimal, text}; }
Value TimeOfDay(std::uint64_t ms) {
  Value value{ValueKind::kTime, {}};
  ByteWriter(value.payload).Varint(ms);
  value.payload.push_back('\0');
  return value;
}

// `count` points in a row.
std::string Points(std::size_t count) {
  std::string points = "0 0";
  for (std::size_t i = 1; i < count; ++i) points += ";0 0";
  return points;
}

TEST(ValueTest, StatesCarryNoBytes) {
  for (const Value& state :
       {Value::Cleared(), Value::NotRelevant(), Value::Answered(),
        Value::Ticked(true), Value::Ticked(false)}) {
    EXPECT_OK(CheckValue(state));
    EXPECT_THAT(CheckValue({state.kind, "x"}), Not(IsOk()));
  }
}

TEST(ValueTest, AKindNobodyKnowsIsRefused) {
  for (const int kind : {0, 6, 15, 28, 255}) {
    EXPECT_THAT(CheckValue({static_cast<ValueKind>(kind), ""}),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(ValueTest, ASealedAnswerHasATagAndAKind) {
  const std::string shortest(kSealedOverhead, 's');
  EXPECT_OK(CheckValue({ValueKind::kSealed, shortest}));
  EXPECT_THAT(CheckValue({ValueKind::kSealed, shortest.substr(1)}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE((Value{ValueKind::kSealed, shortest}).IsAnswer());
}

TEST(ValueTest, ClearedAndNotRelevantAreNoAnswers) {
  EXPECT_FALSE(Value::Cleared().IsAnswer());
  EXPECT_FALSE(Value::NotRelevant().IsAnswer());
  EXPECT_TRUE(Value::Answered().IsAnswer());
  EXPECT_TRUE(Value::Ticked(false).IsAnswer());
  EXPECT_TRUE(Value::Text("").IsAnswer());
}

TEST(ValueTest, TextIsUtf8UpToItsLimit) {
  EXPECT_OK(CheckValue(Value::Text("")));
  EXPECT_OK(CheckValue(Value::Text(std::string(kTextBytesMax, 'a'))));
  EXPECT_THAT(
      CheckValue(Value::Text(std::string(kTextBytesMax + 1, 'a'))),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("131072")));
  EXPECT_THAT(CheckValue(Value::Text("\xff")), Not(IsOk()));
}

TEST(ValueTest, NumbersHaveOneSpelling) {
  EXPECT_OK(CheckValue(Value::Integer(INT64_MIN)));
  EXPECT_OK(CheckValue(Value::Integer(INT64_MAX)));
  EXPECT_THAT(CheckValue({ValueKind::kInteger, ""}), Not(IsOk()));
  EXPECT_THAT(CheckValue({ValueKind::kInteger, "\x02\x02"}), Not(IsOk()));
  EXPECT_OK(CheckValue(Decimal("-1.5")));
  EXPECT_THAT(CheckValue(Decimal("1.50")), Not(IsOk()));
}

TEST(ValueTest, DatesReachFromYear0To9999) {
  EXPECT_OK(CheckValue(Date(kFirstDay)));
  EXPECT_OK(CheckValue(Date(kLastDay)));
  EXPECT_THAT(CheckValue(Date(kFirstDay - 1)), Not(IsOk()));
  EXPECT_THAT(CheckValue(Date(kLastDay + 1)), Not(IsOk()));
}

TEST(ValueTest, ATimeOfDayIsBelowOneDay) {
  EXPECT_OK(CheckValue(TimeOfDay(kDayMs - 1)));
  EXPECT_THAT(CheckValue(TimeOfDay(kDayMs)), Not(IsOk()));
  EXPECT_OK(CheckValue({ValueKind::kTime, std::string("\x05\x01\x02", 3)}));
  EXPECT_THAT(CheckValue({ValueKind::kTime, "\x05\x02"}), Not(IsOk()));
  EXPECT_THAT(CheckValue({ValueKind::kTime, "\x05\x01"}), Not(IsOk()));
  EXPECT_THAT(CheckValue({ValueKind::kTime, std::string("\x05\0\x02", 3)}),
              Not(IsOk()));
}

TEST(ValueTest, AnOffsetIsAtMost18HoursEitherWay) {
  EXPECT_OK(CheckValue(Moment(0, 1080)));
  EXPECT_OK(CheckValue(Moment(0, -1080)));
  EXPECT_THAT(CheckValue(Moment(0, 1081)), Not(IsOk()));
  EXPECT_THAT(CheckValue(Moment(0, -1081)), Not(IsOk()));
}

TEST(ValueTest, AMomentLiesInYear0To9999InItsOwnOffsetToo) {
  const std::int64_t first = kFirstDay * kDayMs;
  const std::int64_t last = (kLastDay + 1) * kDayMs - 1;
  EXPECT_OK(CheckValue(Moment(first, 0)));
  EXPECT_OK(CheckValue(Moment(last, 0)));
  EXPECT_THAT(CheckValue(Moment(first - 1, 0)), Not(IsOk()));
  EXPECT_THAT(CheckValue(Moment(last + 1, 0)), Not(IsOk()));
  EXPECT_THAT(CheckValue(Moment(first, -1)), Not(IsOk()));
  EXPECT_THAT(CheckValue(Moment(last, 1)), Not(IsOk()));
  EXPECT_THAT(CheckValue(Moment(INT64_MAX, 1080)), Not(IsOk()));
  EXPECT_THAT(CheckValue(Moment(INT64_MIN, -1080)), Not(IsOk()));
}

TEST(ValueTest, APointHasTwoToFourCanonicalDecimals) {
  for (const char* const point :
       {"0 0", "-90 180", "90 -180", "5.12 7.39 -12.5", "5.12 7.39 83.4 5"}) {
    EXPECT_OK(CheckValue({ValueKind::kPoint, point}));
  }
  for (const char* const point :
       {"", "5", "5 7 1 1 1", "5  7", " 5 7", "5 7 ", "90.1 0", "0 -180.1",
        "05 7", "5.0 7", "5 7 1 -1", "a b"}) {
    EXPECT_THAT(CheckValue({ValueKind::kPoint, point}), Not(IsOk())) << point;
  }
}

TEST(ValueTest, ALineHasTwoPointsAndAnAreaIsClosed) {
  EXPECT_OK(CheckValue({ValueKind::kLine, "0 0;1 1"}));
  EXPECT_THAT(CheckValue({ValueKind::kLine, "0 0"}), Not(IsOk()));
  EXPECT_THAT(CheckValue({ValueKind::kLine, "0 0;1 1;"}), Not(IsOk()));
  EXPECT_OK(CheckValue({ValueKind::kArea, "0 0;1 1;1 0;0 0"}));
  EXPECT_THAT(CheckValue({ValueKind::kArea, "0 0;1 1;1 0;2 2"}), Not(IsOk()));
  EXPECT_THAT(CheckValue({ValueKind::kArea, "0 0;1 1;0 0"}), Not(IsOk()));
}

TEST(ValueTest, AShapeHasAtMostTheDeclaredPoints) {
  EXPECT_OK(CheckValue({ValueKind::kLine, Points(kGeometryPointsMax)}));
  EXPECT_THAT(CheckValue({ValueKind::kLine, Points(kGeometryPointsMax + 1)}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("4096")));
}

TEST(ValueTest, AChoiceIsANumberFromOne) {
  EXPECT_OK(CheckValue(Value::Choice(1)));
  EXPECT_OK(CheckValue(Value::Choice(UINT32_MAX)));
  EXPECT_THAT(CheckValue(Value::Choice(0)), Not(IsOk()));
  EXPECT_THAT(CheckValue({ValueKind::kChoice, "\x80\x80\x80\x80\x10"}),
              Not(IsOk()));
}

TEST(ValueTest, AnAttachmentIsHashSizeAndMediaType) {
  const std::string head = std::string(32, 'h') + "\x05";
  const auto attachment = [&head](const std::string& type) {
    return CheckValue({ValueKind::kAttachment, head + type});
  };
  EXPECT_OK(attachment("image/jpeg"));
  EXPECT_OK(attachment(std::string(kMediaTypeCharsMax, 'a')));
  EXPECT_THAT(attachment(std::string(kMediaTypeCharsMax + 1, 'a')),
              Not(IsOk()));
  EXPECT_THAT(attachment(""), Not(IsOk()));
  EXPECT_THAT(CheckValue({ValueKind::kAttachment, std::string(32, 'h')}),
              Not(IsOk()));
}

TEST(ValueTest, ValuesAreOrderedByMagnitudeNotByBytes) {
  // Each before the next, and all kinds of comparison in it.
  const std::vector<Value> ascending = {Value::Cleared(),
                                        Value::NotRelevant(),
                                        Value::Text("a"),
                                        Value::Text("b"),
                                        Value::Integer(-300),
                                        Decimal("-0.5"),
                                        Value::Integer(2),
                                        Decimal("2"),
                                        Decimal("2.5"),
                                        Value::Integer(300),
                                        Date(-1),
                                        Date(1),
                                        Date(100),
                                        TimeOfDay(5),
                                        TimeOfDay(1000),
                                        Moment(-5, 0),
                                        Moment(5, 600),
                                        Moment(6, -600)};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    ASSERT_OK(CheckValue(ascending[i]));
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(CompareValues(ascending[i], ascending[j]) < 0, i < j)
          << i << " " << j;
      EXPECT_EQ(CompareValues(ascending[i], ascending[j]) == 0, i == j);
    }
  }
}

TEST(ValueTest, OneMomentInTwoOffsetsIsTwoValues) {
  EXPECT_TRUE(CompareValues(Moment(5, 0), Moment(5, 60)) != 0);
  EXPECT_EQ(DateTimeOf(Moment(-5, -90)).utc_ms, -5);
  EXPECT_EQ(DateTimeOf(Moment(-5, -90)).offset_minutes, -90);
}

RC_GTEST_PROP(ValueProperty, IntegersReadBackAndKeepTheirOrder,
              (std::int64_t a, std::int64_t b)) {
  RC_ASSERT(CheckValue(Value::Integer(a)).ok());
  RC_ASSERT(IntegerOf(Value::Integer(a)) == a);
  RC_ASSERT(CompareValues(Value::Integer(a), Value::Integer(b)) == (a <=> b));
}

RC_GTEST_PROP(ValueProperty, AnyPayloadIsCheckedWithoutCrashing, ()) {
  const auto raw = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  const auto kind = *rc::gen::inRange(0, 30);
  const Value value{static_cast<ValueKind>(kind),
                    std::string(raw.begin(), raw.end())};
  const absl::Status status = CheckValue(value);
  RC_ASSERT(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace chasqui
