// A batch, a page or statistics from outside. The first byte says which: it
// decodes to something that can be told again, or is refused.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sync/base/check.h"
#include "sync/page.h"
#include "sync/wire/batch.h"
#include "tests/wire/household_conversation.h"

namespace chasqui::wire {
namespace {

// Every entry is about some record.
class EveryRecord : public RecordNames {
 public:
  std::optional<RecordId> RecordAt(Seq seq) const override {
    RecordId id;
    id.bytes[0] = static_cast<std::uint8_t>(seq | 1);
    return id;
  }
};

void TryBatch(std::string_view bytes, const Conversation& conversation) {
  const auto rows = DecodeBatch(bytes, conversation, EveryRecord());
  if (!rows.ok()) {
    CHECK(absl::IsInvalidArgument(rows.status()));
    return;
  }
  CHECK(rows->size() <= kBatchChangesMax);
  const auto again = EncodeBatch(*rows, conversation, EveryRecord());
  CHECK(again.has_value());
  const auto twice = DecodeBatch(*again, conversation, EveryRecord());
  CHECK(twice.ok() && *twice == *rows);
}

void TryItems(std::string_view bytes, const Conversation& conversation) {
  const auto items = DecodeItems(bytes, conversation);
  if (!items.ok()) {
    CHECK(absl::IsInvalidArgument(items.status()));
    return;
  }
  for (const PageItem& item : *items) {
    if (item.left) continue;
    const auto row = DecodePulled(EncodePulled(item.record));
    CHECK(row.ok() && *row == item.record);
  }
}

void TryStatistics(std::string_view bytes) {
  const auto statistics = Statistics::Decode(bytes);
  if (!statistics.ok()) {
    CHECK(absl::IsInvalidArgument(statistics.status()));
    return;
  }
  CHECK(statistics->Encode() == bytes);
  // Whatever they say, both ends understand each other.
  Conversation conversation = testing::HouseholdConversation();
  conversation.statistics = &*statistics;
  const std::vector<std::string> rows = {
      EncodeChange(testing::Household(3, "a name"))};
  const auto batch = EncodeBatch(rows, conversation, RecordNames());
  CHECK(batch.has_value());
  const auto read = DecodeBatch(*batch, conversation, RecordNames());
  CHECK(read.ok() && *read == rows);
}

}  // namespace
}  // namespace chasqui::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty()) return 0;
  const char which = bytes.front();
  bytes.remove_prefix(1);
  const auto conversation = chasqui::testing::HouseholdConversation();
  if (which == 'b') chasqui::wire::TryBatch(bytes, conversation);
  if (which == 'i') chasqui::wire::TryItems(bytes, conversation);
  if (which == 's') chasqui::wire::TryStatistics(bytes);
  return 0;
}
