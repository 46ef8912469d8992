// What goes into quarantine (rules 3, 5, 7 and 8).

#include <algorithm>

#include "tests/simulation/oracle.h"

namespace chasqui::testing {
namespace {

using enum QuarantineReason;

struct Step {
  int rank;  // of the author: 3 supervisor, 2 enumerator, 1 respondent
  RecordStatus from;
  RecordStatus to;
};

// Rules 5, word for word.
constexpr Step kSteps[] = {
    {2, RecordStatus::kAssigned, RecordStatus::kDraft},
    {2, RecordStatus::kAssigned, RecordStatus::kSubmitted},
    {2, RecordStatus::kDraft, RecordStatus::kSubmitted},
    {2, RecordStatus::kReturned, RecordStatus::kDraft},
    {2, RecordStatus::kReturned, RecordStatus::kSubmitted},
    {3, RecordStatus::kSubmitted, RecordStatus::kApproved},
    {3, RecordStatus::kSubmitted, RecordStatus::kReturned},
    {3, RecordStatus::kApproved, RecordStatus::kReturned},
};

bool Supervises(const OracleChange& change) {
  return change.role == Role::kOwner || change.role == Role::kSurveyManager ||
         change.role == Role::kSupervisor;
}

bool HasAnswers(const Change& change) {
  return std::any_of(change.ops.begin(), change.ops.end(), [](const Op& op) {
    return (op.kind == OpKind::kSet && op.at.field >= kFirstFormField) ||
           op.kind == OpKind::kAddRow || op.kind == OpKind::kDeleteRow;
  });
}

bool Fills(const OracleChange& change) {
  return change.role == Role::kEnumerator || change.role == Role::kRespondent;
}

}  // namespace

// Whether the value is one of a field of that type, or of one of its choices.
bool Oracle::Suits(const Op& op, FieldType type) {
  const ValueKind kind = op.value.kind;
  if (op.at.choice != 0) {
    return kind == ValueKind::kTicked || kind == ValueKind::kUnticked;
  }
  if (!op.value.IsAnswer()) return true;
  switch (type) {
    case FieldType::kText:
      return kind == ValueKind::kText;
    case FieldType::kInteger:
      return kind == ValueKind::kInteger;
    case FieldType::kDecimal:
      return kind == ValueKind::kDecimal;
    case FieldType::kChoice:
      return kind == ValueKind::kChoice;
    case FieldType::kChoices:
      return kind == ValueKind::kAnswered;
    default:
      return true;  // not in the forms of the simulation
  }
}

QuarantineReason Oracle::Judge(const OracleChange& change) const {
  if (!change.change.has_value()) return kUnreadable;
  const Change& made = *change.change;
  if (IsErased(change)) return kRecordErased;
  if (IsFromTheFuture(change)) return kFromTheFuture;
  if (change.received.locked) return kDeviceLocked;
  if (change.received.other_person) return kOtherPerson;
  if (config_.closed && !change.received.device.empty()) return kSurveyClosed;
  // Of the survey now; the role is the one they had when it came.
  if (RoleOf(change) == Role::kNone) return kUnknownPerson;
  const bool form_known = made.form >= 1 && made.form <= forms_;
  if (!form_known && HasAnswers(made)) return kUnknownForm;
  if (!made.creates && !records_.contains(made.record)) return kAwaitsCreation;
  if (const auto reason = JudgeOps(change); reason != kNone) return reason;
  if (const auto reason = JudgeScope(change); reason != kNone) return reason;
  if (SawApproval(change)) return kAfterApproval;
  return kNone;
}

// A base under the log's present name and above its head, which nobody gave.
bool Oracle::IsFromTheFuture(const OracleChange& change) const {
  const auto& positions = change.change->positions;
  return std::any_of(
      positions.begin(), positions.end(), [&](const Position& position) {
        return position.log == change.log_name && position.seq >= change.seq;
      });
}

// The role the author had; none for nobody of the survey, or no longer when the
// base was stamped.
Role Oracle::RoleOf(const OracleChange& change) const {
  if (change.received.by_register) return Role::kRegister;
  const auto found = members_.find(change.change->person);
  if (found == members_.end()) return Role::kNone;
  const OracleMember& member = found->second;
  if (member.left != 0 && LowestOf(change) >= member.left) return Role::kNone;
  switch (member.role) {
    case Role::kAnalyst:
    case Role::kExporter:
    case Role::kRegister:
      return Role::kNone;
    default:
      return member.role;
  }
}

bool Oracle::IsPossible(const OracleChange& change) const {
  std::map<RowId, std::uint32_t> rows = RowsOf(change.change->record);
  if (!records_.contains(change.change->record) && !change.change->creates) {
    return false;
  }
  for (const Op& op : change.change->ops) {
    if (op.kind == OpKind::kAddRow && !MayAdd(op, rows)) return false;
    if (op.kind == OpKind::kAddRow) rows[op.at.row] = op.repeat;
    if (!rows.contains(op.at.row)) return false;
  }
  return true;
}

// The rows of a record, each with its repeat; the record itself is in none.
std::map<RowId, std::uint32_t> Oracle::RowsOf(const RecordId& id) const {
  std::map<RowId, std::uint32_t> rows = {{RowId{}, 0}};
  const auto record = records_.find(id);
  if (record == records_.end()) return rows;
  for (const auto& [row, made] : record->second.rows) rows[row] = made.repeat;
  return rows;
}

// A row may be added to its repeat in a row, or record, that has the repeat.
bool Oracle::MayAdd(const Op& op,
                    const std::map<RowId, std::uint32_t>& rows) const {
  const auto repeat = repeats_.find(op.repeat);
  const auto parent = rows.find(op.parent);
  return repeat != repeats_.end() && parent != rows.end() &&
         repeat->second == parent->second;
}

// Rules 7: work done under an old scope is accepted if its base precedes the
// revocation.
bool Oracle::MayWorkOn(const OracleMember& member, const std::string& area,
                       Seq base) const {
  if (member.areas.contains(area)) return true;
  const auto lost = member.lost.find(area);
  return lost != member.lost.end() && base < lost->second;
}

QuarantineReason Oracle::JudgeScope(const OracleChange& change) const {
  if (change.received.by_register) return kNone;
  const Change& made = *change.change;
  const OracleMember& member = members_.find(made.person)->second;
  if (member.role == Role::kOwner || member.role == Role::kSurveyManager) {
    return kNone;
  }
  const Seq base = LowestOf(change);
  const auto record = records_.find(made.record);
  if (record == records_.end()) {
    const auto theirs = [&](const Op& op) {
      if (op.kind != OpKind::kSet) return false;
      return (op.at.field == kAreaField &&
              MayWorkOn(member, op.value.payload, base)) ||
             (op.at.field == kAssigneeField && op.value.payload == made.person);
    };
    return std::any_of(made.ops.begin(), made.ops.end(), theirs) ? kNone
                                                                 : kOutOfScope;
  }
  for (const auto& [bucket, membership] : record->second.buckets) {
    if (membership.left != 0 && base >= membership.left) continue;
    const std::string name = bucket.substr(bucket.find('/') + 1);
    const bool theirs = bucket.starts_with("area/")
                            ? MayWorkOn(member, name, base)
                            : name == made.person;
    if (theirs) return kNone;
  }
  return kOutOfScope;
}

QuarantineReason Oracle::JudgeOps(const OracleChange& change) const {
  std::map<RowId, std::uint32_t> rows = RowsOf(change.change->record);
  for (const Op& op : change.change->ops) {
    if (const auto reason = JudgeOp(change, op, rows); reason != kNone) {
      return reason;
    }
    if (op.kind == OpKind::kAddRow) rows[op.at.row] = op.repeat;
  }
  return HasWrongPersonal(change) ? kWrongType : kNone;
}

QuarantineReason Oracle::JudgeOp(
    const OracleChange& change, const Op& op,
    const std::map<RowId, std::uint32_t>& rows) const {
  if (op.kind == OpKind::kSetStatus) {
    return StepAllowed(change, op) ? kNone : kForbiddenStep;
  }
  if (op.kind == OpKind::kReview) {
    return Supervises(change) ? kNone : kForbiddenStep;
  }
  if (op.kind == OpKind::kAddRow) {
    return MayAdd(op, rows) ? kNone : kUnknownField;
  }
  if (!rows.contains(op.at.row)) return kUnknownField;
  if (op.kind != OpKind::kSet) return kNone;
  if (op.at.field == kAreaField || op.at.field == kAssigneeField) {
    return JudgeSystemField(change, op);
  }
  const auto question = questions_.find(op.at.field);
  if (question == questions_.end()) return kUnknownField;
  if (question->second.repeat != rows.at(op.at.row)) return kUnknownField;
  if (op.at.choice > question->second.choices) return kUnknownField;
  if (IsPersonal(op)) return kNone;  // to be told when all else is well
  return Suits(op, question->second.type) ? kNone : kWrongType;
}

QuarantineReason Oracle::JudgeSystemField(const OracleChange& change,
                                          const Op& op) const {
  const bool creates =
      change.change->creates && !records_.contains(change.change->record);
  const bool may =
      creates || Supervises(change) || change.role == Role::kRegister;
  if (!may) return kSystemField;
  if (!op.value.IsAnswer()) return kNone;
  if (op.value.kind != ValueKind::kText) return kWrongType;
  if (op.at.field == kAssigneeField) {
    return members_.contains(op.value.payload) ? kNone : kUnknownPerson;
  }
  const auto& areas = config_.areas;
  const bool known = std::any_of(
      areas.begin(), areas.end(),
      [&](const Area& area) { return area.code == op.value.payload; });
  return known ? kNone : kUnknownField;
}

bool Oracle::StepAllowed(const OracleChange& change, const Op& op) const {
  if (change.change->creates && !records_.contains(change.change->record)) {
    if (op.from != RecordStatus::kNone) return false;
    if (op.to == RecordStatus::kAssigned) {
      return change.received.by_register || Supervises(change);
    }
    return op.to == RecordStatus::kDraft || op.to == RecordStatus::kSubmitted;
  }
  if (Supervises(change) && op.to == RecordStatus::kAssigned &&
      op.from != RecordStatus::kAssigned) {
    return true;
  }
  const int rank = Supervises(change) ? 3 : Fills(change) ? 2 : 0;
  return std::any_of(std::begin(kSteps), std::end(kSteps), [&](const Step& s) {
    return s.rank == rank && s.from == op.from && s.to == op.to;
  });
}

// An answer whose author had seen the `approved` now shown.
bool Oracle::SawApproval(const OracleChange& change) const {
  const auto found = records_.find(change.change->record);
  if (found == records_.end()) return false;
  const OracleRecord& record = found->second;
  if (StatusOf(record) != RecordStatus::kApproved) return false;
  if (!HasAnswers(*change.change)) return false;
  for (const Op& op : change.change->ops) {
    const bool takes_it_back =
        op.kind == OpKind::kSetStatus && op.to != RecordStatus::kApproved;
    if (takes_it_back && Supervises(change)) return false;
  }
  const FieldAddress status{{}, kStatusField, 0};
  const OracleField& field = record.fields.at(status);
  return HasSeen(LowestOf(change), change.seq,
                 field.live[Shown(status, field)]);
}

}  // namespace chasqui::testing
