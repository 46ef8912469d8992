// The tables of a survey's state that are read and written value by value, for
// CachedTable.

#ifndef CHASQUI_STORAGE_TABLES_H_
#define CHASQUI_STORAGE_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/keys.h"
#include "storage/record_codec.h"
#include "storage/state_codec.h"
#include "sync/digest.h"
#include "sync/ids.h"
#include "sync/record.h"
#include "sync/state.h"

namespace chasqui::storage {

struct RecordTable {
  using Id = RecordId;
  using Value = Record;
  static constexpr Space kSpace = Space::kRecords;
  static constexpr std::size_t kEncodedBytesKept = std::size_t{80} << 20;
  static Key KeyOf(const Keys& keys, const Id& id) { return keys.Record(id); }
  static Value Make(const Id& id) {
    Record record;
    record.id = id;
    return record;
  }
  static void Encode(const Value& value, std::string& out) {
    EncodeRecord(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& id, std::string_view bytes) {
    return DecodeRecord(id, bytes);
  }
};

struct RowTable {
  using Id = std::pair<RecordId, RowId>;
  using Value = Row;
  static constexpr Space kSpace = Space::kRecords;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, const Id& id) {
    return keys.Row(id.first, id.second);
  }
  static Value Make(const Id& id) {
    Row row;
    row.id = id.second;
    return row;
  }
  static void Encode(const Value& value, std::string& out) {
    EncodeRow(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& id, std::string_view bytes) {
    return DecodeRow(id.second, bytes);
  }
};

struct EntryTable {
  using Id = Seq;
  using Value = EntryInfo;
  static constexpr Space kSpace = Space::kChanges;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, Id seq) { return keys.Entry(seq); }
  static Value Make(Id /*seq*/) { return {}; }
  static void Encode(const Value& value, std::string& out) {
    storage::Encode(value, out);
  }
  static absl::StatusOr<Value> Decode(Id /*seq*/, std::string_view bytes) {
    return DecodeEntryInfo(bytes);
  }
};

struct DeviceTable {
  using Id = std::string;
  using Value = Device;
  static constexpr Space kSpace = Space::kMeta;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, const Id& name) {
    return keys.Device(name);
  }
  static Value Make(const Id& name) {
    Device device;
    device.name = name;
    return device;
  }
  static void Encode(const Value& value, std::string& out) {
    storage::Encode(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& name, std::string_view bytes) {
    return DecodeDevice(name, bytes);
  }
};

struct LinksTable {
  using Id = std::pair<std::string, std::uint64_t>;  // device, block
  using Value = LinkBlock;
  static constexpr Space kSpace = Space::kChanges;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Id IdOf(std::string_view device, std::uint64_t number) {
    return {std::string(device), number / kLinkBlockNumbers};
  }
  static Key KeyOf(const Keys& keys, const Id& id) {
    return keys.Links(id.first, id.second);
  }
  static Value Make(const Id& /*id*/) { return {}; }
  static void Encode(const Value& value, std::string& out) {
    storage::Encode(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& /*id*/,
                                      std::string_view bytes) {
    return DecodeLinks(bytes);
  }
};

struct HeldTable {
  using Id = Seq;
  using Value = Held;
  static constexpr Space kSpace = Space::kMeta;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, Id seq) { return keys.Held(seq); }
  static Value Make(Id /*seq*/) { return {}; }
  static void Encode(const Value& value, std::string& out) {
    storage::Encode(value, out);
  }
  static absl::StatusOr<Value> Decode(Id /*seq*/, std::string_view bytes) {
    return DecodeHeld(bytes);
  }
};

// Of a record, the changes held about it, ascending. Never an empty list.
struct WaitingTable {
  using Id = RecordId;
  using Value = std::vector<Seq>;
  static constexpr Space kSpace = Space::kMeta;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, const Id& id) { return keys.Waiting(id); }
  static Value Make(const Id& /*id*/) { return {}; }
  static void Encode(const Value& value, std::string& out) {
    storage::Encode(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& /*id*/,
                                      std::string_view bytes) {
    return DecodeSeqs(bytes);
  }
};

// Of a change of a device, by its h, the changes in gap right behind it,
// ascending. Never an empty list.
struct GapTable {
  using Id = std::pair<std::string, ChainHash>;  // device, h
  using Value = std::vector<Seq>;
  static constexpr Space kSpace = Space::kMeta;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, const Id& id) {
    return keys.Gap(id.first, id.second);
  }
  static Value Make(const Id& /*id*/) { return {}; }
  static void Encode(const Value& value, std::string& out) {
    storage::Encode(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& /*id*/,
                                      std::string_view bytes) {
    return DecodeSeqs(bytes);
  }
};

// The live entries of buckets' feeds. Ordered as their keys are: by bucket,
// then by seq.
struct FeedTable {
  using Id = std::pair<Bucket, Seq>;
  using Value = FeedEntry;
  static constexpr Space kSpace = Space::kFeeds;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, const Id& id) {
    return keys.Feed(id.first, id.second);
  }
  static Value Make(const Id& /*id*/) { return {}; }
  static void Encode(const Value& value, std::string& out) {
    storage::Encode(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& /*id*/,
                                      std::string_view bytes) {
    return DecodeFeedEntry(bytes);
  }
};

// Never one of no records.
struct DigestTable {
  using Id = Bucket;
  using Value = BucketDigest;
  static constexpr Space kSpace = Space::kMeta;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, const Id& bucket) {
    return keys.Digest(bucket);
  }
  static Value Make(const Id& /*bucket*/) { return {}; }
  static void Encode(const Value& value, std::string& out) {
    storage::Encode(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& /*bucket*/,
                                      std::string_view bytes) {
    return DecodeBucketDigest(bytes);
  }
};

// Never a count of 0.
struct CounterTable {
  using Id = std::string;
  using Value = std::int64_t;
  static constexpr Space kSpace = Space::kMeta;
  static constexpr std::size_t kEncodedBytesKept = 0;
  static Key KeyOf(const Keys& keys, const Id& name) {
    return keys.Counter(name);
  }
  static Value Make(const Id& /*name*/) { return 0; }
  static void Encode(const Value& value, std::string& out) {
    EncodeCounter(value, out);
  }
  static absl::StatusOr<Value> Decode(const Id& /*name*/,
                                      std::string_view bytes) {
    return DecodeCounter(bytes);
  }
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_TABLES_H_
