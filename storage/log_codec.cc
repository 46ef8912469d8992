// entry     := 1:u8 kind:u8 received:zigzag body
// body      := change | decision | erasure | message
// change    := flags:u8 device:bytes, number before:16 h:16
//              count seq* [exchange] [interval] [sealing:u8] bytes:rest
//              flags: 1 orphan, 2 by a register, 4 an exchange follows,
//              8 a time told before follows, 16 sealed,
//              32 locked, 64 of another person, 128 sealing follows
// sealing   := SealedPart, plus 4 if oversized, 8 if of a wrong type
// exchange  := boot mono:zigzag wall:zigzag round_trip:zigzag
// decision  := seq of the change, person:bytes     (released, rejected)
// erasure   := record:16 person:bytes [form]
// message   := chasqui.storage.v1, whichever the kind says: seldom written, so
//              easily extended
//
// What has no type is a varint, an interval as in state_codec.cc. The first
// byte is the layout's version.

#include "storage/log_codec.h"

#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "storage/admin_codec.h"
#include "storage/packing.h"
#include "storage/state_codec.h"
#include "sync/base/status_macros.h"

namespace chasqui::storage {
namespace {

constexpr std::uint8_t kLogVersion = 1;
constexpr std::uint8_t kOrphan = 1;
constexpr std::uint8_t kByRegister = 2;
constexpr std::uint8_t kHasExchange = 4;
constexpr std::uint8_t kHasTold = 8;
constexpr std::uint8_t kSealed = 16;
constexpr std::uint8_t kLocked = 32;
constexpr std::uint8_t kOtherPerson = 64;
constexpr std::uint8_t kHasSealing = 128;
constexpr std::uint8_t kSealedPartBits = 3;
constexpr std::uint8_t kOversized = 4;
constexpr std::uint8_t kWrongType = 8;

void WriteChange(const ChangeReceived& change, std::int64_t received_ms,
                 ByteWriter& out) {
  const bool has_exchange = change.exchange != Exchange{};
  out.Byte(
      (change.orphan ? kOrphan : 0) | (change.by_register ? kByRegister : 0) |
      (has_exchange ? kHasExchange : 0) |
      (change.told.has_value() ? kHasTold : 0) | (change.sealed ? kSealed : 0) |
      (change.locked ? kLocked : 0) | (change.other_person ? kOtherPerson : 0) |
      (change.sealing.part != SealedPart::kNothing ? kHasSealing : 0));
  out.Bytes(change.device);
  out.Varint(change.number);
  out.Raw(change.before.view());
  out.Raw(change.h.view());
  out.Varint(change.counts.size());
  for (const Seq seq : change.counts) out.Varint(seq);
  if (has_exchange) {
    out.Varint(change.exchange.boot);
    out.Zigzag(change.exchange.mono_ms);
    out.Zigzag(change.exchange.wall_ms);
    out.Zigzag(change.exchange.round_trip_ms);
  }
  if (change.told.has_value()) WriteInterval(*change.told, received_ms, out);
  if (change.sealing.part != SealedPart::kNothing) {
    out.Byte(static_cast<std::uint8_t>(change.sealing.part) |
             (change.sealing.oversized ? kOversized : 0) |
             (change.sealing.wrong_type ? kWrongType : 0));
  }
  out.Raw(change.bytes);
}

void ReadSealing(ByteReader& in, ChangeReceived& change) {
  const std::uint8_t sealing = in.Byte();
  const std::uint8_t part = sealing & kSealedPartBits;
  if (part == 0 || part > static_cast<std::uint8_t>(SealedPart::kAll) ||
      (sealing & ~(kSealedPartBits | kOversized | kWrongType)) != 0) {
    in.Fail();
  }
  change.sealing.part = static_cast<SealedPart>(part);
  change.sealing.oversized = (sealing & kOversized) != 0;
  change.sealing.wrong_type = (sealing & kWrongType) != 0;
}

ChangeReceived ReadChange(ByteReader& in, std::int64_t received_ms) {
  ChangeReceived change;
  const std::uint8_t flags = in.Byte();
  change.orphan = (flags & kOrphan) != 0;
  change.by_register = (flags & kByRegister) != 0;
  change.sealed = (flags & kSealed) != 0;
  change.locked = (flags & kLocked) != 0;
  change.other_person = (flags & kOtherPerson) != 0;
  change.device = in.Bytes();
  change.number = in.Varint();
  change.before = in.Name<ChainHash>();
  change.h = in.Name<ChainHash>();
  change.counts.resize(in.Count());
  for (Seq& seq : change.counts) seq = in.Varint();
  if ((flags & kHasExchange) != 0) {
    change.exchange.boot = in.Varint();
    change.exchange.mono_ms = in.Zigzag();
    change.exchange.wall_ms = in.Zigzag();
    change.exchange.round_trip_ms = in.Zigzag();
  }
  if ((flags & kHasTold) != 0) {
    ReadInterval(in, received_ms, change.told.emplace());
  }
  if ((flags & kHasSealing) != 0) ReadSealing(in, change);
  change.bytes = in.Raw(in.left());
  return change;
}

// Writes whichever body an entry has.
struct BodyWriter {
  std::int64_t received_ms;
  ByteWriter& out;

  void operator()(const ChangeReceived& change) const {
    WriteChange(change, received_ms, out);
  }
  void operator()(const QuarantineReleased& body) const {
    WriteDecision(body.change, body.person);
  }
  void operator()(const QuarantineRejected& body) const {
    WriteDecision(body.change, body.person);
  }
  void operator()(const RecordErased& body) const {
    out.Name(body.record);
    out.Bytes(body.person);
    // Nothing in the logs of before it was there.
    if (body.form != 0) out.Varint(body.form);
  }
  template <typename Administrative>
  void operator()(const Administrative& body) const {
    out.Raw(EncodeAdministrative(body));
  }

  void WriteDecision(Seq change, std::string_view person) const {
    out.Varint(change);
    out.Bytes(person);
  }
};

template <typename Decision>
Decision ReadDecision(ByteReader& in) {
  Decision decision;
  decision.change = in.Varint();
  decision.person = in.Bytes();
  return decision;
}

template <typename Body>
absl::Status ReadAdministrative(ByteReader& in, LogEntry& entry) {
  ASSIGN_OR_RETURN(entry.body, DecodeAdministrative<Body>(in.Raw(in.left())));
  return absl::OkStatus();
}

absl::Status ReadBody(ByteReader& in, EntryKind kind, LogEntry& entry) {
  switch (kind) {
    case EntryKind::kSurveyCreated:
      return ReadAdministrative<SurveyCreated>(in, entry);
    case EntryKind::kLogOpened:
      return ReadAdministrative<LogOpened>(in, entry);
    case EntryKind::kConfigChanged:
      return ReadAdministrative<ConfigChanged>(in, entry);
    case EntryKind::kFormPublished:
      return ReadAdministrative<FormPublished>(in, entry);
    case EntryKind::kChangeReceived:
      entry.body = ReadChange(in, entry.received_ms);
      return absl::OkStatus();
    case EntryKind::kQuarantineReleased:
      entry.body = ReadDecision<QuarantineReleased>(in);
      return absl::OkStatus();
    case EntryKind::kQuarantineRejected:
      entry.body = ReadDecision<QuarantineRejected>(in);
      return absl::OkStatus();
    case EntryKind::kRecordErased: {
      RecordErased erased;
      erased.record = in.Name<RecordId>();
      erased.person = in.Bytes();
      if (in.left() > 0) erased.form = in.Varint32();
      entry.body = std::move(erased);
      return absl::OkStatus();
    }
  }
  in.Fail();
  return absl::OkStatus();
}

}  // namespace

void EncodeLogEntry(const LogEntry& entry, std::string& out) {
  ByteWriter writer(out);
  writer.Byte(kLogVersion);
  writer.Byte(static_cast<std::uint8_t>(KindOf(entry)));
  writer.Zigzag(entry.received_ms);
  std::visit(BodyWriter{entry.received_ms, writer}, entry.body);
}

absl::StatusOr<LogEntry> DecodeLogEntry(Seq seq, std::string_view bytes) {
  ByteReader in(bytes);
  LogEntry entry;
  entry.seq = seq;
  if (in.Byte() != kLogVersion) in.Fail();
  const auto kind = static_cast<EntryKind>(in.Byte());
  entry.received_ms = in.Zigzag();
  if (in.ok()) RETURN_IF_ERROR(ReadBody(in, kind, entry));
  RETURN_IF_ERROR(FinishReading(in, "log entry"));
  return entry;
}

}  // namespace chasqui::storage
