#include "sync/cursor.h"

#include <sodium/crypto_generichash.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/sync/generators.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::Damaged;
using ::chasqui::testing::IsOk;
using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

Cursor Pulling() {
  Cursor cursor;
  cursor.notices = {LogName{0xa}, 7};
  cursor.buckets[{BucketKind::kArea, "NG"}] = {
      {LogName{0xa}, 5}, {LogName{0xb}, 6}, {LogName{0xb}, 9}};
  cursor.buckets[{BucketKind::kPerson, "amina"}] = {};
  return cursor;
}

TEST(CursorTest, AdoptsOnlyWhereItIsNotThroughYet) {
  const Bucket north = {BucketKind::kArea, "north"};
  const Bucket south = {BucketKind::kArea, "south"};
  const Bucket west = {BucketKind::kArea, "west"};
  Cursor cursor;
  cursor.notices = {LogName{0xa}, 3};
  cursor.buckets[north] = {{LogName{0xa}, 9}, {}, {}};
  cursor.buckets[south] = {{}, {LogName{0xa}, 4}, {LogName{0xa}, 9}};
  for (const Bucket& bucket : {north, south, west}) {
    Cursor started;
    started.notices = {LogName{0xa}, 7};
    started.buckets[bucket] = {{LogName{0xa}, 7}, {}, {}};
    Adopt(started, cursor);
  }
  EXPECT_EQ(cursor.buckets[north].complete.seq, 9U);
  EXPECT_EQ(cursor.buckets[south].complete.seq, 7U);
  EXPECT_EQ(cursor.buckets[south].page, Position{});
  EXPECT_EQ(cursor.buckets[west].complete.seq, 7U);
  EXPECT_EQ(cursor.notices.seq, 3U);
}

// By hand, from the grammar in cursor.cc: devices keep it.
constexpr char kLogs[] =
    "02"
    "0a00000000000000"
    "0b00000000000000";
constexpr char kCheck[] = "f311a455";
constexpr char kRest[] =
    "0105"
    "0107"
    "02"
    "81024e47"
    "010502060209"
    "8205616d696e61"
    "000000000000";

// The cursor of those logs, whose rest is the bytes that `hex` spells.
std::string Sealed(std::string_view logs, std::string_view hex) {
  const std::string front = "\x02" + absl::HexStringToBytes(AbslView(logs));
  const std::string rest = absl::HexStringToBytes(AbslView(hex));
  const std::string bytes = front + rest;
  unsigned char hash[16];
  crypto_generichash(hash, sizeof hash,
                     reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  return front + std::string(reinterpret_cast<const char*>(hash), 4) + rest;
}

Cursor WithBuckets(std::size_t count) {
  Cursor cursor;
  for (std::size_t i = 0; i < count; ++i) {
    cursor.buckets[{BucketKind::kArea, StrCat("a", i)}] = {};
  }
  return cursor;
}

TEST(CursorTest, ItsBytesAreTheGrammars) {
  EXPECT_EQ(absl::BytesToHexString(EncodeCursor(Pulling())),
            StrCat("02", kLogs, kCheck, kRest));
  EXPECT_EQ(Sealed(kLogs, kRest), EncodeCursor(Pulling()));
  EXPECT_THAT(DecodeCursor(EncodeCursor(Pulling())), IsOkAndHolds(Pulling()));
}

TEST(CursorTest, WhoHasPulledNothingHasNoBytes) {
  EXPECT_EQ(EncodeCursor({}), "");
  EXPECT_THAT(DecodeCursor(""), IsOkAndHolds(Cursor{}));
}

TEST(CursorTest, ACursorCutShortAnywhereIsRefused) {
  const std::string bytes = EncodeCursor(Pulling());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeCursor(std::string_view(bytes).substr(0, size)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
  EXPECT_THAT(DecodeCursor(bytes + "x"), Not(IsOk()));
}

TEST(CursorTest, EveryFlippedBitIsSeen) {
  const std::string bytes = EncodeCursor(Pulling());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(DecodeCursor(flipped), Not(IsOk())) << bit;
  }
}

TEST(CursorTest, ACursorWhoseBodyIsCutShortIsMalformed) {
  const std::string_view rest = kRest;
  for (std::size_t size = 0; size < rest.size(); size += 2) {
    EXPECT_THAT(DecodeCursor(Sealed(kLogs, rest.substr(0, size))),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
}

TEST(CursorTest, AnotherVersionIsNoneOfThisServers) {
  std::string bytes = EncodeCursor(Pulling());
  bytes.front() = '\x01';
  EXPECT_THAT(DecodeCursor(bytes),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no version known here")));
}

TEST(CursorTest, WhatNoCursorIsWrittenAsIsRefused) {
  const std::string none = "00000000";  // positions of none
  const std::string apart = "000000000000";
  EXPECT_OK(DecodeCursor(Sealed("00", none + "01010161")));
  EXPECT_OK(DecodeCursor(Sealed("00", none + "02010161010162")));
  const std::string log = "010500000000000000";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"00", none + "01030161"},                   // a kind nobody knows
      {"00", "0001000001010161"},                  // a seq without a log
      {"00", none + "01810161000100000000"},       // the same of a bucket
      {"00", none + "01810161010000000000"},       // a log that is not listed
      {"00", none + "01810161" + apart},           // apart, and as the others
      {log, "0105000001810161" + apart},           // none is as that
      {"00", none + "02010162010161"},             // not sorted
      {"00", none + "02010161010161"},             // a bucket twice
      {log, none + "01010161"},                    // a log nobody uses
      {"010000000000000000", "0000010001010161"},  // a log without a name
      {"00", none + "0101016100"},                 // bytes left over
      {"00", none + "00"},                         // nothing, in bytes
  };
  for (const auto& [logs, rest] : wrong) {
    EXPECT_THAT(DecodeCursor(Sealed(logs, rest)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << logs << " " << rest;
  }
}

// What a stream tells of it is little then, whatever is followed.
TEST(CursorTest, WhatMovesWithTheHeadStandsInFront) {
  const auto at = [](Seq head) {
    Cursor cursor = WithBuckets(1'000);
    cursor.notices = {LogName{5}, head};
    for (auto& [bucket, place] : cursor.buckets) {
      place.complete = cursor.notices;
    }
    return EncodeCursor(cursor);
  };
  constexpr std::size_t kFront = 32;
  EXPECT_EQ(at(900).substr(kFront), at(950).substr(kFront));
}

TEST(CursorTest, WithinOneLogTheLawOfItsPositionsHolds) {
  const auto decoded = [](Seq complete, Seq page, Seq head) {
    Cursor cursor;
    cursor.buckets[{BucketKind::kArea, "NG"}] = {
        {LogName{1}, complete}, {LogName{1}, page}, {LogName{1}, head}};
    return DecodeCursor(EncodeCursor(cursor)).status();
  };
  EXPECT_OK(decoded(5, 5, 5));
  EXPECT_OK(decoded(5, 6, 7));
  EXPECT_THAT(decoded(6, 5, 7), Not(IsOk()));
  EXPECT_THAT(decoded(5, 7, 6), Not(IsOk()));
}

TEST(CursorTest, ACursorHasItsLimits) {
  EXPECT_OK(DecodeCursor(EncodeCursor(WithBuckets(kCursorBucketsMax))));
  EXPECT_THAT(DecodeCursor(EncodeCursor(WithBuckets(kCursorBucketsMax + 1))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("20000")));
  Cursor cursor;
  cursor.buckets[{BucketKind::kArea, std::string(64, 'a')}] = {};
  EXPECT_OK(DecodeCursor(EncodeCursor(cursor)));
  cursor.buckets[{BucketKind::kArea, std::string(65, 'a')}] = {};
  EXPECT_THAT(DecodeCursor(EncodeCursor(cursor)), Not(IsOk()));
}

Position AnyPosition(Seq least) {
  const auto log = *rc::gen::inRange<std::uint64_t>(0, 4);
  if (log == 0) return {};
  return {LogName{log}, least + *rc::gen::inRange<Seq>(0, 1000)};
}

Cursor AnyCursor() {
  Cursor cursor;
  cursor.notices = AnyPosition(0);
  const auto names = *rc::gen::inRange(0, 6);
  for (int i = 0; i < names; ++i) {
    const auto kind = *rc::gen::element(BucketKind::kArea, BucketKind::kPerson);
    cursor.buckets[{kind, StrCat("b", i)}] = {AnyPosition(0), AnyPosition(1000),
                                              AnyPosition(2000)};
  }
  return cursor;
}

RC_GTEST_PROP(CursorProperty, WhatIsEncodedDecodesToItself, ()) {
  const Cursor cursor = AnyCursor();
  const auto again = DecodeCursor(EncodeCursor(cursor));
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == cursor);
}

RC_GTEST_PROP(CursorProperty, WhatIsSealedAndDecodesHasNoOtherSpelling, ()) {
  const std::string bytes = EncodeCursor(AnyCursor());
  RC_PRE(!bytes.empty());
  const std::size_t logs = 1 + 8 * static_cast<std::size_t>(bytes[1]);
  const std::string damaged = Damaged(bytes.substr(1 + logs + 4));
  const std::string sealed =
      Sealed(absl::BytesToHexString(bytes.substr(1, logs)),
             absl::BytesToHexString(damaged));
  const auto cursor = DecodeCursor(sealed);
  if (!cursor.ok()) return;
  RC_ASSERT(EncodeCursor(*cursor) == sealed);
}

RC_GTEST_PROP(CursorProperty, AnyBytesDecodeToACursorOrAnError,
              (const std::vector<std::uint8_t>& raw)) {
  const std::string bytes(raw.begin(), raw.end());
  const std::string sealed = Sealed("00", absl::BytesToHexString(bytes));
  for (const std::string& given : {bytes, sealed}) {
    const auto cursor = DecodeCursor(given);
    RC_ASSERT(cursor.ok() ||
              cursor.status().code() == absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace chasqui
