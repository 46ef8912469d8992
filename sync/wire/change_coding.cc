// change    := raw:flag (bytes [salted:flag [head ops]] | head ops)
//                                               salted follows bytes that could
//                                               be a salt: 0x02 and 12 bytes
// head      := creates:flag form person clock positions record
// form      := same:flag [number]               as the change before; before
// the
//                                               first, as the conversation
// person    := same:flag [text]                 likewise
// clock     := number boot                      wall_ms less the one before; of
//                                               the first, the conversation's
//                                               less it
// boot      := has:flag [same:flag [8 bytes] number]
//                                               mono_ms less wall_ms, less the
//                                               same of the change before
// positions := count position*                  each as it differs from the one
//                                               before, the first from the
//                                               first of the change before
// position  := same:flag [8 bytes] number       its log, its seq
// record    := 0 | 1 back:count | 2 number | 3 id
//                                               that of the change before; of
//                                               one so many before that; by the
//                                               seq of an entry about it, less
//                                               the last such; by its id
// ops       := (step op)* step                  the last step is the end
// op        := [base:number] rest               less the one of the op before;
//                                               if there are several positions
// rest      := kSet [row] value |              a row if the step moves
//            | kSetStatus from:3 to:3
//            | kAddRow row row number           its id, its parent, its repeat
//            | kDeleteRow row | kRestore row | nothing

#include "sync/wire/change_coding.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "sync/wire/number_coding.h"
#include "sync/wire/salt_coding.h"
#include "sync/wire/text_coding.h"
#include "sync/wire/value_coding.h"

namespace chasqui::wire {
namespace {

// What each part of a head is predicted by.
enum HeadPart : std::uint32_t {
  kRawPart = 0x100,
  kCreatesPart,
  kFormPart,
  kPersonPart,
  kWallPart,
  kBootPart,
  kMonoPart,
  kPositionsPart,
  kPositionPart,
  kRecordPart,
  kBasePart,
  kStatusPart,
  kRowPart,
  kRepeatPart,
};

// Records before these go by their seq or id again.
constexpr std::size_t kRecordsBackMax = 255;

Contexts Head(std::uint32_t part, std::uint32_t more = 0) {
  return Contexts(SymbolKind::kHead, {Mix(part, more)});
}

std::int64_t Minus(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::int64_t>(a - b);
}
std::int64_t Minus(std::int64_t a, std::int64_t b) {
  return Minus(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b));
}
std::int64_t Add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) +
                                   static_cast<std::uint64_t>(b));
}

}  // namespace

ChangeCoding::ChangeCoding(EntropyCoder& coder,
                           const Conversation& conversation,
                           const RecordNames& names)
    : coder_(coder), conversation_(conversation), names_(names) {
  before_.form = conversation.form;
  before_.person = conversation.person;
  before_.clock = conversation.clock;
  before_.positions = {{conversation.log, 0}};
  // Who makes a record mostly goes on with it.
  memory_.Note(kAssigneeField, Value::Text(conversation.person));
}

// The salt goes before its change, in the guise of one that cannot be read: so
// those without one, which are nearly all, say nothing about it.
void ChangeCoding::Code(std::string& bytes) {
  absl::StatusOr<Change> change = Change();
  if (!coder_.reading()) change = DecodeChange(bytes);
  std::string salt = change.ok() ? std::exchange(change->salt, {}) : "";
  bool raw = !change.ok() || !salt.empty();
  bool readable = change.ok();
  coder_.Flag(Head(kRawPart), raw);
  if (raw) {
    std::string guise = readable ? kSaltMark + salt : bytes;
    CodeBytes(coder_, kRawPart, kDecodedBytesMax, memory_, guise);
    readable = coder_.ok() &&
               CodeSalted(coder_, Mix(kRawPart, 1), guise, readable, salt);
    if (coder_.reading()) bytes = std::move(guise);
  } else {
    readable = true;
  }
  if (readable) {
    CodeChange(*change);
    change->salt = std::move(salt);
    if (coder_.reading() && coder_.ok()) bytes = EncodeChange(*change);
  }
  // What the rows of the batch come to: some ops are far longer as rows than
  // what was spent for them.
  if (bytes.size() > rows_left_) return coder_.Fail();
  rows_left_ -= bytes.size();
}

void ChangeCoding::CodeChange(Change& change) {
  CodeHead(change);
  if (coder_.ok()) CodeOps(change);
  before_ = std::move(change);
  if (!coder_.reading()) before_.ops.clear();
  change = before_;
  before_.ops.clear();
}

void ChangeCoding::CodeHead(Change& change) {
  // What a row's head takes, at least.
  constexpr std::size_t kBytesMin = 32;
  if (!memory_.Spend(kBytesMin)) return coder_.Fail();
  coder_.Flag(Head(kCreatesPart, before_.creates ? 1 : 0), change.creates);
  bool same = change.form == before_.form;
  coder_.Flag(Head(kFormPart), same);
  if (same) {
    change.form = before_.form;
  } else {
    std::size_t form = change.form;
    CodeCount(coder_, kFormPart, 0xffff'ffff, form);
    change.form = static_cast<std::uint32_t>(form);
  }
  CodePerson(change.person);
  CodeClock(change.clock);
  CodePositions(change.positions);
  CodeRecord(change.creates, change.record);
}

void ChangeCoding::CodePerson(std::string& person) {
  bool same = person == before_.person;
  coder_.Flag(Head(kPersonPart), same);
  if (same) {
    person = before_.person;
  } else {
    CodeText(coder_, kPersonPart, kPersonBytesMax, memory_, person);
  }
}

void ChangeCoding::CodeClock(EditClock& clock) {
  const EditClock& before = before_.clock;
  const bool first = records_.empty();
  std::int64_t wall = Minus(clock.wall_ms, before.wall_ms);
  CodeNumber(coder_, {Mix(kWallPart, first ? 1 : 0)}, wall);
  clock.wall_ms = Add(before.wall_ms, wall);
  bool has_boot = clock.boot != 0;
  coder_.Flag(Head(kBootPart, before.boot == 0 ? 0 : 1), has_boot);
  if (!has_boot) return;
  bool same = clock.boot == before.boot;
  coder_.Flag(Head(kBootPart, 2), same);
  if (same) {
    clock.boot = before.boot;
  } else {
    coder_.Plain(64, clock.boot);
  }
  if (clock.boot == 0) coder_.Fail();
  const std::int64_t offset = Minus(before.mono_ms, before.wall_ms);
  std::int64_t mono = Minus(Minus(clock.mono_ms, clock.wall_ms), offset);
  CodeNumber(coder_, {Mix(kMonoPart, same ? 1 : 0)}, mono);
  clock.mono_ms = Add(Add(mono, offset), clock.wall_ms);
}

void ChangeCoding::CodePosition(const Position& before, Position& position) {
  bool same = position.log == before.log;
  coder_.Flag(Head(kPositionPart), same);
  if (same) {
    position.log = before.log;
  } else {
    auto log = static_cast<std::uint64_t>(position.log);
    coder_.Plain(64, log);
    position.log = static_cast<LogName>(log);
  }
  std::int64_t seq = Minus(position.seq, before.seq);
  CodeNumber(coder_, {Mix(kPositionPart, records_.empty() ? 1 : 2)}, seq);
  position.seq = before.seq + static_cast<Seq>(seq);
}

void ChangeCoding::CodePositions(std::vector<Position>& positions) {
  std::size_t count = positions.size();
  CodeCount(coder_, kPositionsPart, kChangePositionsMax, count);
  if (count == 0) coder_.Fail();
  if (!coder_.ok()) return;
  positions.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    CodePosition(i == 0 ? before_.positions[0] : positions[i - 1],
                 positions[i]);
  }
}

void ChangeCoding::CodeSeqName(RecordId& record, Seq& seq) {
  std::int64_t step = Minus(seq, named_);
  CodeNumber(coder_, {Mix(kRecordPart, 2)}, step);
  seq = named_ + static_cast<Seq>(step);
  named_ = seq;
  if (!coder_.reading()) return;
  const std::optional<RecordId> known = names_.RecordAt(seq);
  if (!known.has_value()) return coder_.Fail();
  record = *known;
}

void ChangeCoding::CodeRecord(bool creates, RecordId& record) {
  std::size_t back = 0;
  Seq seq = 0;
  std::uint32_t how = 3;
  if (!coder_.reading()) {
    const auto limit =
        records_.rbegin() +
        static_cast<std::ptrdiff_t>(std::min(records_.size(), kRecordsBackMax));
    back = static_cast<std::size_t>(
        std::find(records_.rbegin(), limit, record) - records_.rbegin());
    if (!records_.empty() && back == 0) {
      how = 0;
    } else if (back < std::min(records_.size(), kRecordsBackMax)) {
      how = 1;
    } else if (const auto known = names_.SeqOf(record); known.has_value()) {
      how = 2;
      seq = *known;
    }
  }
  coder_.Symbol(Head(kRecordPart, creates ? 3 : 4), 2, how);
  switch (how) {
    case 0:
    case 1:
      if (how == 0) back = 0;
      if (how == 1) CodeCount(coder_, kRecordPart, kRecordsBackMax, back);
      if (back >= records_.size()) return coder_.Fail();
      record = records_[records_.size() - 1 - back];
      break;
    case 2:
      CodeSeqName(record, seq);
      break;
    default:
      ids_.Code(coder_, record);
  }
  if (record.empty()) coder_.Fail();
  records_.push_back(record);
}

void ChangeCoding::CodeBase(std::size_t positions, std::uint32_t before,
                            std::uint32_t& base) {
  if (positions == 1) {
    base = 0;
    return;
  }
  std::int64_t step = std::int64_t{base} - before;
  CodeNumber(coder_, {Mix(kBasePart, 0)}, step);
  const std::int64_t index = step + before;
  if (index < 0 || index >= static_cast<std::int64_t>(positions)) {
    return coder_.Fail();
  }
  base = static_cast<std::uint32_t>(index);
}

void ChangeCoding::CodeOps(Change& change) {
  const Layout& layout = conversation_.LayoutOf(change.form);
  memory_.BeginRecord();
  rows_.BeginRecord();
  steps_.Begin(change.creates ? 1 : 2);
  std::size_t done = 0;
  while (coder_.ok()) {
    if (coder_.reading()) change.ops.emplace_back();
    Step step;
    if (done < change.ops.size() && !coder_.reading()) {
      const Op& op = change.ops[done];
      step.kind = static_cast<std::uint32_t>(op.kind);
      if (op.kind == OpKind::kSet) {
        step.field = op.at.field;
        step.choice = op.at.choice;
        step.moves = op.at.row != rows_.current();
      }
    }
    steps_.Code(coder_, layout, step);
    if (step.kind == 0) {
      if (coder_.reading()) change.ops.pop_back();
      return;
    }
    if (done == kChangeOpsMax || !memory_.Spend(2)) return coder_.Fail();
    Op& op = change.ops[done];
    op.kind = static_cast<OpKind>(step.kind);
    op.at.field = step.field;
    op.at.choice = step.choice;
    CodeBase(change.positions.size(), done == 0 ? 0 : change.ops[done - 1].base,
             op.base);
    if (coder_.ok()) CodeOp(layout, change, step.moves, op);
    ++done;
  }
}

void ChangeCoding::CodeOp(const Layout& layout, const Change& change,
                          bool moves, Op& op) {
  switch (op.kind) {
    case OpKind::kSet:
      if (moves) {
        rows_.CodeRow(coder_, kRowPart, op.at.row);
      } else {
        op.at.row = rows_.current();
      }
      CodeValue(coder_, layout,
                {op.at.field, op.at.choice, change.clock.wall_ms}, memory_,
                op.value);
      if (op.at.choice == 0) memory_.Note(op.at.field, op.value);
      return;
    case OpKind::kSetStatus: {
      auto from = static_cast<std::uint32_t>(op.from);
      auto to = static_cast<std::uint32_t>(op.to);
      coder_.Symbol(Head(kStatusPart, change.creates ? 1 : 0), 3, from);
      coder_.Symbol(Head(kStatusPart, 2 + from), 3, to);
      op.from = static_cast<RecordStatus>(from);
      op.to = static_cast<RecordStatus>(to);
      if (op.from > RecordStatus::kReturned ||
          op.to > RecordStatus::kReturned) {
        coder_.Fail();
      }
      return;
    }
    case OpKind::kAddRow: {
      rows_.CodeParent(coder_, kRowPart, op.parent);
      rows_.CodeRow(coder_, Mix(kRowPart, 1), op.at.row);
      std::size_t repeat = op.repeat;
      CodeCount(coder_, kRepeatPart, 0xffff'ffff, repeat);
      op.repeat = static_cast<std::uint32_t>(repeat);
      return;
    }
    case OpKind::kDeleteRow:
    case OpKind::kRestore:
      rows_.CodeRow(coder_, Mix(kRowPart, 2), op.at.row);
      return;
    case OpKind::kDelete:
    case OpKind::kReview:
      return;
  }
  coder_.Fail();
}

}  // namespace chasqui::wire
