// change    := version flags record:16 form:varint person:bytes
//              wall:zigzag [boot:8 mono:zigzag] [salt:12] positions ops
// version   := 0x01
// flags     := bit 0: creates; bit 1: boot and mono follow; bit 2: a salt does;
//              no others
// positions := n:varint n*(log:8 seq:varint)            1 <= n; the first is
//              the change's base; none of them twice
// ops       := n:varint n*op
// op        := kind:byte [base:varint] rest             bit 7 of kind: a base
//              follows, an index into positions, not 0
// rest      := kSet        at value
//              kSetStatus  from:byte to:byte
//              kAddRow     row:16 parent:16 repeat:varint
//              kDeleteRow  row:16
//              kDelete     nothing
//              kRestore    place                        the record, or a row
//              kReview     nothing
// at        := place field:varint choice:varint
// place     := 0x00 | 0x01 row:16                       the record, or a row
// value     := kind:byte payload:bytes                  as value.h says
//
// One change has one spelling: what decodes, encodes to the same bytes.

#include "sync/change.h"

#include <sodium/crypto_generichash.h>

#include <set>
#include <utility>

#include "absl/status/status.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"
#include "sync/utf8.h"

namespace chasqui {
namespace {

constexpr std::uint8_t kChangeVersion = 1;
constexpr std::uint8_t kCreates = 1;
constexpr std::uint8_t kHasBoot = 2;
constexpr std::uint8_t kHasSalt = 4;
constexpr std::uint8_t kHasBase = 0x80;
constexpr std::uint8_t kLastStatus =
    static_cast<std::uint8_t>(RecordStatus::kReturned);

void WritePlace(const RowId& row, ByteWriter& out) {
  out.Byte(row.empty() ? 0 : 1);
  if (!row.empty()) out.Name(row);
}

RowId ReadPlace(ByteReader& in) {
  const std::uint8_t in_row = in.Byte();
  if (in_row == 0) return RowId{};
  const auto row = in.Name<RowId>();
  if (in_row != 1 || row.empty()) in.Fail();
  return row;
}

void WriteOp(const Op& op, ByteWriter& out) {
  const auto kind = static_cast<std::uint8_t>(op.kind);
  out.Byte(op.base == 0 ? kind : kind | kHasBase);
  if (op.base != 0) out.Varint(op.base);
  switch (op.kind) {
    case OpKind::kSet:
      WritePlace(op.at.row, out);
      out.Varint(op.at.field);
      out.Varint(op.at.choice);
      out.Byte(static_cast<std::uint8_t>(op.value.kind));
      out.Bytes(op.value.payload);
      break;
    case OpKind::kSetStatus:
      out.Byte(static_cast<std::uint8_t>(op.from));
      out.Byte(static_cast<std::uint8_t>(op.to));
      break;
    case OpKind::kAddRow:
      out.Name(op.at.row);
      out.Name(op.parent);
      out.Varint(op.repeat);
      break;
    case OpKind::kDeleteRow:
      out.Name(op.at.row);
      break;
    case OpKind::kRestore:
      WritePlace(op.at.row, out);
      break;
    case OpKind::kDelete:
    case OpKind::kReview:
      break;
  }
}

RecordStatus ReadStatus(ByteReader& in) {
  const std::uint8_t status = in.Byte();
  if (status > kLastStatus) in.Fail();
  return static_cast<RecordStatus>(status);
}

Op ReadOp(std::size_t positions, ByteReader& in) {
  Op op;
  const std::uint8_t kind = in.Byte();
  op.kind = static_cast<OpKind>(kind & ~kHasBase);
  if ((kind & kHasBase) != 0) {
    op.base = in.Varint32();
    if (op.base == 0 || op.base >= positions) in.Fail();
  }
  switch (op.kind) {
    case OpKind::kSet:
      op.at.row = ReadPlace(in);
      op.at.field = in.Varint32();
      op.at.choice = in.Varint32();
      op.value.kind = static_cast<ValueKind>(in.Byte());
      op.value.payload = std::string(in.Bytes());
      return op;
    case OpKind::kSetStatus:
      op.from = ReadStatus(in);
      op.to = ReadStatus(in);
      return op;
    case OpKind::kAddRow:
      op.at.row = in.Name<RowId>();
      op.parent = in.Name<RowId>();
      op.repeat = in.Varint32();
      return op;
    case OpKind::kDeleteRow:
      op.at.row = in.Name<RowId>();
      return op;
    case OpKind::kRestore:
      op.at.row = ReadPlace(in);
      return op;
    case OpKind::kDelete:
    case OpKind::kReview:
      return op;
  }
  in.Fail();
  return op;
}

absl::Status CheckOp(const Op& op) {
  const bool needs_row =
      op.kind == OpKind::kAddRow || op.kind == OpKind::kDeleteRow;
  if (needs_row && op.at.row.empty()) {
    return absl::InvalidArgumentError("a row's id is all zero");
  }
  if (op.kind == OpKind::kAddRow && op.parent == op.at.row) {
    return absl::InvalidArgumentError("a row is its own parent");
  }
  if (op.kind != OpKind::kSet) return absl::OkStatus();
  if (op.at.field == kExistenceField) {
    return absl::InvalidArgumentError("field 0 is not for answers");
  }
  return CheckValue(op.value);
}

absl::Status CheckPositions(const std::vector<Position>& positions) {
  std::set<Position> seen;
  for (const Position& position : positions) {
    if (position.log == LogName::kNone && position.seq != 0) {
      return absl::InvalidArgumentError("a base has a seq and no log name");
    }
    if (!seen.insert(position).second) {
      return absl::InvalidArgumentError("a base is listed twice");
    }
  }
  return absl::OkStatus();
}

absl::Status Truncated(std::string_view where) {
  return absl::InvalidArgumentError(
      StrCat("change is malformed or cut short in its ", where));
}

std::vector<Position> ReadPositions(ByteReader& in) {
  const std::size_t count = in.Count(9);
  if (count == 0 || count > kChangePositionsMax) in.Fail();
  std::vector<Position> positions;
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const auto log = static_cast<LogName>(in.Fixed64());
    positions.push_back({log, in.Varint()});
  }
  return positions;
}

// Everything before the positions.
absl::Status ReadHead(ByteReader& in, Change& change) {
  if (in.Byte() != kChangeVersion) {
    return absl::InvalidArgumentError("change is of no version known here");
  }
  const std::uint8_t flags = in.Byte();
  if ((flags & ~(kCreates | kHasBoot | kHasSalt)) != 0) {
    return Truncated("flags");
  }
  change.creates = (flags & kCreates) != 0;
  change.record = in.Name<RecordId>();
  change.form = in.Varint32();
  change.person = std::string(in.Bytes());
  change.clock.wall_ms = in.Zigzag();
  if ((flags & kHasBoot) != 0) {
    change.clock.boot = in.Fixed64();
    change.clock.mono_ms = in.Zigzag();
    if (change.clock.boot == 0) in.Fail();
  }
  if ((flags & kHasSalt) != 0) change.salt = in.Raw(kSaltBytes);
  if (!in.ok() || change.record.empty()) return Truncated("head");
  if (change.person.size() > kPersonBytesMax || !IsUtf8(change.person)) {
    return absl::InvalidArgumentError(StrCat("a person's name has at most ",
                                             kPersonBytesMax,
                                             " bytes, and is UTF-8"));
  }
  return absl::OkStatus();
}

ChainHash Hash(std::string_view key, std::string_view bytes) {
  ChainHash hash;
  const auto as_bytes = [](std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
  };
  CHECK(crypto_generichash(hash.bytes.data(), ChainHash::kSize, as_bytes(bytes),
                           bytes.size(), as_bytes(key), key.size()) == 0);
  return hash;
}

}  // namespace

std::string EncodeChange(const Change& change) {
  CHECK(!change.positions.empty());
  CHECK(change.salt.empty() || change.salt.size() == kSaltBytes);
  std::string bytes;
  ByteWriter out(bytes);
  const bool boot = change.clock.boot != 0;
  out.Byte(kChangeVersion);
  out.Byte(static_cast<std::uint8_t>((change.creates ? kCreates : 0) |
                                     (boot ? kHasBoot : 0) |
                                     (change.salt.empty() ? 0 : kHasSalt)));
  out.Name(change.record);
  out.Varint(change.form);
  out.Bytes(change.person);
  out.Zigzag(change.clock.wall_ms);
  if (boot) {
    out.Fixed64(change.clock.boot);
    out.Zigzag(change.clock.mono_ms);
  }
  out.Raw(change.salt);
  out.Varint(change.positions.size());
  for (const Position& position : change.positions) {
    out.Fixed64(static_cast<std::uint64_t>(position.log));
    out.Varint(position.seq);
  }
  out.Varint(change.ops.size());
  for (const Op& op : change.ops) WriteOp(op, out);
  return bytes;
}

absl::StatusOr<Change> DecodeChange(std::string_view bytes) {
  ASSIGN_OR_RETURN(Change change, DecodeSealedChange(bytes));
  for (std::size_t i = 0; i < change.ops.size(); ++i) {
    if (change.ops[i].value.kind != ValueKind::kSealed) continue;
    return absl::InvalidArgumentError(
        StrCat("write ", i + 1, ": a sealed answer is not for sending"));
  }
  return change;
}

absl::StatusOr<Change> DecodeSealedChange(std::string_view bytes) {
  ByteReader in(bytes);
  Change change;
  RETURN_IF_ERROR(ReadHead(in, change));
  change.positions = ReadPositions(in);
  if (!in.ok()) return Truncated("bases");
  RETURN_IF_ERROR(CheckPositions(change.positions));

  const std::size_t ops = in.Count();
  if (!in.ok()) return Truncated("number of writes");
  if (ops > kChangeOpsMax) {
    return absl::InvalidArgumentError(
        StrCat("change has ", ops, " writes; the limit is ", kChangeOpsMax));
  }
  change.ops.reserve(ops);
  for (std::size_t i = 0; i < ops; ++i) {
    Op op = ReadOp(change.positions.size(), in);
    if (!in.ok()) return Truncated(StrCat("write ", i + 1));
    if (const absl::Status status = CheckOp(op); !status.ok()) {
      return absl::InvalidArgumentError(
          StrCat("write ", i + 1, ": ", status.message()));
    }
    change.ops.push_back(std::move(op));
  }
  if (!in.done()) return Truncated("end: bytes are left over");
  return change;
}

ChainHash ChainStart(std::string_view survey, std::string_view device) {
  std::string names;
  ByteWriter out(names);
  out.Bytes(survey);
  out.Bytes(device);
  return Hash("chasqui chain v1", names);
}

ChainHash ChainNext(const ChainHash& before, std::string_view change_bytes) {
  return Hash(before.view(), change_bytes);
}

}  // namespace chasqui
