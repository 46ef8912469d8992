#include "sync/page.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "tests/sync/generators.h"
#include "tests/sync/pulled_records.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::AnyName;
using ::chasqui::testing::AnyValue;
using ::chasqui::testing::Damaged;
using ::chasqui::testing::Everything;
using ::chasqui::testing::FieldOf;
using ::chasqui::testing::GoneRow;
using ::chasqui::testing::IsOk;
using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::RecordAt;
using ::chasqui::testing::RowNamed;
using ::chasqui::testing::RowOf;
using ::chasqui::testing::StatusIs;
using ::chasqui::testing::TextAt;
using ::testing::IsEmpty;
using ::testing::Not;

// By hand, from the grammar in page.cc: it travels, and devices keep it.
constexpr char kEverything[] =
    "01"
    "05"
    "11111111111111111111111111111111"
    "ac02"
    "03"
    "0102"
    "01"
    "01ac02"
    "002000"
    "01222222222222222222222222222222222101"
    "02"
    "000001"
    "c4040300"
    "20008201"
    "c404100161"
    "00100162"
    "02"
    "01"
    "22222222222222222222222222222222"
    "00000000000000000000000000000000"
    "01"
    "01"
    "210101"
    "020400"
    "02"
    "33333333333333333333333333333333"
    "22222222222222222222222222222222"
    "02";

absl::Status Decoded(const PulledRecord& record) {
  return DecodePulled(EncodePulled(record)).status();
}

TEST(PageTest, ThePulledRecordIsTheGrammars) {
  EXPECT_EQ(absl::BytesToHexString(EncodePulled(Everything())), kEverything);
  EXPECT_THAT(DecodePulled(absl::HexStringToBytes(kEverything)),
              IsOkAndHolds(Everything()));
}

TEST(PageTest, ARecordCutShortAnywhereIsRefused) {
  const std::string bytes = EncodePulled(Everything());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodePulled(std::string_view(bytes).substr(0, size)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
  EXPECT_THAT(DecodePulled(bytes + "x"), Not(IsOk()));
}

TEST(PageTest, ARecordThatIsGoneIsItsNameAlone) {
  PulledRecord record = RecordAt(300);
  record.gone = true;
  EXPECT_EQ(EncodePulled(record).size(), 1U + 1 + 16 + 2 + 1);
  EXPECT_THAT(DecodePulled(EncodePulled(record)), IsOkAndHolds(record));
}

TEST(PageTest, FieldsAndRowsAreSortedEachOnce) {
  const FieldState a = TextAt(32, 1, "a");
  const FieldState b = TextAt(33, 1, "b");
  EXPECT_OK(Decoded(RecordAt(9, {a, b})));
  EXPECT_THAT(Decoded(RecordAt(9, {b, a})), Not(IsOk()));
  EXPECT_THAT(Decoded(RecordAt(9, {a, a})), Not(IsOk()));
  EXPECT_OK(Decoded(RecordAt(9, {}, {RowOf('a'), RowOf('b')})));
  EXPECT_THAT(Decoded(RecordAt(9, {}, {RowOf('b'), RowOf('a')})), Not(IsOk()));
  EXPECT_THAT(Decoded(RecordAt(9, {}, {RowOf('a'), RowOf('a')})), Not(IsOk()));
}

TEST(PageTest, AFieldHasOneToFourLiveWritesAndShowsOneOfThem) {
  std::vector<LiveWrite> live(kLiveWritesMax, {1, Value::Cleared()});
  EXPECT_OK(Decoded(RecordAt(9, {FieldOf(32, 0, live, 3)})));
  EXPECT_THAT(Decoded(RecordAt(9, {FieldOf(32, 0, live, 4)})), Not(IsOk()));
  live.push_back({1, Value::Cleared()});
  EXPECT_THAT(Decoded(RecordAt(9, {FieldOf(32, 0, live)})), Not(IsOk()));
  EXPECT_THAT(Decoded(RecordAt(9, {FieldOf(32, 0, {})})), Not(IsOk()));
}

TEST(PageTest, AMalformedValueOrMarkIsRefused) {
  EXPECT_THAT(Decoded(RecordAt(9, {TextAt(32, 1, "\xff")})), Not(IsOk()));
  PulledRecord record = RecordAt(9);
  record.marks.assign(kMarksMax, {MarkKind::kUndeleted, 1, {}, {}});
  EXPECT_OK(Decoded(record));
  record.marks.push_back({MarkKind::kUndeleted, 1, {}, {}});
  EXPECT_THAT(Decoded(record), Not(IsOk()));
  record.marks = {{static_cast<MarkKind>(6), 1, {}, {}}};
  EXPECT_THAT(Decoded(record), Not(IsOk()));
  record.marks = {{static_cast<MarkKind>(0), 1, {}, {}}};
  EXPECT_THAT(Decoded(record), Not(IsOk()));
}

TEST(PageTest, ARecordOrRowWithoutANameIsRefused) {
  PulledRecord record = RecordAt(9);
  record.id = {};
  EXPECT_THAT(Decoded(record), Not(IsOk()));
  EXPECT_THAT(Decoded(RecordAt(9, {}, {RowOf('\0')})), Not(IsOk()));
}

TEST(PageTest, SayingThatMarksFollowAndHavingNoneIsRefused) {
  std::string bytes = EncodePulled(RecordAt(9));
  bytes[1] = 4;
  bytes.insert(bytes.size() - 2, std::string(3, '\0'));
  EXPECT_THAT(DecodePulled(bytes), Not(IsOk()));
}

std::vector<FieldState> AnyFields() {
  std::map<std::pair<std::uint32_t, std::uint32_t>, FieldState> fields;
  const auto count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) {
    FieldState field;
    field.field = *rc::gen::inRange<std::uint32_t>(0, 40);
    field.choice = *rc::gen::inRange<std::uint32_t>(0, 3);
    const auto live = *rc::gen::inRange<std::uint8_t>(1, 5);
    for (int n = 0; n < live; ++n) {
      field.live.push_back({*rc::gen::inRange<Seq>(0, 2000), AnyValue()});
    }
    field.shown = *rc::gen::inRange<std::uint8_t>(0, live);
    fields[{field.field, field.choice}] = field;
  }
  std::vector<FieldState> sorted;
  for (auto& [key, field] : fields) sorted.push_back(std::move(field));
  return sorted;
}

PulledRecord AnyPulled() {
  PulledRecord record = RecordAt(*rc::gen::inRange<Seq>(0, 2000), AnyFields());
  record.id = AnyName<RecordId>();
  record.whole = *rc::gen::arbitrary<bool>();
  record.review_conflicts = *rc::gen::inRange<std::uint32_t>(0, 3);
  std::map<RowId, PulledRow> rows;
  for (char name = 'a'; name < 'e'; ++name) {
    PulledRow row = RowOf(name);
    row.gone = *rc::gen::arbitrary<bool>();
    row.whole = *rc::gen::arbitrary<bool>();
    if (!row.gone) row.fields = AnyFields();
    if (*rc::gen::arbitrary<bool>()) record.rows.push_back(std::move(row));
  }
  return record;
}

RC_GTEST_PROP(PageProperty, WhatIsEncodedDecodesToItself, ()) {
  const PulledRecord record = AnyPulled();
  const auto again = DecodePulled(EncodePulled(record));
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == record);
}

RC_GTEST_PROP(PageProperty, WhatDecodesHasNoOtherSpelling, ()) {
  const std::string bytes = Damaged(EncodePulled(AnyPulled()));
  const auto record = DecodePulled(bytes);
  if (!record.ok()) return;
  RC_ASSERT(EncodePulled(*record) == bytes);
}

RC_GTEST_PROP(PageProperty, AnyBytesDecodeToARecordOrAnError,
              (const std::vector<std::uint8_t>& raw)) {
  const auto record =
      DecodePulled("\x01" + std::string(raw.begin(), raw.end()));
  RC_ASSERT(record.ok() ||
            record.status().code() == absl::StatusCode::kInvalidArgument);
}

RC_GTEST_PROP(PageProperty, WhatIsMergedTwiceIsMergedOnce, ()) {
  PulledRecord held;
  PulledRecord first = AnyPulled();
  first.whole = true;
  Merge(first, held);
  const PulledRecord news = AnyPulled();
  Merge(news, held);
  const PulledRecord once = held;
  Merge(news, held);
  RC_ASSERT(held == once);
  RC_ASSERT(DecodePulled(EncodePulled(held)).ok());
}

}  // namespace
}  // namespace chasqui
