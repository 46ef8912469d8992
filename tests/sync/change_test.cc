#include "sync/change.h"

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
#include "tests/sync/generators.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::AnyName;
using ::chasqui::testing::AnyValue;
using ::chasqui::testing::Damaged;
using ::chasqui::testing::IsOk;
using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Name>
Name Named(char byte) {
  return *Name::FromBytes(std::string(16, byte));
}

Op OpOf(OpKind kind, const RowId& row = {}) {
  Op op;
  op.kind = kind;
  op.at.row = row;
  return op;
}
Op Set(const FieldAddress& at, Value value, std::uint32_t base = 0) {
  Op op = OpOf(OpKind::kSet);
  op.at = at;
  op.value = std::move(value);
  op.base = base;
  return op;
}

// A change with each kind of write in it.
Change EveryOp() {
  const auto row = Named<RowId>('\x22');
  Change change;
  change.record = Named<RecordId>('\x11');
  change.creates = true;
  change.form = 3;
  change.person = "amina";
  change.positions = {{LogName{0xab}, 5}, {LogName{0xab}, 300}};
  change.clock = {0x0102030405060708, -1, 1000};
  Op status = OpOf(OpKind::kSetStatus);
  status.from = RecordStatus::kDraft;
  status.to = RecordStatus::kSubmitted;
  Op add = OpOf(OpKind::kAddRow, row);
  add.repeat = 1;
  change.ops = {Set({{}, 32, 0}, Value::Text("hi")),
                Set({row, 33, 2}, Value::Ticked(true), 1),
                status,
                add,
                OpOf(OpKind::kDeleteRow, Named<RowId>('\x33')),
                OpOf(OpKind::kDelete),
                OpOf(OpKind::kRestore),
                OpOf(OpKind::kRestore, row),
                OpOf(OpKind::kReview)};
  return change;
}

// By hand, from the grammar in change.cc. Chains and logs are made of these
// bytes: they may never become others.
constexpr char kEverything[] =
    "01"
    "03"
    "11111111111111111111111111111111"
    "03"
    "05616d696e61"
    "d00f"
    "0807060504030201"
    "01"
    "02"
    "ab00000000000000"
    "05"
    "ab00000000000000"
    "ac02"
    "09"
    "01002000"
    "10026869"
    "81010122222222222222222222222222222222"
    "2102"
    "0400"
    "020203"
    "0322222222222222222222222222222222"
    "00000000000000000000000000000000"
    "01"
    "0433333333333333333333333333333333"
    "05"
    "0600"
    "060122222222222222222222222222222222"
    "07";

Change Small() {
  Change change;
  change.record = Named<RecordId>('\x11');
  change.person = "amina";
  return change;
}

absl::Status Decoded(const Change& change) {
  return DecodeChange(EncodeChange(change)).status();
}

TEST(ChangeTest, TheCanonicalFormIsTheGrammars) {
  EXPECT_EQ(absl::BytesToHexString(EncodeChange(EveryOp())), kEverything);
  EXPECT_THAT(DecodeChange(absl::HexStringToBytes(kEverything)),
              IsOkAndHolds(EveryOp()));
}

TEST(ChangeTest, AChangeCutShortAnywhereIsRefused) {
  const std::string bytes = EncodeChange(EveryOp());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeChange(std::string_view(bytes).substr(0, size)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
  EXPECT_THAT(
      DecodeChange(bytes + "x"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("left over")));
}

TEST(ChangeTest, AnErrorSaysWhichWriteIsWrong) {
  Change change = Small();
  change.ops = {OpOf(OpKind::kReview), Set({{}, 32, 0}, Value::Text("\xff"))};
  EXPECT_THAT(Decoded(change), StatusIs(absl::StatusCode::kInvalidArgument,
                                        HasSubstr("write 2")));
}

TEST(ChangeTest, TenThousandWritesAreOneChangeAndNotOneMore) {
  Change change = Small();
  change.ops.assign(kChangeOpsMax, OpOf(OpKind::kReview));
  EXPECT_OK(Decoded(change));
  change.ops.push_back(OpOf(OpKind::kReview));
  EXPECT_THAT(Decoded(change),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("10000")));
}

TEST(ChangeTest, AChangeHasOneTo64Bases) {
  Change change = Small();
  for (Seq seq = 1; change.positions.size() < kChangePositionsMax; ++seq) {
    change.positions.push_back({LogName{7}, seq});
  }
  EXPECT_OK(Decoded(change));
  change.positions.push_back({LogName{8}, 1});
  EXPECT_THAT(Decoded(change), Not(IsOk()));
  std::string none = EncodeChange(Small());
  none.resize(none.size() - 11);  // one position of 9, its count, and no ops
  EXPECT_THAT(DecodeChange(none + std::string("\0\0", 2)), Not(IsOk()));
}

TEST(ChangeTest, ABaseIsListedOnceAndNamesItsLog) {
  Change change = Small();
  change.positions = {{LogName{7}, 1}, {LogName{7}, 1}};
  EXPECT_THAT(Decoded(change), Not(IsOk()));
  change.positions = {{LogName::kNone, 1}};
  EXPECT_THAT(Decoded(change), Not(IsOk()));
}

TEST(ChangeTest, AWritesBaseIsOneOfTheChanges) {
  Change change = Small();
  change.positions = {{LogName{7}, 1}, {LogName{7}, 2}};
  change.ops = {Set({{}, 32, 0}, Value::Cleared(), 1)};
  EXPECT_OK(Decoded(change));
  change.ops[0].base = 2;
  EXPECT_THAT(Decoded(change), Not(IsOk()));
}

TEST(ChangeTest, APersonsNameHasItsLimit) {
  Change change = Small();
  change.person = std::string(kPersonBytesMax, 'a');
  EXPECT_OK(Decoded(change));
  change.person += 'a';
  EXPECT_THAT(Decoded(change),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("64")));
  change.person = "\xff";
  EXPECT_THAT(Decoded(change), Not(IsOk()));
}

TEST(ChangeTest, WhatNamesNothingIsRefused) {
  Change change = Small();
  change.ops = {Set({{}, kExistenceField, 0}, Value::Answered())};
  EXPECT_THAT(Decoded(change), Not(IsOk()));
  for (const OpKind kind : {OpKind::kAddRow, OpKind::kDeleteRow}) {
    change.ops = {OpOf(kind)};
    EXPECT_THAT(Decoded(change), Not(IsOk()));
  }
  change.ops = {OpOf(OpKind::kAddRow, Named<RowId>('r'))};
  EXPECT_OK(Decoded(change));
  change.ops[0].parent = change.ops[0].at.row;
  EXPECT_THAT(Decoded(change), Not(IsOk()));
  change = Small();
  change.record = {};
  EXPECT_THAT(Decoded(change), Not(IsOk()));
}

TEST(ChangeTest, AFlagVersionKindOrStatusNobodyKnowsIsRefused) {
  const std::string bytes = EncodeChange(EveryOp());
  std::string other = bytes;
  other[0] = 2;
  EXPECT_THAT(DecodeChange(other), StatusIs(absl::StatusCode::kInvalidArgument,
                                            HasSubstr("version")));
  other = bytes;
  other[1] = 7;
  EXPECT_THAT(DecodeChange(other), Not(IsOk()));
  for (const char last : {'\x00', '\x08', '\x7f'}) {
    other = bytes;
    other.back() = last;
    EXPECT_THAT(DecodeChange(other), Not(IsOk()));
  }
  Change change = Small();
  change.ops = {OpOf(OpKind::kSetStatus)};
  change.ops[0].to = static_cast<RecordStatus>(6);
  EXPECT_THAT(Decoded(change), Not(IsOk()));
}

TEST(ChangeTest, TheChainsHashesNeverChange) {
  const ChainHash start = ChainStart("census", "tablet-1");
  EXPECT_EQ(absl::BytesToHexString(std::string(start.view())),
            "0aac36235ed5453f4f0b64ddec3b6353");
  EXPECT_EQ(absl::BytesToHexString(std::string(ChainNext(start, "abc").view())),
            "75a88302789ca2322cf49565be64e503");
}

TEST(ChangeTest, NoTwoChainsBeginAlike) {
  EXPECT_NE(ChainStart("ab", "c"), ChainStart("a", "bc"));
  EXPECT_NE(ChainStart("a", "b"), ChainStart("b", "a"));
  EXPECT_NE(ChainNext(ChainStart("a", "b"), "x"),
            ChainNext(ChainStart("a", "c"), "x"));
}

Op AnyOp(std::size_t positions) {
  const auto row = *rc::gen::arbitrary<bool>() ? AnyName<RowId>() : RowId{};
  Op op;
  op.kind = static_cast<OpKind>(*rc::gen::inRange(1, 8));
  op.base = *rc::gen::inRange<std::uint32_t>(
      0, static_cast<std::uint32_t>(positions));
  switch (op.kind) {
    case OpKind::kSet:
      op.at = {row, *rc::gen::inRange<std::uint32_t>(1, 1000),
               *rc::gen::inRange<std::uint32_t>(0, 1000)};
      op.value = AnyValue();
      break;
    case OpKind::kSetStatus:
      op.from = static_cast<RecordStatus>(*rc::gen::inRange(0, 6));
      op.to = static_cast<RecordStatus>(*rc::gen::inRange(0, 6));
      break;
    case OpKind::kAddRow:
      op.parent = row;
      op.repeat = *rc::gen::arbitrary<std::uint32_t>();
      op.at.row = AnyName<RowId>();
      RC_PRE(op.at.row != op.parent);
      break;
    case OpKind::kDeleteRow:
      op.at.row = AnyName<RowId>();
      break;
    case OpKind::kRestore:
      op.at.row = row;
      break;
    default:
      break;
  }
  return op;
}

Change AnyChange() {
  Change change;
  change.record = AnyName<RecordId>();
  change.creates = *rc::gen::arbitrary<bool>();
  change.form = *rc::gen::arbitrary<std::uint32_t>();
  change.person = *rc::gen::element(std::string(), std::string("Ọlá"));
  change.clock = *rc::gen::element(EditClock{0, 0, -5}, EditClock{9, 70, 8});
  change.salt = *rc::gen::element(std::string(), std::string(kSaltBytes, 's'));
  const auto seqs =
      *rc::gen::unique<std::vector<Seq>>(rc::gen::inRange<Seq>(0, UINT64_MAX));
  RC_PRE(seqs.size() < kChangePositionsMax);
  for (const Seq seq : seqs) change.positions.push_back({LogName{7}, seq});
  const auto ops = *rc::gen::inRange(0, 12);
  for (int i = 0; i < ops; ++i) {
    change.ops.push_back(AnyOp(change.positions.size()));
  }
  return change;
}

RC_GTEST_PROP(ChangeProperty, WhatIsEncodedDecodesToItself, ()) {
  const Change change = AnyChange();
  const auto again = DecodeChange(EncodeChange(change));
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == change);
}

RC_GTEST_PROP(ChangeProperty, WhatDecodesHasNoOtherSpelling, ()) {
  const std::string bytes = Damaged(EncodeChange(AnyChange()));
  const auto change = DecodeChange(bytes);
  if (!change.ok()) return;
  RC_ASSERT(EncodeChange(*change) == bytes);
}

RC_GTEST_PROP(ChangeProperty, AnyBytesDecodeToAChangeOrAnError,
              (const std::vector<std::uint8_t>& raw)) {
  const auto change =
      DecodeChange("\x01" + std::string(raw.begin(), raw.end()));
  RC_ASSERT(change.ok() ||
            change.status().code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace chasqui
