#include "sync/value_text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kPublic = "public";
const std::string kPrivate = "private";

std::optional<std::uint32_t> NumberOf(std::string_view code) {
  if (code == kPublic) return 1;
  if (code == kPrivate) return 2;
  return std::nullopt;
}
const std::string* CodeOf(std::uint32_t number) {
  return number == 1 ? &kPublic : number == 2 ? &kPrivate : nullptr;
}

absl::StatusOr<Value> Parse(FieldType type, std::string_view text) {
  return ParseValue(type, text, NumberOf);
}

// `text` read and written again; "refused" where it is not read.
std::string Again(FieldType type, std::string_view text) {
  const auto value = Parse(type, text);
  if (!value.ok()) return "refused";
  EXPECT_OK(CheckValue(*value));
  std::string again = FormatValue(*value, CodeOf);
  EXPECT_THAT(Parse(type, again), IsOkAndHolds(*value)) << again;
  return again;
}

TEST(ValueTextTest, TextIsKeptAsItIs) {
  EXPECT_EQ(Again(FieldType::kText, ""), "");
  EXPECT_EQ(Again(FieldType::kText, " a\nb "), " a\nb ");
  EXPECT_EQ(Again(FieldType::kText, "\xff"), "refused");
}

TEST(ValueTextTest, WhatIsWholeIsAnInteger) {
  EXPECT_EQ(Again(FieldType::kInteger, "12"), "12");
  EXPECT_EQ(Again(FieldType::kInteger, "+12.0"), "12");
  EXPECT_EQ(Again(FieldType::kInteger, "1.2e1"), "12");
  EXPECT_EQ(Again(FieldType::kInteger, "-0"), "0");
  EXPECT_EQ(Again(FieldType::kInteger, "-9223372036854775808"),
            "-9223372036854775808");
  EXPECT_EQ(Again(FieldType::kInteger, "9223372036854775808"), "refused");
  EXPECT_EQ(Again(FieldType::kInteger, "12.5"), "refused");
  EXPECT_EQ(Again(FieldType::kInteger, ""), "refused");
}

TEST(ValueTextTest, ADecimalIsKeptExactly) {
  EXPECT_EQ(Again(FieldType::kDecimal, "0.10"), "0.1");
  EXPECT_EQ(Again(FieldType::kDecimal, "123456789012345678901.5"),
            "123456789012345678901.5");
  EXPECT_EQ(Again(FieldType::kDecimal, "Inf"), "refused");
}

TEST(ValueTextTest, DatesAndTimesHaveOneSpelling) {
  EXPECT_EQ(Again(FieldType::kDate, "2014-04-02"), "2014-04-02");
  EXPECT_EQ(Again(FieldType::kDate, "2014-04-02T10:30"), "refused");
  EXPECT_EQ(Again(FieldType::kDate, "2014-02-30"), "refused");
  EXPECT_EQ(Again(FieldType::kTime, "10:30"), "10:30:00.000");
  EXPECT_EQ(Again(FieldType::kTime, "10:30:15.25+01:00"), "10:30:15.250+01:00");
  EXPECT_EQ(Again(FieldType::kTime, "10:30Z"), "10:30:00.000Z");
  EXPECT_EQ(Again(FieldType::kTime, "10:30 "), "refused");
  EXPECT_EQ(Again(FieldType::kTime, "10:30+19:00"), "refused");
}

TEST(ValueTextTest, ADateTimeNeedsItsOffset) {
  EXPECT_EQ(Again(FieldType::kDateTime, "2014-04-02T10:30:15+01:00"),
            "2014-04-02T10:30:15.000+01:00");
  EXPECT_EQ(Again(FieldType::kDateTime, "2014-04-02T10:30Z"),
            "2014-04-02T10:30:00.000Z");
  EXPECT_EQ(Again(FieldType::kDateTime, "2014-04-02T10:30:15"), "refused");
  EXPECT_EQ(Again(FieldType::kDateTime, "2014-04-02 10:30:15Z"), "refused");
  EXPECT_EQ(Again(FieldType::kDateTime, "2014-04-02"), "refused");
}

TEST(ValueTextTest, ADateTimeKeepsTheMomentAndTheOffset) {
  ASSERT_OK_AND_ASSIGN(const Value value,
                       Parse(FieldType::kDateTime, "1970-01-01T00:30+01:00"));
  EXPECT_EQ(DateTimeOf(value).utc_ms, -30 * kMinuteMs);
  EXPECT_EQ(DateTimeOf(value).offset_minutes, 60);
}

TEST(ValueTextTest, GeometryIsMadeCanonical) {
  EXPECT_EQ(Again(FieldType::kPoint, "5.120  7.39 083.40 5.0"),
            "5.12 7.39 83.4 5");
  EXPECT_EQ(Again(FieldType::kPoint, "5.12"), "refused");
  EXPECT_EQ(Again(FieldType::kPoint, "91 0"), "refused");
  EXPECT_EQ(Again(FieldType::kLine, "0.0 0; 1 1.50;"), "0 0;1 1.5");
  EXPECT_EQ(Again(FieldType::kLine, "0 0"), "refused");
  EXPECT_EQ(Again(FieldType::kLine, ""), "refused");
}

TEST(ValueTextTest, AnAreaThatIsNotClosedIsClosed) {
  EXPECT_EQ(Again(FieldType::kArea, "0 0;1 1;1 0"), "0 0;1 1;1 0;0 0");
  EXPECT_EQ(Again(FieldType::kArea, "0 0;1 1;1 0;0.0 0"), "0 0;1 1;1 0;0 0");
  EXPECT_EQ(Again(FieldType::kArea, "0 0;1 1"), "refused");
}

TEST(ValueTextTest, AChoiceIsItsCode) {
  EXPECT_EQ(Again(FieldType::kChoice, "private"), "private");
  EXPECT_EQ(Again(FieldType::kChoice, "Private"), "refused");
  EXPECT_EQ(Again(FieldType::kChoice, ""), "refused");
  EXPECT_EQ(FormatValue(Value::Choice(9), CodeOf), "#9");
}

TEST(ValueTextTest, ChoicesAreSortedAndEachOnce) {
  EXPECT_THAT(ParseChoices(" private\tpublic\nprivate ", NumberOf),
              IsOkAndHolds(ElementsAre(1, 2)));
  EXPECT_THAT(ParseChoices("", NumberOf), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(ParseChoices("public other", NumberOf), Not(IsOk()));
  EXPECT_THAT(Parse(FieldType::kChoices, "public"), Not(IsOk()));
}

TEST(ValueTextTest, AnAttachmentIsHashSizeAndType) {
  const std::string hash(64, 'a');
  EXPECT_EQ(Again(FieldType::kAttachment, hash + ":512:image/jpeg"),
            hash + ":512:image/jpeg");
  EXPECT_EQ(Again(FieldType::kAttachment, std::string(64, 'A') + ":0:a/b:c"),
            hash + ":0:a/b:c");
  for (const std::string& wrong :
       {hash, hash + ":512", hash + ":-1:image/jpeg", hash + ":x:image/jpeg",
        hash + ":512:", hash.substr(1) + ":512:image/jpeg",
        std::string(64, 'g') + ":512:image/jpeg"}) {
    EXPECT_EQ(Again(FieldType::kAttachment, wrong), "refused") << wrong;
  }
}

TEST(ValueTextTest, AnErrorDoesNotRepeatTheText) {
  const std::string secret = "Amina";
  for (int type = 2; type <= 12; ++type) {
    EXPECT_THAT(
        Parse(static_cast<FieldType>(type), secret),
        StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr(secret))))
        << type;
  }
}

TEST(ValueTextTest, StatesAreWrittenForExports) {
  EXPECT_EQ(FormatValue(Value::Cleared(), CodeOf), "");
  EXPECT_EQ(FormatValue(Value::NotRelevant(), CodeOf), "");
  EXPECT_EQ(FormatValue(Value::Ticked(true), CodeOf), "true");
  EXPECT_EQ(FormatValue(Value::Ticked(false), CodeOf), "false");
}

RC_GTEST_PROP(ValueTextProperty, EveryMomentReadsBack, ()) {
  const auto ms =
      *rc::gen::inRange<std::int64_t>(-719'528 * kDayMs, 2'932'897 * kDayMs);
  const auto offset = *rc::gen::inRange<std::int64_t>(-1080, 1081);
  Value value{ValueKind::kDateTime, {}};
  ByteWriter(value.payload).Zigzag(ms);
  ByteWriter(value.payload).Zigzag(offset);
  RC_PRE(CheckValue(value).ok());
  const auto again = Parse(FieldType::kDateTime, FormatValue(value, CodeOf));
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == value);
}

RC_GTEST_PROP(ValueTextProperty, WhateverIsReadIsWellFormedAndReadsBack, ()) {
  const auto type = static_cast<FieldType>(*rc::gen::inRange(1, 13));
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("0011223459 ..--:;TZ+e")));
  const auto value = Parse(type, text);
  if (!value.ok()) return;
  RC_ASSERT(CheckValue(*value).ok());
  const auto again = Parse(type, FormatValue(*value, CodeOf));
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == *value);
}

}  // namespace
}  // namespace chasqui
