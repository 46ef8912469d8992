// info      := 1:u8 flags:u8 kind:u8 received:zigzag person:bytes
//              [device:bytes, incarnation number role:u8 interval
//               outcome applied_at noticed]
//              [change] [record:16 previous]
//              flags: 1 the first group follows, 2 the second, 4 the third
// interval  := hi:offset at:offset lo:offset     from received, hi, at
// outcome   := kind:u8 reason:u8 flags:u8 count field*      flags: 1 rejected
// field     := address kind:u8 policy:u8 by flags:u8
//              flags: 1 uncertain, 2 history. address as in record_codec.cc
// links     := 1:u8 count (number:offset incarnation h:16 seq:offset)*
//              offsets from the link before it, the first from 0
// device    := 1:u8 latest count incarnation* [in_gap]        if it is not 0
// incarnation := flags:u8 parent branch_point end end_h:16
//              flags: 1 hole
// feed      := 1:u8 flags:u8 record:16            flags: 1 left
// held      := 1:u8 reason:u8 record:16
// head      := 1:u8 seq received:zigzag administrative
// seqs      := 1:u8 count (seq less the one before it)*
// counter   := 1:u8 count:zigzag
//
// What has no type is a varint. The first byte is the layout's version.

#include "storage/state_codec.h"

#include <cstddef>

#include "storage/packing.h"
#include "storage/record_codec.h"
#include "sync/base/status_macros.h"

namespace chasqui::storage {
namespace {

constexpr std::uint8_t kStateVersion = 1;
constexpr std::uint8_t kHasChange = 1;
constexpr std::uint8_t kHasAbout = 2;
constexpr std::uint8_t kHasRecord = 4;
constexpr std::uint8_t kRejected = 1;
constexpr std::uint8_t kUncertain = 1;
constexpr std::uint8_t kHistory = 2;
constexpr std::uint8_t kHole = 1;
constexpr std::uint8_t kLeft = 1;

void ReadVersion(ByteReader& in) {
  if (in.Byte() != kStateVersion) in.Fail();
}

void WriteFieldOutcome(const FieldOutcome& field, ByteWriter& out) {
  WriteAddress(field.at, out);
  out.Byte(static_cast<std::uint8_t>(field.kind));
  out.Byte(static_cast<std::uint8_t>(field.policy));
  out.Varint(field.by);
  out.Byte((field.uncertain ? kUncertain : 0) | (field.history ? kHistory : 0));
}

void ReadFieldOutcome(ByteReader& in, FieldOutcome& field) {
  ReadAddress(in, field.at);
  field.kind = ReadNumbered(in, OutcomeKind::kQuarantined);
  field.policy = ReadNumbered(in, Policy::kReview);
  field.by = in.Varint();
  const std::uint8_t flags = in.Byte();
  field.uncertain = (flags & kUncertain) != 0;
  field.history = (flags & kHistory) != 0;
}

void WriteOutcome(const Outcome& outcome, ByteWriter& out) {
  out.Byte(static_cast<std::uint8_t>(outcome.kind));
  out.Byte(static_cast<std::uint8_t>(outcome.reason));
  out.Byte(outcome.rejected ? kRejected : 0);
  out.Varint(outcome.fields.size());
  for (const FieldOutcome& field : outcome.fields) {
    WriteFieldOutcome(field, out);
  }
}

void ReadOutcome(ByteReader& in, Outcome& outcome) {
  outcome.kind = ReadNumbered(in, OutcomeKind::kQuarantined);
  outcome.reason = ReadNumbered(in, kLastReason);
  outcome.rejected = (in.Byte() & kRejected) != 0;
  outcome.fields.resize(in.Count());
  for (FieldOutcome& field : outcome.fields) ReadFieldOutcome(in, field);
}

void WriteChange(const EntryInfo& info, ByteWriter& out) {
  out.Bytes(info.device);
  out.Varint(info.incarnation);
  out.Varint(info.number);
  out.Byte(static_cast<std::uint8_t>(info.role));
  WriteInterval(info.time, info.received_ms, out);
  WriteOutcome(info.outcome, out);
  out.Varint(info.applied_at);
  out.Varint(info.noticed);
}

void ReadChange(ByteReader& in, EntryInfo& info) {
  info.device = in.Bytes();
  info.incarnation = in.Varint32();
  info.number = in.Varint();
  info.role = ReadNumbered(in, Role::kExporter);
  ReadInterval(in, info.received_ms, info.time);
  ReadOutcome(in, info.outcome);
  info.applied_at = in.Varint();
  info.noticed = in.Varint();
}

void WriteIncarnation(const Incarnation& one, ByteWriter& out) {
  out.Byte(one.hole ? kHole : 0);
  out.Varint(one.parent);
  out.Varint(one.branch_point);
  out.Varint(one.end);
  out.Raw(one.end_h.view());
}

void ReadIncarnation(ByteReader& in, Incarnation& one) {
  one.hole = (in.Byte() & kHole) != 0;
  one.parent = in.Varint32();
  one.branch_point = in.Varint();
  one.end = in.Varint();
  one.end_h = in.Name<ChainHash>();
}

}  // namespace

void WriteInterval(const TimeInterval& time, std::int64_t received_ms,
                   ByteWriter& out) {
  WriteOffset(time.hi, received_ms, out);
  WriteOffset(time.at, time.hi, out);
  WriteOffset(time.lo, time.at, out);
}

void ReadInterval(ByteReader& in, std::int64_t received_ms,
                  TimeInterval& time) {
  time.hi = ReadOffset(in, received_ms);
  time.at = ReadOffset(in, time.hi);
  time.lo = ReadOffset(in, time.at);
}

void Encode(const EntryInfo& info, std::string& out) {
  const bool is_change = info.kind == EntryKind::kChangeReceived;
  const bool has_record = !info.record.empty();
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Byte((is_change ? kHasChange : 0) |
              (info.change != 0 ? kHasAbout : 0) |
              (has_record ? kHasRecord : 0));
  writer.Byte(static_cast<std::uint8_t>(info.kind));
  writer.Zigzag(info.received_ms);
  writer.Bytes(info.person);
  if (is_change) WriteChange(info, writer);
  if (info.change != 0) writer.Varint(info.change);
  if (has_record) {
    writer.Raw(info.record.view());
    writer.Varint(info.previous);
  }
}

absl::StatusOr<EntryInfo> DecodeEntryInfo(std::string_view bytes) {
  ByteReader in(bytes);
  EntryInfo info;
  ReadVersion(in);
  const std::uint8_t flags = in.Byte();
  info.kind = ReadNumbered(in, EntryKind::kRecordErased);
  info.received_ms = in.Zigzag();
  info.person = in.Bytes();
  if ((flags & kHasChange) != 0) ReadChange(in, info);
  if ((flags & kHasAbout) != 0) info.change = in.Varint();
  if ((flags & kHasRecord) != 0) {
    info.record = in.Name<RecordId>();
    info.previous = in.Varint();
  }
  RETURN_IF_ERROR(FinishReading(in, "entry info"));
  return info;
}

std::vector<ChainLink> LinksIn(const LinkBlock& block, std::uint64_t number) {
  std::vector<ChainLink> links;
  for (const PlacedLink& placed : block) {
    if (placed.number == number) links.push_back(placed.link);
  }
  return links;
}

void Encode(const LinkBlock& block, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Varint(block.size());
  PlacedLink before;
  for (const PlacedLink& placed : block) {
    WriteOffset(placed.number, before.number, writer);
    writer.Varint(placed.link.incarnation);
    writer.Raw(placed.link.h.view());
    WriteOffset(placed.link.seq, before.link.seq, writer);
    before = placed;
  }
}

absl::StatusOr<LinkBlock> DecodeLinks(std::string_view bytes) {
  ByteReader in(bytes);
  ReadVersion(in);
  LinkBlock block(in.Count());
  PlacedLink before;
  for (PlacedLink& placed : block) {
    placed.number = ReadOffset(in, before.number);
    placed.link.incarnation = in.Varint32();
    placed.link.h = in.Name<ChainHash>();
    placed.link.seq = ReadOffset(in, before.link.seq);
    before = placed;
  }
  RETURN_IF_ERROR(FinishReading(in, "block of chain links"));
  return block;
}

void Encode(const Device& device, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Varint(device.latest);
  writer.Varint(device.incarnations.size());
  for (const Incarnation& one : device.incarnations) {
    WriteIncarnation(one, writer);
  }
  if (device.in_gap != 0) writer.Varint(device.in_gap);
}

absl::StatusOr<Device> DecodeDevice(std::string_view name,
                                    std::string_view bytes) {
  ByteReader in(bytes);
  Device device;
  device.name = name;
  ReadVersion(in);
  device.latest = in.Varint();
  device.incarnations.resize(in.Count());
  for (Incarnation& one : device.incarnations) ReadIncarnation(in, one);
  if (in.left() > 0) {
    device.in_gap = in.Varint();
    if (device.in_gap == 0) in.Fail();
  }
  RETURN_IF_ERROR(FinishReading(in, "device"));
  return device;
}

void Encode(const FeedEntry& entry, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Byte(entry.left ? kLeft : 0);
  writer.Name(entry.record);
  if (!entry.left) writer.Name(entry.content);
}

absl::StatusOr<FeedEntry> DecodeFeedEntry(std::string_view bytes) {
  ByteReader in(bytes);
  FeedEntry entry;
  ReadVersion(in);
  entry.left = (in.Byte() & kLeft) != 0;
  entry.record = in.Name<RecordId>();
  if (!entry.left) entry.content = in.Name<ContentHash>();
  RETURN_IF_ERROR(FinishReading(in, "feed entry"));
  return entry;
}

void Encode(const BucketDigest& digest, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Raw(DigestBytes(digest.sum));
  writer.Varint(digest.records);
}

absl::StatusOr<BucketDigest> DecodeBucketDigest(std::string_view bytes) {
  ByteReader in(bytes);
  BucketDigest digest;
  ReadVersion(in);
  digest.sum = DigestFromBytes(in.Raw(16)).value_or(0);
  digest.records = in.Varint();
  RETURN_IF_ERROR(FinishReading(in, "digest of a bucket"));
  return digest;
}

void Encode(const Held& held, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Byte(static_cast<std::uint8_t>(held.reason));
  writer.Raw(held.record.view());
}

absl::StatusOr<Held> DecodeHeld(std::string_view bytes) {
  ByteReader in(bytes);
  Held held;
  ReadVersion(in);
  held.reason = ReadNumbered(in, kLastReason);
  held.record = in.Name<RecordId>();
  RETURN_IF_ERROR(FinishReading(in, "change in quarantine"));
  return held;
}

void Encode(const Head& head, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Varint(head.seq);
  writer.Zigzag(head.received_ms);
  writer.Varint(head.administrative);
}

absl::StatusOr<Head> DecodeHead(std::string_view bytes) {
  ByteReader in(bytes);
  Head head;
  ReadVersion(in);
  head.seq = in.Varint();
  head.received_ms = in.Zigzag();
  head.administrative = in.Varint();
  RETURN_IF_ERROR(FinishReading(in, "head"));
  return head;
}

void Encode(const std::vector<Seq>& seqs, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Varint(seqs.size());
  Seq before = 0;
  for (const Seq seq : seqs) {
    writer.Varint(seq - before);
    before = seq;
  }
}

absl::StatusOr<std::vector<Seq>> DecodeSeqs(std::string_view bytes) {
  ByteReader in(bytes);
  ReadVersion(in);
  std::vector<Seq> seqs(in.Count());
  Seq before = 0;
  for (Seq& seq : seqs) {
    seq = before + in.Varint();
    before = seq;
  }
  RETURN_IF_ERROR(FinishReading(in, "list of seqs"));
  return seqs;
}

void EncodeCounter(std::int64_t count, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kStateVersion);
  writer.Zigzag(count);
}

absl::StatusOr<std::int64_t> DecodeCounter(std::string_view bytes) {
  ByteReader in(bytes);
  ReadVersion(in);
  const std::int64_t count = in.Zigzag();
  RETURN_IF_ERROR(FinishReading(in, "counter"));
  return count;
}

}  // namespace chasqui::storage
