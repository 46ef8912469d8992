// What a batch may come to, and one past it.

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sync/wire/batch.h"
#include "sync/wire/entropy_coder.h"
#include "sync/wire/leaf_table.h"
#include "sync/wire/memory.h"
#include "sync/wire/number_coding.h"
#include "tests/testing/status_matchers.h"
#include "tests/wire/household_conversation.h"

namespace chasqui::wire {
namespace {

using testing::Household;
using testing::HouseholdConversation;

TEST(WireLimitsTest, AThousandChangesGoAndOneMoreDoesNot) {
  const Conversation conversation = HouseholdConversation();
  std::vector<std::string> rows(kBatchChangesMax,
                                EncodeChange(Household(1, "a")));
  const auto bytes = EncodeBatch(rows, conversation, RecordNames());
  ASSERT_TRUE(bytes.has_value());
  EXPECT_OK(DecodeBatch(*bytes, conversation, RecordNames()));
  rows.push_back(rows.front());
  EXPECT_FALSE(EncodeBatch(rows, conversation, RecordNames()).has_value());
}

TEST(WireLimitsTest, RowsBeyondAMebibyteGoAsRows) {
  const Conversation conversation = HouseholdConversation();
  const auto encodes = [&](std::size_t texts) {
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < texts; ++i) {
      rows.push_back(
          EncodeChange(Household(1, std::string(kTextBytesMax, 'a'))));
    }
    return EncodeBatch(rows, conversation, RecordNames()).has_value();
  };
  EXPECT_TRUE(encodes(kDecodedBytesMax / kTextBytesMax - 1));
  EXPECT_FALSE(encodes(kDecodedBytesMax / kTextBytesMax));
}

// Each of these costs next to nothing on the wire, and 34 bytes as a row.
TEST(WireLimitsTest, ChangesOfManyRowsCountAsTheyAreSpelled) {
  const Conversation conversation = HouseholdConversation();
  Change change = Household(1, "a");
  change.ops.resize(1);
  Op add;
  add.kind = OpKind::kAddRow;
  add.at.row = *RowId::FromBytes(std::string(16, 'r'));
  add.repeat = 1;
  change.ops.resize(kChangeOpsMax, add);
  const std::string row = EncodeChange(change);
  const std::size_t most = kDecodedBytesMax / row.size();
  std::vector<std::string> rows(most, row);
  const auto bytes = EncodeBatch(rows, conversation, RecordNames());
  ASSERT_TRUE(bytes.has_value());
  EXPECT_LT(bytes->size(), 4096U);
  EXPECT_OK(DecodeBatch(*bytes, conversation, RecordNames()));
  rows.push_back(row);
  EXPECT_FALSE(EncodeBatch(rows, conversation, RecordNames()).has_value());
}

// A few bytes that say the same certain thing for ever end all the same.
TEST(WireLimitsTest, BytesThatPromiseTooMuchAreRefused) {
  const Conversation conversation = HouseholdConversation();
  std::vector<std::string> rows = {
      EncodeChange(Household(1, std::string(kTextBytesMax, 'a')))};
  const auto small = EncodeBatch(rows, conversation, RecordNames());
  ASSERT_TRUE(small.has_value());
  EXPECT_LT(small->size(), 4096U);
  Memory memory;
  EXPECT_TRUE(memory.Spend(kDecodedBytesMax));
  EXPECT_FALSE(memory.Spend(1));
  EXPECT_TRUE(memory.Spend(0));
}

TEST(WireLimitsTest, CountsStopAtTheirLimit) {
  const auto reads = [](std::size_t written) {
    EntropyCoder writer(nullptr);
    CodeCount(writer, 1, 1000, written);
    const std::string bytes = std::move(writer).Finish();
    EntropyCoder reader(nullptr, bytes);
    std::size_t read = 0;
    CodeCount(reader, 1, 300, read);
    return reader.AtEnd() && read == written;
  };
  EXPECT_TRUE(reads(300));
  EXPECT_FALSE(reads(301));
}

TEST(WireLimitsTest, AFullTableKeepsWhatItHasAndTakesNoMore) {
  LeafTable table;
  for (ContextKey key = 1; key <= LeafTable::kLeavesMax; ++key) {
    ASSERT_NE(table.At(key), nullptr);
  }
  EXPECT_EQ(table.size(), LeafTable::kLeavesMax);
  EXPECT_EQ(table.At(LeafTable::kLeavesMax + 1), nullptr);
  EXPECT_NE(table.At(1), nullptr);
  EXPECT_EQ(table.Find(LeafTable::kLeavesMax + 1), nullptr);
}

// Both ends go on, in step, when there is no more to be learned from.
TEST(WireLimitsTest, MoreContextsThanTheTableHoldsStillRead) {
  EntropyCoder writer(nullptr);
  constexpr std::uint32_t kSymbols = LeafTable::kLeavesMax + 500;
  for (std::uint32_t i = 0; i < kSymbols; ++i) {
    std::uint32_t value = i % 13;
    writer.Symbol(Contexts(SymbolKind::kFlag, {i}), 4, value);
  }
  const std::string bytes = std::move(writer).Finish();
  EntropyCoder reader(nullptr, bytes);
  for (std::uint32_t i = 0; i < kSymbols; ++i) {
    std::uint32_t value = 0;
    reader.Symbol(Contexts(SymbolKind::kFlag, {i}), 4, value);
    ASSERT_EQ(value, i % 13) << i;
  }
  EXPECT_TRUE(reader.AtEnd());
}

}  // namespace
}  // namespace chasqui::wire
