#include "sync/wire/batch.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "tests/sync/generators.h"
#include "tests/testing/status_matchers.h"
#include "tests/wire/any_values.h"
#include "tests/wire/household_conversation.h"

namespace chasqui::wire {
namespace {

using testing::AnySave;
using testing::Damaged;
using testing::Household;
using testing::HouseholdConversation;
using testing::SetField;

using Rows = std::vector<std::string>;

// Entry 100 + n is about record n of so many.
class NumberedRecords : public RecordNames {
 public:
  static RecordId Number(std::uint8_t n) {
    RecordId id;
    id.bytes = {0xd3, n, 0x77, 0x21};
    return id;
  }
  std::optional<Seq> SeqOf(const RecordId& id) const override {
    if (id != Number(id.bytes[1])) return std::nullopt;
    return 100 + id.bytes[1];
  }
  std::optional<RecordId> RecordAt(Seq seq) const override {
    if (seq < 100 || seq > 355) return std::nullopt;
    return Number(static_cast<std::uint8_t>(seq - 100));
  }
};

Rows Decoded(const std::string& bytes, const Conversation& conversation) {
  const auto rows = DecodeBatch(bytes, conversation, NumberedRecords());
  EXPECT_TRUE(rows.ok()) << rows.status();
  return rows.ok() ? *rows : Rows();
}

std::string Encoded(const Rows& rows, const Conversation& conversation) {
  const auto bytes = EncodeBatch(rows, conversation, NumberedRecords());
  EXPECT_TRUE(bytes.has_value());
  return bytes.value_or("");
}

TEST(BatchTest, NothingIsABatchToo) {
  const Conversation conversation = HouseholdConversation();
  EXPECT_THAT(Decoded(Encoded({}, conversation), conversation),
              ::testing::IsEmpty());
}

TEST(BatchTest, OneWhoDoesNotKnowTheFormStillReads) {
  Conversation conversation = HouseholdConversation();
  conversation.layouts = nullptr;
  const Rows rows = {EncodeChange(Household(1, "Ọlá"))};
  EXPECT_EQ(Decoded(Encoded(rows, conversation), conversation), rows);
}

TEST(BatchTest, WhatIsNoChangeTravelsAsItIs) {
  const Conversation conversation = HouseholdConversation();
  const Rows rows = {EncodeChange(Household(1, "a")), "",
                     std::string("\x01\xff no change", 12),
                     "\x02" + std::string(kSaltBytes, 's'),
                     EncodeChange(Household(2, "b"))};
  EXPECT_EQ(Decoded(Encoded(rows, conversation), conversation), rows);
}

TEST(BatchTest, ASaltCostsNothingWhereThereIsNone) {
  const Conversation conversation = HouseholdConversation();
  Change change = Household(1, "a");
  const std::size_t plain =
      Encoded({EncodeChange(change)}, conversation).size();
  change.salt.assign(kSaltBytes, '\xa5');
  const Rows rows = {EncodeChange(change)};
  EXPECT_EQ(Decoded(Encoded(rows, conversation), conversation), rows);
  EXPECT_LE(Encoded(rows, conversation).size(), plain + kSaltBytes + 4);
}

// The bytes that each further household of one device takes.
TEST(BatchTest, OnlyTheFirstOfADevicesIdsCostsSixteenBytes) {
  const Conversation conversation = HouseholdConversation();
  Rows rows;
  for (std::uint8_t n = 1; n <= 20; ++n) {
    rows.push_back(EncodeChange(Household(n, "same")));
  }
  const std::size_t near = Encoded(rows, conversation).size();
  rows.clear();
  for (std::uint8_t n = 1; n <= 20; ++n) {
    Change change = Household(n, "same");
    change.record.bytes[3] = n;
    rows.push_back(EncodeChange(change));
  }
  const std::size_t far = Encoded(rows, conversation).size();
  EXPECT_GE(far, near + 19 * 15);
  EXPECT_LT(near, 20 * 7U + 16U);
}

TEST(BatchTest, ARecordOfTheLogGoesByItsSeq) {
  Conversation conversation = HouseholdConversation();
  Rows rows;
  for (std::uint8_t n = 1; n <= 40; ++n) {
    Change change = Household(1, "");
    change.creates = false;
    change.record = NumberedRecords::Number(n);
    change.ops = {SetField(testing::kMost, Value::Integer(n % 5))};
    rows.push_back(EncodeChange(change));
  }
  const std::string bytes = Encoded(rows, conversation);
  EXPECT_LT(bytes.size(), 40 * 3U);
  EXPECT_EQ(Decoded(bytes, conversation), rows);
  // A server that has no such entry asks for rows.
  EXPECT_THAT(
      DecodeBatch(bytes, conversation, RecordNames()),
      testing::StatusIs(absl::StatusCode::kInvalidArgument,
                        ::testing::HasSubstr("send the changes as rows")));
}

TEST(BatchTest, AnotherConversationDoesNotReadItAsTheSame) {
  const Conversation conversation = HouseholdConversation();
  const Rows rows = {EncodeChange(Household(1, "name"))};
  const std::string bytes = Encoded(rows, conversation);
  Conversation other = conversation;
  other.person = "ben";
  EXPECT_THAT(DecodeBatch(bytes, other, RecordNames()),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
  other = conversation;
  other.layouts = nullptr;
  EXPECT_THAT(DecodeBatch(bytes, other, RecordNames()),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(BatchTest, ATotalCostsNearlyNothingAfterItsParts) {
  const Conversation conversation = HouseholdConversation();
  const auto size_with = [&](std::int64_t off) {
    Rows rows;
    for (std::uint8_t n = 1; n <= 40; ++n) {
      Change change = Household(n, "x");
      const std::int64_t a = 1000 + 37 * n;
      const std::int64_t b = 5000 + 7919 * n % 4000;
      change.ops = {SetField(testing::kMost, Value::Integer(a)),
                    SetField(testing::kMemberAge, Value::Integer(b)),
                    SetField(testing::kTotal,
                             Value::Integer(a + b + off * (n * 7919 % 512)))};
      rows.push_back(EncodeChange(change));
    }
    EXPECT_EQ(Decoded(Encoded(rows, conversation), conversation), rows);
    return Encoded(rows, conversation).size();
  };
  EXPECT_GT(size_with(1), size_with(0) + 40);
}

RC_GTEST_PROP(BatchProperty, WhatIsEncodedDecodesToItself, ()) {
  const Conversation conversation = HouseholdConversation();
  Rows rows;
  const auto count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i) rows.push_back(EncodeChange(AnySave()));
  if (*rc::gen::arbitrary<bool>()) rows.push_back("raw");
  const auto bytes = EncodeBatch(rows, conversation, NumberedRecords());
  RC_ASSERT(bytes.has_value());
  const auto again = DecodeBatch(*bytes, conversation, NumberedRecords());
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == rows);
}

RC_GTEST_PROP(BatchProperty, DamagedBytesDecodeToRowsOrAnError, ()) {
  const Conversation conversation = HouseholdConversation();
  const auto bytes =
      EncodeBatch(Rows{EncodeChange(AnySave()), EncodeChange(AnySave())},
                  conversation, NumberedRecords());
  RC_ASSERT(bytes.has_value());
  const auto read =
      DecodeBatch(Damaged(*bytes), conversation, NumberedRecords());
  RC_ASSERT(read.ok() ||
            read.status().code() == absl::StatusCode::kInvalidArgument);
  if (!read.ok()) return;
  // Whatever it was read as can be told again.
  const auto again = EncodeBatch(*read, conversation, NumberedRecords());
  RC_ASSERT(again.has_value());
  RC_ASSERT(*DecodeBatch(*again, conversation, NumberedRecords()) == *read);
}

}  // namespace
}  // namespace chasqui::wire
