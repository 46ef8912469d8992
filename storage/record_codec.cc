// record   := (1:u8 | 2:u8 erased) holder form created last_change rows review
// decided
//             submitted:zigzag count mark* count member*
// row      := 1:u8 holder parent:16 repeat
//
// holder   := flags:u8 base latest:offset came_back
//             count delete* count field*
//             flags: 1 gone. base: the seq of its first live write, or 0;
//             offsets are zigzags of the difference to it.
// delete   := seq:offset base
// field    := head [choice] [count shown] write+
//             head: the field's number less that of the field before it, times
//             four; plus 1 if a choice's number follows, plus 2 if there is not
//             exactly one write
// write    := seq:offset kind:u8 [payload:bytes]
//             kind: plus 128 if a payload follows
// mark     := kind:u8 seq:offset address address
// address  := flags:u8 [row:16] field choice         flags: 1 a row follows
// member   := kind:u8 name:bytes entered left
//
// What has no type is a varint. Nearly all fields of a record are written by
// the change that made it and hold one short value: four bytes and the answer.

#include "storage/record_codec.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "storage/packing.h"
#include "sync/base/status_macros.h"

namespace chasqui::storage {
namespace {

constexpr std::uint8_t kRecordVersion = 1;
constexpr std::uint8_t kErasedVersion = 2;
constexpr std::uint8_t kGone = 1;
constexpr std::uint8_t kHasRow = 1;
constexpr std::uint64_t kHasChoice = 1;
constexpr std::uint64_t kSeveral = 2;
constexpr std::uint8_t kHasPayload = 0x80;

Seq BaseOf(const Holder& holder) {
  if (holder.fields.empty() || holder.fields.front().live.empty()) return 0;
  return holder.fields.front().live.front().seq;
}

void WriteLive(const LiveWrite& write, Seq base, ByteWriter& out) {
  WriteOffset(write.seq, base, out);
  const auto kind = static_cast<std::uint8_t>(write.value.kind);
  if (write.value.payload.empty()) {
    out.Byte(kind);
  } else {
    out.Byte(kind | kHasPayload);
    out.Bytes(write.value.payload);
  }
}

void ReadLive(ByteReader& in, Seq base, LiveWrite& write) {
  write.seq = ReadOffset(in, base);
  const std::uint8_t kind = in.Byte();
  write.value.kind = static_cast<ValueKind>(kind & ~kHasPayload);
  if ((kind & kHasPayload) != 0) write.value.payload = in.Bytes();
}

void WriteField(const FieldState& field, std::uint32_t before, Seq base,
                ByteWriter& out) {
  const bool several = field.live.size() != 1 || field.shown != 0;
  const std::uint32_t step = field.field - before;
  out.Varint((std::uint64_t{step} << 2) | (several ? kSeveral : 0) |
             (field.choice != 0 ? kHasChoice : 0));
  if (field.choice != 0) out.Varint(field.choice);
  if (several) {
    out.Varint(field.live.size());
    out.Byte(field.shown);
  }
  for (const LiveWrite& write : field.live) WriteLive(write, base, out);
}

void ReadField(ByteReader& in, std::uint32_t before, Seq base,
               FieldState& field) {
  const std::uint64_t head = in.Varint();
  if ((head >> 34) != 0) in.Fail();
  field.field = before + static_cast<std::uint32_t>(head >> 2);
  if ((head & kHasChoice) != 0) field.choice = in.Varint32();
  std::size_t count = 1;
  if ((head & kSeveral) != 0) {
    count = in.Count();
    field.shown = in.Byte();
    // A field shows one of its live writes; readers rely on it.
    if (field.shown >= count) in.Fail();
  }
  if (!in.ok()) return;
  field.live.resize(count);
  for (LiveWrite& write : field.live) ReadLive(in, base, write);
}

void WriteHolder(const Holder& holder, ByteWriter& out) {
  const Seq base = BaseOf(holder);
  out.Byte(holder.gone ? kGone : 0);
  out.Varint(base);
  WriteOffset(holder.latest, base, out);
  out.Varint(holder.came_back);
  out.Varint(holder.deletes.size());
  for (const LiveDelete& one : holder.deletes) {
    WriteOffset(one.seq, base, out);
    out.Varint(one.base);
  }
  out.Varint(holder.fields.size());
  std::uint32_t before = 0;
  for (const FieldState& field : holder.fields) {
    WriteField(field, before, base, out);
    before = field.field;
  }
}

void ReadHolder(ByteReader& in, Holder& holder) {
  holder.gone = (in.Byte() & kGone) != 0;
  const Seq base = in.Varint();
  holder.latest = ReadOffset(in, base);
  holder.came_back = in.Varint();
  holder.deletes.resize(in.Count());
  for (LiveDelete& one : holder.deletes) {
    one.seq = ReadOffset(in, base);
    one.base = in.Varint();
  }
  const std::size_t count = in.Count();
  holder.fields.reserve(count);
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    FieldState& field = holder.fields.emplace_back();
    ReadField(in, before, base, field);
    before = field.field;
  }
}

void WriteMark(const Mark& mark, Seq base, ByteWriter& out) {
  out.Byte(static_cast<std::uint8_t>(mark.kind));
  WriteOffset(mark.seq, base, out);
  WriteAddress(mark.a, out);
  WriteAddress(mark.b, out);
}

void ReadMark(ByteReader& in, Seq base, Mark& mark) {
  mark.kind = ReadNumbered(in, MarkKind::kUndeleted);
  mark.seq = ReadOffset(in, base);
  ReadAddress(in, mark.a);
  ReadAddress(in, mark.b);
}

void WriteMembership(const Membership& membership, ByteWriter& out) {
  out.Byte(static_cast<std::uint8_t>(membership.bucket.kind));
  out.Bytes(membership.bucket.name);
  out.Varint(membership.entered);
  out.Varint(membership.left);
}

void ReadMembership(ByteReader& in, Membership& membership) {
  membership.bucket.kind = ReadNumbered(in, BucketKind::kPerson);
  membership.bucket.name = in.Bytes();
  membership.entered = in.Varint();
  membership.left = in.Varint();
}

}  // namespace

void WriteAddress(const FieldAddress& address, ByteWriter& out) {
  out.Byte(address.row.empty() ? 0 : kHasRow);
  if (!address.row.empty()) out.Raw(address.row.view());
  out.Varint(address.field);
  out.Varint(address.choice);
}

void ReadAddress(ByteReader& in, FieldAddress& address) {
  if ((in.Byte() & kHasRow) != 0) address.row = in.Name<RowId>();
  address.field = in.Varint32();
  address.choice = in.Varint32();
}

void EncodeRecord(const Record& record, std::string& out) {
  ByteWriter writer(out);
  const Seq base = BaseOf(record);
  writer.Byte(record.erased == 0 ? kRecordVersion : kErasedVersion);
  if (record.erased != 0) writer.Varint(record.erased);
  WriteHolder(record, writer);
  writer.Varint(record.form);
  writer.Varint(record.created);
  writer.Varint(record.last_change);
  writer.Varint(record.rows);
  writer.Varint(record.review_conflicts);
  writer.Varint(record.decided_conflicts);
  writer.Zigzag(record.submitted_ms);
  writer.Varint(record.marks.size());
  for (const Mark& mark : record.marks) WriteMark(mark, base, writer);
  writer.Varint(record.memberships.size());
  for (const Membership& one : record.memberships) WriteMembership(one, writer);
}

absl::StatusOr<Record> DecodeRecord(const RecordId& id,
                                    std::string_view bytes) {
  ByteReader in(bytes);
  Record record;
  record.id = id;
  const std::uint8_t version = in.Byte();
  if (version == kErasedVersion) record.erased = in.Varint();
  if (version != kRecordVersion && record.erased == 0) in.Fail();
  ReadHolder(in, record);
  const Seq base = BaseOf(record);
  record.form = in.Varint32();
  record.created = in.Varint();
  record.last_change = in.Varint();
  record.rows = in.Varint32();
  record.review_conflicts = in.Varint32();
  record.decided_conflicts = in.Varint32();
  record.submitted_ms = in.Zigzag();
  record.marks.resize(in.Count());
  for (Mark& mark : record.marks) ReadMark(in, base, mark);
  record.memberships.resize(in.Count());
  for (Membership& one : record.memberships) ReadMembership(in, one);
  RETURN_IF_ERROR(FinishReading(in, "record"));
  return record;
}

void EncodeRow(const Row& row, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kRecordVersion);
  WriteHolder(row, writer);
  writer.Raw(row.parent.view());
  writer.Varint(row.repeat);
}

absl::StatusOr<Row> DecodeRow(const RowId& id, std::string_view bytes) {
  ByteReader in(bytes);
  Row row;
  row.id = id;
  if (in.Byte() != kRecordVersion) in.Fail();
  ReadHolder(in, row);
  row.parent = in.Name<RowId>();
  row.repeat = in.Varint32();
  RETURN_IF_ERROR(FinishReading(in, "row"));
  return row;
}

}  // namespace chasqui::storage
