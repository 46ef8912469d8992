// columns := check:3 symbols           spelled by entropy_coder.cc
// symbols := format count (change* | item*)
//                                      as change_coding.cc and page_coding.cc
//                                      have them
// format  := 4 plain bits: 1 of a batch, 2 of items
// check   := the first bytes of h(n), h(0) being zero and h(i) that of row i
//            after h(i-1), as changes are chained (sync/change.h); of an item
//            that left, its id and its seq as a varint stand for a row
//
// Two ends that know different things of each other read something else or
// nothing. The check tells, so that it is never taken for what was meant.

#include "sync/wire/batch.h"

#include <utility>

#include "absl/status/status.h"
#include "sync/bytes.h"
#include "sync/wire/change_coding.h"
#include "sync/wire/number_coding.h"
#include "sync/wire/page_coding.h"

namespace chasqui::wire {
namespace {

constexpr std::uint64_t kBatchFormat = 1;
constexpr std::uint64_t kItemsFormat = 2;
constexpr ContextKey kCountKey = 0xc0;

constexpr std::size_t kCheckBytes = 3;

// What the rows come to.
class Check {
 public:
  void Add(std::string_view row) { h_ = ChainNext(h_, row); }
  std::string bytes() const {
    return std::string(h_.view().substr(0, kCheckBytes));
  }

 private:
  ChainHash h_;
};

std::string CheckOf(absl::Span<const std::string> rows) {
  Check check;
  for (const std::string& row : rows) check.Add(row);
  return check.bytes();
}

std::string RowOfLeft(const PageItem& item) {
  std::string row;
  ByteWriter out(row);
  out.Name(item.record.id);
  out.Varint(item.record.seq);
  return row;
}

std::string CheckOf(absl::Span<const PageItem> items) {
  Check check;
  for (const PageItem& item : items) {
    check.Add(item.left ? RowOfLeft(item) : EncodePulled(item.record));
  }
  return check.bytes();
}

// What both kinds begin with.
void CodeOpening(EntropyCoder& coder, std::uint64_t format, std::size_t most,
                 std::size_t& count) {
  std::uint64_t read = format;
  coder.Plain(4, read);
  if (read != format) return coder.Fail();
  CodeCount(coder, Mix(kCountKey, static_cast<std::uint32_t>(format)), most,
            count);
}

void CodeBatch(EntropyCoder& coder, const Conversation& conversation,
               const RecordNames& names, Evidence* evidence,
               std::vector<std::string>& changes) {
  std::size_t count = changes.size();
  CodeOpening(coder, kBatchFormat, kBatchChangesMax, count);
  if (!coder.ok()) return;
  changes.resize(count);
  ChangeCoding coding(coder, conversation, names);
  for (std::string& change : changes) {
    if (!coder.ok()) return;
    if (evidence != nullptr) evidence->BeginRecord();
    coding.Code(change);
  }
}

void CodeItems(EntropyCoder& coder, const Conversation& conversation,
               std::vector<PageItem>& items) {
  std::size_t count = items.size();
  CodeOpening(coder, kItemsFormat, kPageItemsMax, count);
  PageCoding coding(coder, conversation);
  const std::size_t there = items.size();
  for (std::size_t i = 0; i < count && coder.ok(); ++i) {
    if (i >= there) items.emplace_back();
    coding.Code(items[i]);
  }
}

}  // namespace

std::optional<std::string> EncodeBatch(absl::Span<const std::string> changes,
                                       const Conversation& conversation,
                                       const RecordNames& names) {
  if (changes.size() > kBatchChangesMax) return std::nullopt;
  std::vector<std::string> copy(changes.begin(), changes.end());
  EntropyCoder coder(conversation.statistics);
  CodeBatch(coder, conversation, names, nullptr, copy);
  if (!coder.ok()) return std::nullopt;
  return CheckOf(changes) + std::move(coder).Finish();
}

absl::StatusOr<std::vector<std::string>> DecodeBatch(
    std::string_view bytes, const Conversation& conversation,
    const RecordNames& names) {
  const std::string_view check = bytes.substr(0, kCheckBytes);
  EntropyCoder coder(conversation.statistics, bytes.substr(check.size()));
  std::vector<std::string> changes;
  CodeBatch(coder, conversation, names, nullptr, changes);
  if (!coder.AtEnd() || CheckOf(changes) != check) {
    return absl::InvalidArgumentError(
        "batch: its columns do not decode; send the changes as rows");
  }
  return changes;
}

std::optional<std::string> EncodeItems(absl::Span<const PageItem> items,
                                       const Conversation& conversation) {
  if (items.size() > kPageItemsMax) return std::nullopt;
  std::vector<PageItem> copy(items.begin(), items.end());
  EntropyCoder coder(conversation.statistics);
  CodeItems(coder, conversation, copy);
  if (!coder.ok()) return std::nullopt;
  return CheckOf(items) + std::move(coder).Finish();
}

absl::StatusOr<std::vector<PageItem>> DecodeItems(
    std::string_view bytes, const Conversation& conversation) {
  const std::string_view check = bytes.substr(0, kCheckBytes);
  EntropyCoder coder(conversation.statistics, bytes.substr(check.size()));
  std::vector<PageItem> items;
  CodeItems(coder, conversation, items);
  if (!coder.AtEnd() || CheckOf(items) != check) {
    return absl::InvalidArgumentError(
        "page: its columns do not decode; ask for the records as rows");
  }
  return items;
}

Statistics Train(absl::Span<const TrainingBatch> batches,
                 const Conversation& conversation) {
  const RecordNames names;
  Conversation plain = conversation;
  plain.statistics = nullptr;
  Evidence evidence;
  for (const TrainingBatch& batch : batches) {
    evidence.BeginPerson(batch.person);
    EntropyCoder coder(nullptr, &evidence);
    std::vector<std::string> copy = batch.changes;
    CodeBatch(coder, plain, names, &evidence, copy);
  }
  Statistics statistics = evidence.Distilled();
  // How much each context counts, once their nodes are known.
  std::array<Weights, kSymbolKinds> weights = statistics.weights();
  for (const TrainingBatch& batch : batches) {
    EntropyCoder coder(&statistics);
    coder.SetWeights(weights);
    std::vector<std::string> copy = batch.changes;
    CodeBatch(coder, plain, names, nullptr, copy);
    weights = coder.weights();
  }
  statistics.SetWeights(weights);
  return statistics;
}

}  // namespace chasqui::wire
