#include "tests/simulation/oracle.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "sync/base/check.h"

namespace chasqui::testing {
namespace {

constexpr std::size_t kStayLive = 4;  // rules 5

}  // namespace

void Oracle::Take(const LogEntry& entry, const TimeInterval& time) {
  CHECK(entry.seq == head_ + 1);
  head_ = entry.seq;
  received_[entry.seq] = entry.received_ms;
  if (const auto* created = std::get_if<SurveyCreated>(&entry.body)) {
    TakeConfig(created->config);
  } else if (const auto* opened = std::get_if<LogOpened>(&entry.body)) {
    log_name_ = opened->name;
  } else if (const auto* config = std::get_if<ConfigChanged>(&entry.body)) {
    TakeConfig(config->config);
  } else if (const auto* form = std::get_if<FormPublished>(&entry.body)) {
    TakeForm(form->form);
  } else if (const auto* received = std::get_if<ChangeReceived>(&entry.body)) {
    TakeChange(entry, *received, time);
  } else if (const auto* rel = std::get_if<QuarantineReleased>(&entry.body)) {
    Release(entry.seq, *rel);
  } else if (const auto* no = std::get_if<QuarantineRejected>(&entry.body)) {
    OracleChange& change = changes_.at(no->change);
    if (change.held()) change.rejected = true;
    if (std::exchange(change.in_gap, false)) Adopt(change, entry.seq);
  } else if (const auto* gone = std::get_if<RecordErased>(&entry.body)) {
    Erase(entry.seq, *gone);
  }
}

// Rules 3: the change takes its number and its place in the chain, whatever
// becomes of it.
void Oracle::TakeChange(const LogEntry& entry, const ChangeReceived& received,
                        const TimeInterval& time) {
  OracleChange& change = changes_[entry.seq];
  change.seq = entry.seq;
  change.received = received;
  change.received_ms = entry.received_ms;
  change.log_name = log_name_;
  change.time = time;
  if (auto decoded = DecodeReceived(received); decoded.ok()) {
    change.change = *std::move(decoded);
  }
  if (!received.device.empty()) TakePlace(change);
  if (change.change.has_value()) change.role = RoleOf(change);
  CheckTime(change);
  change.reason = change.in_gap ? QuarantineReason::kGap : Judge(change);
  if (change.reason == QuarantineReason::kNone) ApplyChange(entry.seq, change);
}

// Rules 6: in (server time of its highest base, received], and not before the
// change before it in its chain.
void Oracle::CheckTime(const OracleChange& change) {
  if (!change.change.has_value()) return;
  Seq highest = 0;
  for (const Seq seq : change.received.counts) {
    if (seq < change.seq) highest = std::max(highest, seq);
  }
  const std::int64_t base_ms = highest == 0 ? 0 : received_.at(highest);
  const TimeInterval& time = change.time;
  const bool inside = base_ms <= time.lo && time.lo <= time.at &&
                      time.at <= time.hi && time.hi <= change.received_ms &&
                      base_ms < time.at;
  const bool in_order = change.parent == 0 || change.in_gap ||
                        changes_.at(change.parent).time.at <= time.at;
  if (inside && in_order) return;
  complaints_.push_back("time out of bounds: seq " +
                        std::to_string(change.seq));
}

// Rules 8: it arrives late, with its author's base, place, role and time.
void Oracle::Release(Seq seq, const QuarantineReleased& release) {
  OracleChange& change = changes_.at(release.change);
  if (!change.held()) return;
  change.left_gap = std::exchange(change.in_gap, false);
  if (change.left_gap) Adopt(change, seq);
  if (!change.change.has_value()) {
    change.reason = QuarantineReason::kUnreadable;
    return;
  }
  if (release.person.empty()) {
    // What it waited for has come: it is judged as if it came now.
    change.reason = Judge(change);
    if (change.reason != QuarantineReason::kNone) return;
  } else if (IsErased(change)) {
    change.reason = QuarantineReason::kRecordErased;
    return;
  } else if (!IsPossible(change)) {
    // Even so it stays: for its record, or for a row that nobody has added.
    change.reason = records_.contains(change.change->record)
                        ? QuarantineReason::kUnknownField
                        : QuarantineReason::kAwaitsCreation;
    return;
  }
  const bool approved = change.reason == QuarantineReason::kAfterApproval;
  change.reason = QuarantineReason::kNone;
  ApplyChange(seq, change);
  if (!release.person.empty() && approved) {
    records_.at(change.change->record)
        .marks.insert({seq, OracleMarkKind::kRelease});
  }
}

void Oracle::ApplyChange(Seq seq, OracleChange& change) {
  change.applied_at = seq;
  const Change& made = *change.change;
  const bool is_new = !records_.contains(made.record);
  OracleRecord& record = records_[made.record];
  const std::set<RowId> gone_before = GoneIn(record);
  record.id = made.record;
  record.latest = seq;
  record.written = seq;
  record.form = std::max(record.form, made.form);
  if (made.creates) {
    Write({seq, change.seq, LowestOf(change), Value::Answered()},
          FieldAddress{}, record);
  }
  for (const Op& op : made.ops) ApplyOp(seq, change, op, record);
  for (const Op& op : made.ops) {
    if (!is_new) MarkPairs(seq, change, op, record);
  }
  MarkUndeleted(seq, gone_before, record);
  NoteSubmission(record);
  UpdateBuckets(seq, record);
}

void Oracle::ApplyOp(Seq seq, const OracleChange& change, const Op& op,
                     OracleRecord& record) {
  const Seq lowest = LowestOf(change);
  OracleWrite write{seq, change.seq, change.received.counts[op.base], op.value};
  FieldAddress existence;
  existence.row = op.at.row;
  switch (op.kind) {
    case OpKind::kSet:
      Write(write, op.at, record);
      break;
    case OpKind::kSetStatus:
      write.value = Value::Choice(static_cast<std::uint32_t>(op.to));
      Write(write, FieldAddress{{}, kStatusField, 0}, record);
      break;
    case OpKind::kAddRow:
      record.rows[op.at.row] = {op.parent, op.repeat};
      write.value = Value::Answered();
      Write(write, existence, record);
      break;
    case OpKind::kRestore:
      write.value = Value::Answered();
      Write(write, existence, record);
      break;
    case OpKind::kDeleteRow:
    case OpKind::kDelete:
      record.deletes[op.at.row].push_back({seq, change.seq, lowest});
      break;
    case OpKind::kReview:
      std::erase_if(record.marks, [lowest](const OracleMark& mark) {
        return mark.first <= lowest;
      });
      break;
  }
}

// Rules 4: `write` takes the place of the first it has seen; the others it has
// seen go; the rest stay live beside it.
void Oracle::Write(const OracleWrite& write, const FieldAddress& at,
                   OracleRecord& record) {
  OracleField& field = record.fields[at];
  EndDeletes(write, at.row, record);
  for (const OracleWrite& other : field.live) {
    if (!IsBefore(write.change, other.change)) continue;
    field.lost.push_back(write);  // late, and older than a live one
    const bool joins =
        write.seq == write.change || changes_.at(write.change).left_gap;
    if (joins) ForgetSeen(write, field);
    return;
  }
  std::vector<OracleWrite> after;
  bool placed = false;
  for (const OracleWrite& other : field.live) {
    if (!HasSeen(write.base, write.change, other)) {
      after.push_back(other);
      continue;
    }
    field.replaced.push_back(other);
    if (!placed) after.push_back(write);
    placed = true;
  }
  if (!placed) after.push_back(write);
  field.live = after;
  if (field.live.size() > kStayLive) {
    std::size_t least = 0;
    for (std::size_t i = 1; i < field.live.size(); ++i) {
      if (LikesLess(PolicyOf(at), field.live[i], field.live[least])) least = i;
    }
    if (PolicyOf(at) == Policy::kFirst) least = field.live.size() - 1;
    field.lost.push_back(field.live[least]);
    field.live.erase(field.live.begin() + static_cast<std::ptrdiff_t>(least));
    record.marks.insert({write.seq, OracleMarkKind::kOverflow});
  }
}

// What a late write joins to its chain has been seen by what comes after it.
void Oracle::ForgetSeen(const OracleWrite& write, OracleField& field) const {
  std::vector<OracleWrite> rest;
  for (const OracleWrite& other : field.live) {
    const bool stays = IsBefore(write.change, other.change) ||
                       !HasSeen(write.base, write.change, other);
    (stays ? rest : field.replaced).push_back(other);
  }
  field.live = rest;
}

// Rules 5: a later write in it that has seen a delete ends that delete.
void Oracle::EndDeletes(const OracleWrite& write, const RowId& row,
                        OracleRecord& record) {
  for (RowId holder = row;;) {
    std::erase_if(record.deletes[holder], [&](const OracleDelete& gone) {
      return HasSeen(write, gone);
    });
    if (holder.empty()) return;
    const auto around = record.rows.find(holder);
    holder = around == record.rows.end() ? RowId{} : around->second.parent;
  }
}

// The submission that stands: that of the shown `submitted`, kept by an
// approval.
void Oracle::NoteSubmission(OracleRecord& record) const {
  const RecordStatus status = StatusOf(record);
  if (status == RecordStatus::kApproved) return;
  record.submitted_ms = 0;
  if (status != RecordStatus::kSubmitted) return;
  const FieldAddress at{{}, kStatusField, 0};
  const OracleField& field = record.fields.at(at);
  record.submitted_ms =
      changes_.at(field.live[Shown(at, field)].change).time.at;
}

// Rules 7: it is in the bucket of its area and of its assignee, as shown.
void Oracle::UpdateBuckets(Seq seq, OracleRecord& record) {
  std::set<std::string> in;
  const std::string area = TextOf(record, kAreaField);
  const std::string assignee = TextOf(record, kAssigneeField);
  if (!area.empty()) in.insert("area/" + area);
  if (!assignee.empty()) in.insert("person/" + assignee);
  if (record.erased != 0) in.clear();
  for (auto& [name, membership] : record.buckets) {
    if (membership.left == 0 && !in.contains(name)) membership.left = seq;
  }
  for (const std::string& name : in) {
    const auto [entry, added] = record.buckets.try_emplace(name);
    OracleMembership& membership = entry->second;
    if (added || membership.left != 0) membership = {seq, 0};
  }
}

bool Oracle::WasBefore(Seq ancestor, Seq change, Seq then) const {
  for (Seq at = change; at != 0;) {
    const OracleChange& here = changes_.at(at);
    if (here.adopted > then) return false;
    at = here.parent;
    if (at == ancestor) return at != 0;
  }
  return false;
}

Seq Oracle::LowestOf(const OracleChange& change) {
  const std::vector<Seq>& counts = change.received.counts;
  return *std::min_element(counts.begin(), counts.end());
}

bool Oracle::HasSeen(Seq base, Seq change, const OracleWrite& other) const {
  if (other.change == change) return true;
  return other.seq <= base || IsBefore(other.change, change);
}

bool Oracle::HasSeen(const OracleWrite& write,
                     const OracleDelete& other) const {
  if (other.change == write.change) return true;
  return other.seq <= write.base || IsBefore(other.change, write.change);
}

}  // namespace chasqui::testing
