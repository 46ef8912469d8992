#include "sync/personal/record_key.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::personal {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

RecordKey KeyOf(char byte) {
  return *RecordKey::FromBytes(std::string(RecordKey::kSize, byte));
}

RowId Row(std::uint8_t number) {
  RowId row;
  row.bytes[15] = number;
  return row;
}

TEST(RecordKeyTest, WhatIsSealedOpensAgain) {
  const RecordKey key = KeyOf('k');
  const FieldAddress at{Row(1), 33, 0};
  for (const Value& value :
       {Value::Text("0803 111 2222"), Value::Text(""), Value::Integer(-7),
        Value::Choice(3), Value::Ticked(true), Value::Answered()}) {
    const Value sealed = key.Seal(at, value);
    EXPECT_EQ(sealed.kind, ValueKind::kSealed);
    EXPECT_OK(CheckValue(sealed));
    EXPECT_EQ(sealed.payload.size(), value.payload.size() + kSealedOverhead);
    EXPECT_THAT(key.Open(at, sealed), IsOkAndHolds(value));
  }
  EXPECT_THAT(key.Seal(at, Value::Text("0803 111 2222")).payload,
              Not(HasSubstr("0803")));
}

// Apply compares without a key: so the same must look the same, and only that.
TEST(RecordKeyTest, OnlyTheSameInTheSamePlaceLooksTheSame) {
  const RecordKey key = KeyOf('k');
  const FieldAddress at{Row(1), 33, 0};
  const Value name = Value::Text("Ada");
  const Value sealed = key.Seal(at, name);
  EXPECT_EQ(KeyOf('k').Seal(at, name), sealed);
  const std::vector<Value> others = {key.Seal(at, Value::Text("Ade")),
                                     key.Seal(at, {ValueKind::kDecimal, "Ada"}),
                                     key.Seal({Row(2), 33, 0}, name),
                                     key.Seal({Row(1), 34, 0}, name),
                                     key.Seal({Row(1), 33, 1}, name),
                                     KeyOf('l').Seal(at, name)};
  for (const Value& other : others) {
    EXPECT_NE(other.payload.substr(0, kSealedTagBytes),
              sealed.payload.substr(0, kSealedTagBytes));
    EXPECT_NE(other.payload.substr(kSealedTagBytes),
              sealed.payload.substr(kSealedTagBytes));
  }
}

TEST(RecordKeyTest, NothingElseOpens) {
  const RecordKey key = KeyOf('k');
  const FieldAddress at{{}, 33, 0};
  const Value sealed = key.Seal(at, Value::Text("Ada"));
  const auto refused = StatusIs(absl::StatusCode::kDataLoss);
  EXPECT_THAT(KeyOf('l').Open(at, sealed), refused);
  EXPECT_THAT(key.Open({{}, 34, 0}, sealed), refused);
  EXPECT_THAT(key.Open({Row(1), 33, 0}, sealed), refused);
  for (std::size_t i = 0; i < sealed.payload.size(); ++i) {
    Value damaged = sealed;
    damaged.payload[i] = static_cast<char>(damaged.payload[i] ^ 1);
    EXPECT_THAT(key.Open(at, damaged), refused) << i;
    EXPECT_THAT(key.Open(at, {ValueKind::kSealed, sealed.payload.substr(0, i)}),
                refused);
  }
  EXPECT_THAT(key.Open(at, Value::Text(sealed.payload)), refused);
}

TEST(RecordKeyTest, EachDrawnIsAnother) {
  EXPECT_NE(RecordKey::Draw().view(), RecordKey::Draw().view());
  EXPECT_FALSE(RecordKey::FromBytes("short").has_value());
}

}  // namespace
}  // namespace chasqui::personal
