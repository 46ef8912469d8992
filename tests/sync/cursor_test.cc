#include "sync/cursor.h"

#include <sodium/crypto_generichash.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
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

// By hand, from the grammar in cursor.cc: devices keep it.
constexpr char kBody[] =
    "01"
    "02"
    "0a00000000000000"
    "0b00000000000000"
    "0107"
    "02"
    "01024e47"
    "010502060209"
    "0205616d696e61"
    "000000000000";
constexpr char kCheck[] = "d78c510c34d6429e";

// The bytes that `hex` spells, with the checksum they need.
std::string Sealed(std::string_view hex) {
  std::string bytes = absl::HexStringToBytes(AbslView(hex));
  unsigned char hash[16];
  crypto_generichash(hash, sizeof hash,
                     reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  bytes.append(reinterpret_cast<const char*>(hash), 8);
  return bytes;
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
            std::string(kBody) + kCheck);
  EXPECT_EQ(Sealed(kBody), EncodeCursor(Pulling()));
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

TEST(CursorTest, ACursorCutShortBeforeItsChecksumIsMalformed) {
  const std::string_view body = kBody;
  for (std::size_t size = 0; size < body.size(); size += 2) {
    EXPECT_THAT(DecodeCursor(Sealed(body.substr(0, size))),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
}

TEST(CursorTest, WhatNoCursorIsWrittenAsIsRefused) {
  const std::string none = "000000000000";
  const std::string bucket = "010161" + none;
  EXPECT_OK(DecodeCursor(Sealed("0100000001" + bucket)));
  EXPECT_OK(DecodeCursor(Sealed("0100000002" + bucket + "010162" + none)));
  const std::vector<std::string> wrong = {
      "0200000001" + bucket,                  // another version
      "0100000001030161" + none,              // a kind nobody knows
      "0100000001010161000100000000",         // a seq without a log
      "0100000001010161010000000000",         // a log that is not listed
      "0100000002010162" + none + bucket,     // not sorted
      "0100000002" + bucket + bucket,         // a bucket twice
      "01010500000000000000000001" + bucket,  // a log nobody uses
      "01010000000000000000010001" + bucket,  // a log without a name
      "0100000001" + bucket + "00",           // bytes left over
      "01000000",                             // nothing, in bytes
  };
  for (const std::string& hex : wrong) {
    EXPECT_THAT(DecodeCursor(Sealed(hex)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << hex;
  }
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
  const std::string damaged = Damaged(bytes.substr(0, bytes.size() - 8));
  const std::string sealed = Sealed(absl::BytesToHexString(damaged));
  const auto cursor = DecodeCursor(sealed);
  if (!cursor.ok()) return;
  RC_ASSERT(EncodeCursor(*cursor) == sealed);
}

RC_GTEST_PROP(CursorProperty, AnyBytesDecodeToACursorOrAnError,
              (const std::vector<std::uint8_t>& raw)) {
  const std::string bytes(raw.begin(), raw.end());
  const std::string sealed =
      Sealed("01" + std::string(absl::BytesToHexString(bytes)));
  for (const std::string& given : {bytes, sealed}) {
    const auto cursor = DecodeCursor(given);
    RC_ASSERT(cursor.ok() ||
              cursor.status().code() == absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace chasqui
