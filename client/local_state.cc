// state   := version person:bytes number:varint h:16 cursor:bytes log:8
//            durable forms:varint flags last_bucket:varint
//            n:varint n*bucket                      flags: bit 0: orphan
//            n:varint n*started                     from version 3 on
// bucket  := kind:byte name:bytes id:varint generation:varint sweep:byte
//            complete:position agreed:position      agreed: not in version 1
// started := kind:byte name:bytes at:position chunks:varint cursor:bytes
// change  := version number:varint before:16 h:16 bytes accepted:position
//            told:byte [lo at-lo hi-lo: zigzag] outcome
// outcome := kind:byte reason:byte rejected:byte n:varint n*field
// field   := row:16 field:varint choice:varint kind:byte policy:byte
//            by:varint flags:byte                   bits: uncertain, history
// record  := see stored_record.cc
// lineage := n:varint n*position
// statistics := form:varint position rest: as they came
// position := log:8 seq:varint

#include "client/local_state.h"

#include <utility>

#include "absl/status/status.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::client {
namespace {

constexpr std::uint8_t kVersion = 1;
// Of a change.
constexpr std::uint8_t kTold = 1;
constexpr std::uint8_t kReleased = 2;
constexpr std::uint8_t kStateVersion = 3;

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(
      StrCat("device store: ", what, " is damaged or of a later version"));
}

void Write(const Position& position, ByteWriter& out) {
  out.Fixed64(static_cast<std::uint64_t>(position.log));
  out.Varint(position.seq);
}

Position ReadPosition(ByteReader& in) {
  const auto log = static_cast<LogName>(in.Fixed64());
  return {log, in.Varint()};
}

bool ReadFlag(ByteReader& in) {
  const std::uint8_t flag = in.Byte();
  if (flag > 1) in.Fail();
  return flag == 1;
}

template <typename Enum>
Enum ReadEnum(Enum last, ByteReader& in) {
  const std::uint8_t value = in.Byte();
  if (value > static_cast<std::uint8_t>(last)) in.Fail();
  return static_cast<Enum>(value);
}

void Write(const Outcome& outcome, ByteWriter& out) {
  out.Byte(static_cast<std::uint8_t>(outcome.kind));
  out.Byte(static_cast<std::uint8_t>(outcome.reason));
  out.Byte(outcome.rejected ? 1 : 0);
  out.Varint(outcome.fields.size());
  for (const FieldOutcome& field : outcome.fields) {
    out.Name(field.at.row);
    out.Varint(field.at.field);
    out.Varint(field.at.choice);
    out.Byte(static_cast<std::uint8_t>(field.kind));
    out.Byte(static_cast<std::uint8_t>(field.policy));
    out.Varint(field.by);
    out.Byte(static_cast<std::uint8_t>((field.uncertain ? 1 : 0) |
                                       (field.history ? 2 : 0)));
  }
}

void Write(const Bucket& bucket, ByteWriter& out) {
  out.Byte(static_cast<std::uint8_t>(bucket.kind));
  out.Bytes(bucket.name);
}

Bucket ReadBucket(ByteReader& in) {
  const auto kind = ReadEnum(BucketKind::kPerson, in);
  return {kind, std::string(in.Bytes())};
}

Outcome ReadOutcome(ByteReader& in) {
  Outcome outcome;
  outcome.kind = ReadEnum(OutcomeKind::kQuarantined, in);
  outcome.reason = static_cast<QuarantineReason>(in.Byte());
  outcome.rejected = ReadFlag(in);
  const std::size_t count = in.Count(22);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    FieldOutcome field;
    field.at.row = in.Name<RowId>();
    field.at.field = in.Varint32();
    field.at.choice = in.Varint32();
    field.kind = ReadEnum(OutcomeKind::kQuarantined, in);
    field.policy = ReadEnum(Policy::kReview, in);
    field.by = in.Varint();
    const std::uint8_t flags = in.Byte();
    if (flags > 3) in.Fail();
    field.uncertain = (flags & 1) != 0;
    field.history = (flags & 2) != 0;
    outcome.fields.push_back(field);
  }
  return outcome;
}

std::string BigEndian(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((number >> shift) & 0xff));
  }
  return bytes;
}

}  // namespace

std::string SurveyPrefix(std::string_view survey) {
  std::string prefix(survey);
  prefix.push_back('\0');
  return prefix;
}

std::string RecordKey(std::string_view survey, const RecordId& id) {
  return SurveyPrefix(survey) + std::string(id.view());
}

std::string NumberKey(std::string_view survey, std::uint64_t number) {
  return SurveyPrefix(survey) + BigEndian(number);
}

std::string ChangeOfRecordKey(std::string_view survey, const RecordId& id,
                              std::uint64_t number) {
  return RecordKey(survey, id) + BigEndian(number);
}

std::uint64_t NumberOf(std::string_view key) {
  std::uint64_t number = 0;
  for (const char c : key.substr(key.size() - 8)) {
    number = (number << 8) | static_cast<std::uint8_t>(c);
  }
  return number;
}

RecordId RecordOf(std::string_view survey, std::string_view key) {
  return RecordId::FromBytes(key.substr(survey.size() + 1, RecordId::kSize))
      .value_or(RecordId{});
}

std::string EncodeState(const SurveyState& state) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kStateVersion);
  out.Bytes(state.person);
  out.Varint(state.number);
  out.Name(state.h);
  out.Bytes(state.cursor);
  out.Fixed64(static_cast<std::uint64_t>(state.log));
  Write(state.durable, out);
  out.Varint(state.forms);
  out.Byte(state.orphan ? 1 : 0);
  out.Varint(state.last_bucket_id);
  out.Varint(state.buckets.size());
  for (const FollowedBucket& followed : state.buckets) {
    Write(followed.bucket, out);
    out.Varint(followed.id);
    out.Varint(followed.generation);
    out.Byte(followed.sweep ? 1 : 0);
    Write(followed.complete, out);
    Write(followed.agreed, out);
  }
  out.Varint(state.started.size());
  for (const StartedBucket& started : state.started) {
    Write(started.bucket, out);
    Write(started.at, out);
    out.Varint(started.chunks);
    out.Bytes(started.cursor);
  }
  return bytes;
}

absl::StatusOr<SurveyState> DecodeState(std::string_view bytes) {
  ByteReader in(bytes);
  SurveyState state;
  const std::uint8_t version = in.Byte();
  if (version == 0 || version > kStateVersion) {
    return Damaged("a survey's state");
  }
  state.person = std::string(in.Bytes());
  state.number = in.Varint();
  state.h = in.Name<ChainHash>();
  state.cursor = std::string(in.Bytes());
  state.log = static_cast<LogName>(in.Fixed64());
  state.durable = ReadPosition(in);
  state.forms = in.Varint32();
  state.orphan = ReadFlag(in);
  state.last_bucket_id = in.Varint32();
  const std::size_t count = in.Count(14);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    FollowedBucket followed;
    followed.bucket = ReadBucket(in);
    followed.id = in.Varint32();
    followed.generation = in.Varint32();
    followed.sweep = ReadFlag(in);
    followed.complete = ReadPosition(in);
    if (version > 1) followed.agreed = ReadPosition(in);
    state.buckets.push_back(std::move(followed));
  }
  const std::size_t started = version > 2 ? in.Count(13) : 0;
  for (std::size_t i = 0; i < started && in.ok(); ++i) {
    StartedBucket bucket;
    bucket.bucket = ReadBucket(in);
    bucket.at = ReadPosition(in);
    bucket.chunks = in.Varint32();
    bucket.cursor = std::string(in.Bytes());
    state.started.push_back(std::move(bucket));
  }
  if (!in.done()) return Damaged("a survey's state");
  return state;
}

std::string EncodeStored(const StoredChange& change) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kVersion);
  out.Varint(change.number);
  out.Name(change.before);
  out.Name(change.h);
  out.Bytes(change.bytes);
  Write(change.accepted, out);
  out.Byte(static_cast<std::uint8_t>((change.told.has_value() ? kTold : 0) |
                                     (change.released ? kReleased : 0)));
  if (change.told.has_value()) {
    out.Zigzag(change.told->lo);
    out.Zigzag(change.told->at - change.told->lo);
    out.Zigzag(change.told->hi - change.told->lo);
  }
  Write(change.outcome, out);
  return bytes;
}

absl::StatusOr<StoredChange> DecodeStoredChange(std::string_view bytes) {
  ByteReader in(bytes);
  StoredChange change;
  if (in.Byte() != kVersion) return Damaged("a change");
  change.number = in.Varint();
  change.before = in.Name<ChainHash>();
  change.h = in.Name<ChainHash>();
  change.bytes = std::string(in.Bytes());
  change.accepted = ReadPosition(in);
  const std::uint8_t flags = in.Byte();
  if (flags > (kTold | kReleased)) in.Fail();
  change.released = (flags & kReleased) != 0;
  if ((flags & kTold) != 0) {
    TimeInterval told;
    told.lo = in.Zigzag();
    told.at = told.lo + in.Zigzag();
    told.hi = told.lo + in.Zigzag();
    change.told = told;
  }
  change.outcome = ReadOutcome(in);
  if (!in.done()) return Damaged("a change");
  return change;
}

std::string EncodeStatistics(const HeldStatistics& statistics) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Varint(statistics.form);
  Write(statistics.trained, out);
  out.Raw(statistics.spelled);
  return bytes;
}

absl::StatusOr<HeldStatistics> DecodeStatistics(std::string_view bytes) {
  ByteReader in(bytes);
  HeldStatistics statistics;
  statistics.form = in.Varint32();
  statistics.trained = ReadPosition(in);
  statistics.spelled = std::string(in.Raw(in.left()));
  if (!in.done()) return Damaged("the statistics of a form");
  return statistics;
}

std::string EncodeLineage(const Lineage& lineage) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Varint(lineage.size());
  for (const LogEpoch& epoch : lineage) Write({epoch.name, epoch.begins}, out);
  return bytes;
}

absl::StatusOr<Lineage> DecodeLineage(std::string_view bytes) {
  ByteReader in(bytes);
  Lineage lineage;
  const std::size_t count = in.Count(9);
  for (std::size_t i = 0; i < count; ++i) {
    const Position position = ReadPosition(in);
    lineage.push_back({position.log, position.seq});
  }
  if (!in.done()) return Damaged("a lineage");
  return lineage;
}

}  // namespace chasqui::client
