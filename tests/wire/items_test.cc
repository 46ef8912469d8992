// Pages of records downwards.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sync/wire/batch.h"
#include "tests/sync/generators.h"
#include "tests/testing/status_matchers.h"
#include "tests/wire/any_values.h"
#include "tests/wire/household_conversation.h"

namespace chasqui::wire {
namespace {

using testing::AnyItem;
using testing::Damaged;
using testing::HouseholdConversation;

using Items = std::vector<PageItem>;

bool Same(const PageItem& a, const PageItem& b) {
  return a.left == b.left && a.record == b.record;
}

bool Same(const Items& a, const Items& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return Same(x, y); });
}

// Record n of one device, whole, as its creation at seq 100 + n made it.
PageItem Pulled(std::uint8_t n) {
  PageItem item;
  PulledRecord& record = item.record;
  record.id.bytes = {0x91, 0x3f, 0x22, 0xc8, 0x15, 0x7b, 0x04, 0xd6,
                     0xaa, 0x80, 0x5c, 0x3e, 0x61, 0x09, 0xf7, n};
  record.seq = 100 + n;
  record.form = 1;
  record.whole = true;
  const auto add = [&record](std::uint32_t field, Value value) {
    FieldState state;
    state.field = field;
    state.live.push_back({record.seq, std::move(value)});
    record.fields.push_back(std::move(state));
  };
  add(kExistenceField, Value::Answered());
  add(kStatusField, Value::Choice(3));
  add(kAreaField, Value::Text("north"));
  add(testing::kMost, Value::Integer(n % 9));
  add(testing::kWater, Value::Choice(1 + n % 3));
  return item;
}

TEST(ItemsTest, RecordsOfOneDeviceTakeAFewBytesEach) {
  Items items;
  std::size_t rows = 0;
  for (std::uint8_t n = 0; n < 50; ++n) {
    items.push_back(Pulled(n));
    rows += EncodePulled(items.back().record).size();
  }
  const Conversation conversation = HouseholdConversation();
  const auto bytes = EncodeItems(items, conversation);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_LT(bytes->size(), 50 * 3U + 16U);
  EXPECT_LT(bytes->size() * 10, rows);
  const auto again = DecodeItems(*bytes, conversation);
  ASSERT_OK(again);
  EXPECT_TRUE(Same(*again, items));
}

TEST(ItemsTest, OfOneThatLeftOnlyIdAndSeqAreKept) {
  const Conversation conversation = HouseholdConversation();
  PageItem item = Pulled(1);
  item.left = true;
  const auto again =
      DecodeItems(*EncodeItems(Items{item}, conversation), conversation);
  ASSERT_OK(again);
  PageItem kept;
  kept.left = true;
  kept.record.id = item.record.id;
  kept.record.seq = item.record.seq;
  EXPECT_TRUE(Same(*again, {kept}));
}

// The id has no row that the check could see; it is seen all the same.
TEST(ItemsTest, ADamagedLeavingIsNeverTakenForAnother) {
  const Conversation conversation = HouseholdConversation();
  PageItem item;
  item.left = true;
  item.record = Pulled(1).record;
  const std::string bytes = *EncodeItems(Items{item}, conversation);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto read = DecodeItems(damaged, conversation);
    if (!read.ok()) continue;
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().record.id, item.record.id) << "bit " << bit;
    EXPECT_EQ(read->front().record.seq, item.record.seq) << "bit " << bit;
  }
}

TEST(ItemsTest, ABatchIsNoPage) {
  const Conversation conversation = HouseholdConversation();
  const auto bytes = EncodeBatch({}, conversation, RecordNames());
  EXPECT_THAT(DecodeItems(*bytes, conversation),
              testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                ::testing::HasSubstr("as rows")));
}

RC_GTEST_PROP(ItemsProperty, WhatIsEncodedDecodesToItself, ()) {
  const Conversation conversation = HouseholdConversation();
  Items items;
  const auto count = *rc::gen::inRange(0, 5);
  for (int i = 0; i < count; ++i) items.push_back(AnyItem());
  const auto bytes = EncodeItems(items, conversation);
  RC_ASSERT(bytes.has_value());
  const auto again = DecodeItems(*bytes, conversation);
  RC_ASSERT(again.ok());
  RC_ASSERT(Same(*again, items));
}

RC_GTEST_PROP(ItemsProperty, DamagedBytesDecodeToRecordsOrAnError, ()) {
  const Conversation conversation = HouseholdConversation();
  const auto bytes = EncodeItems(Items{AnyItem(), AnyItem()}, conversation);
  RC_ASSERT(bytes.has_value());
  const auto read = DecodeItems(Damaged(*bytes), conversation);
  RC_ASSERT(read.ok() ||
            read.status().code() == absl::StatusCode::kInvalidArgument);
  if (!read.ok()) return;
  // A device can keep each of them.
  for (const PageItem& item : *read) {
    if (item.left) continue;
    const auto row = DecodePulled(EncodePulled(item.record));
    RC_ASSERT(row.ok());
    RC_ASSERT(*row == item.record);
  }
}

}  // namespace
}  // namespace chasqui::wire
