// record := version at:(log:8 seq:varint) flags [key:32 check:8]
//           n:varint n*(bucket:varint generation:varint) rest: EncodePulled()
//
// flags  bit 0: gone, bit 1: with a key
// check  of the key, as digests have it

#include <string>
#include <utility>

#include "client/local_state.h"
#include "sync/bytes.h"
#include "sync/digest.h"
#include "sync/personal/record_key.h"

namespace chasqui::client {
namespace {

constexpr std::uint8_t kRecordVersion = 1;
constexpr std::uint8_t kIsGone = 1;
constexpr std::uint8_t kHasKey = 2;
constexpr std::size_t kCheckBytes = 8;

absl::Status DamagedRecord() {
  return absl::DataLossError(
      "device store: a record is damaged or of a later version");
}

// No digest covers a key: one that a memory card keeps wrongly would open
// nothing, and nobody would send it again.
std::string CheckOf(std::string_view key) {
  return std::string(HashContent(key).view().substr(0, kCheckBytes));
}

std::string ReadKey(ByteReader& in) {
  std::string key(in.Raw(personal::RecordKey::kSize));
  if (in.Raw(kCheckBytes) != CheckOf(key)) in.Fail();
  return key;
}

}  // namespace

std::string EncodeStored(const StoredRecord& record) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kRecordVersion);
  out.Fixed64(static_cast<std::uint64_t>(record.at.log));
  out.Varint(record.at.seq);
  out.Byte((record.gone ? kIsGone : 0) | (record.key.empty() ? 0 : kHasKey));
  if (!record.key.empty()) {
    out.Raw(record.key);
    out.Raw(CheckOf(record.key));
  }
  out.Varint(record.following.size());
  for (const Following& following : record.following) {
    out.Varint(following.bucket);
    out.Varint(following.generation);
  }
  out.Raw(record.bytes);
  return bytes;
}

absl::StatusOr<StoredRecord> DecodeStoredRecord(std::string_view bytes) {
  ByteReader in(bytes);
  StoredRecord record;
  if (in.Byte() != kRecordVersion) return DamagedRecord();
  record.at.log = static_cast<LogName>(in.Fixed64());
  record.at.seq = in.Varint();
  const std::uint8_t flags = in.Byte();
  if ((flags & ~(kIsGone | kHasKey)) != 0) return DamagedRecord();
  record.gone = (flags & kIsGone) != 0;
  if ((flags & kHasKey) != 0) record.key = ReadKey(in);
  const std::size_t count = in.Count(2);
  for (std::size_t i = 0; i < count; ++i) {
    Following following;
    following.bucket = in.Varint32();
    following.generation = in.Varint32();
    record.following.push_back(following);
  }
  record.bytes = std::string(in.Raw(in.left()));
  if (!in.done()) return DamagedRecord();
  return record;
}

}  // namespace chasqui::client
