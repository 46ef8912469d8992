#include "storage/snapshot_reader.h"

#include <limits>

#include "storage/foresight.h"
#include "storage/log_codec.h"
#include "storage/record_codec.h"
#include "storage/state_codec.h"
#include "storage/tables.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// The bytes of the first seq after `seq`, as they stand in keys.
std::string AfterSeq(Seq seq) {
  Key key;
  // Nothing is after the largest; the zero byte is after its every key.
  if (seq == std::numeric_limits<Seq>::max()) return std::string(17, '\xff');
  key.Be64(seq + 1);
  return std::string(key.view());
}

// The first place after `id`; the very first if that is none.
std::string AfterId(const RecordId& id) {
  if (id.empty()) return {};
  return StrCat(id.view(), std::string_view("\0", 1));
}

}  // namespace

template <typename Table>
absl::StatusOr<std::optional<typename Table::Value>> SnapshotReader::Find(
    const typename Table::Id& id) const {
  std::string bytes;
  ASSIGN_OR_RETURN(
      const bool found,
      snapshot_->Get(Table::kSpace, Table::KeyOf(keys_, id), bytes));
  if (!found) return std::nullopt;
  return Table::Decode(id, bytes);
}

absl::Status SnapshotReader::Visiting(Space space, const Key& prefix,
                                      std::string_view from, std::size_t limit,
                                      Visit visit) const {
  if (limit == 0) return absl::OkStatus();
  std::size_t visited = 0;
  return snapshot_->Scan(
      space, StrCat(prefix.view(), from), PrefixEnd(prefix),
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        const std::optional<ParsedKey> parsed = ParseKey(key);
        if (!parsed.has_value()) {
          return absl::DataLossError(StrCat("malformed key ", PrintKey(key)));
        }
        RETURN_IF_ERROR(visit(*parsed, value));
        return ++visited < limit;
      });
}

absl::StatusOr<std::optional<Record>> SnapshotReader::FindRecord(
    const RecordId& id) const {
  return Find<RecordTable>(id);
}

absl::StatusOr<std::vector<Row>> SnapshotReader::RowsOf(
    const RecordId& record) const {
  std::vector<Row> rows;
  RETURN_IF_ERROR(Visiting(
      Space::kRecords, keys_.Rows(record), {}, kNoLimit,
      [&rows](const ParsedKey& key, std::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(rows.emplace_back(), DecodeRow(key.row, value));
        return absl::OkStatus();
      }));
  return rows;
}

absl::StatusOr<std::optional<EntryInfo>> SnapshotReader::FindEntry(
    Seq seq) const {
  return Find<EntryTable>(seq);
}

absl::StatusOr<LogEntry> SnapshotReader::ReadLog(Seq seq) const {
  if (seq == 0 || seq > head()) {
    return absl::OutOfRangeError(
        StrCat("the log has the entries 1 to ", head(), ", not ", seq));
  }
  std::string bytes;
  ASSIGN_OR_RETURN(const bool found,
                   snapshot_->Get(Space::kLog, keys_.Log(seq), bytes));
  if (!found) return absl::DataLossError(StrCat("the log lacks entry ", seq));
  return DecodeLogEntry(seq, bytes);
}

absl::StatusOr<std::vector<FeedItem>> SnapshotReader::Feed(
    const Bucket& bucket, Seq after, std::size_t limit) const {
  std::vector<FeedItem> items;
  RETURN_IF_ERROR(Visiting(
      Space::kFeeds, keys_.Feed(bucket), AfterSeq(after), limit,
      [&items](const ParsedKey& key, std::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(FeedEntry entry, DecodeFeedEntry(value));
        items.push_back({key.seq, entry});
        return absl::OkStatus();
      }));
  return items;
}

absl::StatusOr<BucketDigest> SnapshotReader::DigestOf(
    const Bucket& bucket) const {
  ASSIGN_OR_RETURN(const auto digest, Find<DigestTable>(bucket));
  return digest.value_or(BucketDigest());
}

absl::StatusOr<std::vector<std::pair<Seq, Seq>>> SnapshotReader::Notices(
    std::string_view device, Seq after, std::size_t limit) const {
  std::vector<std::pair<Seq, Seq>> notices;
  RETURN_IF_ERROR(Visiting(
      Space::kFeeds, keys_.Notices(device), AfterSeq(after), limit,
      [&notices](const ParsedKey& key, std::string_view) -> absl::Status {
        notices.emplace_back(key.seq, key.change);
        return absl::OkStatus();
      }));
  return notices;
}

absl::StatusOr<std::optional<Device>> SnapshotReader::FindDevice(
    std::string_view name) const {
  return Find<DeviceTable>(std::string(name));
}

absl::StatusOr<std::vector<Device>> SnapshotReader::Devices() const {
  std::vector<Device> devices;
  RETURN_IF_ERROR(Visiting(
      Space::kMeta, keys_.All(Tag::kDevice), {}, kNoLimit,
      [&devices](const ParsedKey& key, std::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(devices.emplace_back(), DecodeDevice(key.name, value));
        return absl::OkStatus();
      }));
  return devices;
}

absl::StatusOr<std::vector<ChainLink>> SnapshotReader::Links(
    std::string_view device, std::uint64_t number) const {
  ASSIGN_OR_RETURN(const auto block,
                   Find<LinksTable>(LinksTable::IdOf(device, number)));
  return LinksIn(block.value_or(LinkBlock()), number);
}

absl::StatusOr<std::optional<Held>> SnapshotReader::FindHeld(Seq change) const {
  return Find<HeldTable>(change);
}

absl::StatusOr<std::vector<Seq>> SnapshotReader::HeldFor(
    const RecordId& record) const {
  ASSIGN_OR_RETURN(auto seqs, Find<WaitingTable>(record));
  return std::move(seqs).value_or(std::vector<Seq>());
}

absl::StatusOr<std::vector<std::pair<Seq, Held>>> SnapshotReader::HeldAfter(
    Seq after, std::size_t limit) const {
  std::vector<std::pair<Seq, Held>> all;
  RETURN_IF_ERROR(Visiting(
      Space::kMeta, keys_.All(Tag::kHeld), AfterSeq(after), limit,
      [&all](const ParsedKey& key, std::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(Held held, DecodeHeld(value));
        all.emplace_back(key.seq, held);
        return absl::OkStatus();
      }));
  return all;
}

absl::StatusOr<std::vector<Record>> SnapshotReader::Records(
    const RecordId& after, std::size_t limit) const {
  std::vector<Record> records;
  RETURN_IF_ERROR(Visiting(
      Space::kRecords, keys_.All(Tag::kRecord), AfterId(after), limit,
      [&records](const ParsedKey& key, std::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(records.emplace_back(),
                         DecodeRecord(key.record, value));
        return absl::OkStatus();
      }));
  return records;
}

absl::StatusOr<std::vector<RecordId>> SnapshotReader::Conflicted(
    const RecordId& after, std::size_t limit) const {
  std::vector<RecordId> ids;
  RETURN_IF_ERROR(
      Visiting(Space::kMeta, keys_.All(Tag::kConflicted), AfterId(after), limit,
               [&ids](const ParsedKey& key, std::string_view) -> absl::Status {
                 ids.push_back(key.record);
                 return absl::OkStatus();
               }));
  return ids;
}

absl::StatusOr<std::int64_t> SnapshotReader::Counter(
    std::string_view counter) const {
  ASSIGN_OR_RETURN(const auto count, Find<CounterTable>(std::string(counter)));
  return count.value_or(0);
}

absl::StatusOr<std::vector<std::pair<std::string, std::int64_t>>>
SnapshotReader::Counters(std::string_view prefix) const {
  std::vector<std::pair<std::string, std::int64_t>> counters;
  RETURN_IF_ERROR(Visiting(
      Space::kMeta, keys_.Counter(prefix), {}, kNoLimit,
      [&](const ParsedKey& key, std::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(const std::int64_t count, DecodeCounter(value));
        counters.emplace_back(key.name, count);
        return absl::OkStatus();
      }));
  return counters;
}

absl::StatusOr<Outcome> SnapshotReader::IfReleased(
    Seq change, std::string_view person) const {
  ASSIGN_OR_RETURN(const auto held, FindHeld(change));
  if (!held.has_value()) {
    return absl::NotFoundError(
        StrCat("no change with seq ", change, " is in quarantine"));
  }
  return Foresee(snapshot_, keys_, *survey_, {change, std::string(person)});
}

}  // namespace chasqui::storage
