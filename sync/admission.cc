#include "sync/admission.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/chain.h"
#include "sync/scope.h"
#include "sync/writing.h"

namespace chasqui {
namespace {

using Reason = QuarantineReason;

Seq LowestOf(const std::vector<Seq>& counts) {
  return *std::min_element(counts.begin(), counts.end());
}

// A base that the log had never given when the change came at `received_at`:
// what waited is no better for the seqs given since.
bool IsFromTheFuture(const Change& change, Seq received_at,
                     const Lineage& lineage) {
  LogName present = LogName::kNone;
  for (const LogEpoch& epoch : lineage) {
    if (epoch.begins < received_at) present = epoch.name;
  }
  return std::any_of(change.positions.begin(), change.positions.end(),
                     [received_at, present](const Position& position) {
                       return position.log == present &&
                              position.seq >= received_at;
                     });
}

bool WritesAnswers(const Change& change) {
  return std::any_of(change.ops.begin(), change.ops.end(), [](const Op& op) {
    return op.kind == OpKind::kAddRow || op.kind == OpKind::kDeleteRow ||
           (op.kind == OpKind::kSet && op.at.field >= kFirstFormField);
  });
}

// Rows as they will be when the ops before have been applied.
class RowsAhead {
 public:
  RowsAhead(const RecordId& record, State& state)
      : record_(record), state_(state) {}

  // The repeat that `row` is a row of; nullopt if there is no such row.
  absl::StatusOr<std::optional<std::uint32_t>> RepeatOf(const RowId& row) {
    if (row.empty()) return 0;
    if (const auto added = added_.find(row); added != added_.end()) {
      return added->second.first;
    }
    ASSIGN_OR_RETURN(const Row* const found, state_.FindRow(record_, row));
    if (found == nullptr) return std::nullopt;
    return found->repeat;
  }

  // Whether the row may be added: its repeat is one of the parent's, and no
  // other row has its id.
  absl::StatusOr<bool> Add(const Op& op) {
    const RepeatSchema* const repeat = state_.survey().schema.Repeat(op.repeat);
    ASSIGN_OR_RETURN(const auto parent, RepeatOf(op.parent));
    if (repeat == nullptr || parent != repeat->parent) return false;
    ASSIGN_OR_RETURN(const Row* const found,
                     state_.FindRow(record_, op.at.row));
    if (found != nullptr) {
      return found->repeat == op.repeat && found->parent == op.parent;
    }
    const auto [at, fresh] =
        added_.try_emplace(op.at.row, op.repeat, op.parent);
    return fresh || at->second == std::pair(op.repeat, op.parent);
  }

  std::size_t added() const { return added_.size(); }

 private:
  const RecordId record_;
  State& state_;
  std::map<RowId, std::pair<std::uint32_t, RowId>> added_;
};

// Area and assignee are system fields: set by a creation, and then by
// supervisors and the register only.
Reason CheckSystemField(const Op& op, const Arrival& arrival, bool creates,
                        const Survey& survey) {
  const Role role = arrival.author.role;
  const bool may = creates || Supervises(role) || role == Role::kRegister;
  if (op.at.field == kStatusField || !may) return Reason::kSystemField;
  if (!op.at.row.empty() || op.at.choice != 0) return Reason::kUnknownField;
  if (!op.value.IsAnswer()) return Reason::kNone;
  if (op.value.kind != ValueKind::kText) return Reason::kWrongType;
  const std::string& name = op.value.payload;
  if (op.at.field == kAssigneeField) {
    return survey.FindMember(name) == nullptr ? Reason::kUnknownPerson
                                              : Reason::kNone;
  }
  return survey.HasArea(name) ? Reason::kNone : Reason::kUnknownField;
}

absl::StatusOr<Reason> CheckSet(const Op& op, const Arrival& arrival,
                                bool creates, RowsAhead& rows, State& state) {
  const FieldSchema* const field = state.survey().schema.Field(op.at.field);
  if (field == nullptr) return Reason::kUnknownField;
  if (op.at.field < kFirstFormField) {
    return CheckSystemField(op, arrival, creates, state.survey());
  }
  ASSIGN_OR_RETURN(const auto repeat, rows.RepeatOf(op.at.row));
  if (repeat != field->repeat) return Reason::kUnknownField;
  if (op.at.choice > field->choices.size()) return Reason::kUnknownField;
  return IsOfType(*field, op.at.choice, op.value) ? Reason::kNone
                                                  : Reason::kWrongType;
}

absl::StatusOr<Reason> CheckOp(const Op& op, const Arrival& arrival,
                               bool creates, RowsAhead& rows, State& state) {
  switch (op.kind) {
    case OpKind::kSet:
      return CheckSet(op, arrival, creates, rows, state);
    case OpKind::kSetStatus:
      return MayStep(arrival.author.role, op.from, op.to, creates)
                 ? Reason::kNone
                 : Reason::kForbiddenStep;
    case OpKind::kAddRow: {
      ASSIGN_OR_RETURN(const bool may, rows.Add(op));
      return may ? Reason::kNone : Reason::kUnknownField;
    }
    case OpKind::kDeleteRow:
    case OpKind::kRestore: {
      ASSIGN_OR_RETURN(const auto repeat, rows.RepeatOf(op.at.row));
      return repeat.has_value() ? Reason::kNone : Reason::kUnknownField;
    }
    case OpKind::kReview:
      return Supervises(arrival.author.role) ? Reason::kNone
                                             : Reason::kForbiddenStep;
    case OpKind::kDelete:
      return Reason::kNone;
  }
  return Reason::kUnreadable;
}

// Fields, rows, types, steps: whatever the writes themselves may have wrong.
absl::StatusOr<Reason> CheckOps(const Arrival& arrival, const Record* record,
                                State& state) {
  const bool creates = arrival.change.creates && record == nullptr;
  RowsAhead rows(arrival.change.record, state);
  for (const Op& op : arrival.change.ops) {
    ASSIGN_OR_RETURN(const Reason reason,
                     CheckOp(op, arrival, creates, rows, state));
    if (reason != Reason::kNone) return reason;
  }
  return arrival.received.sealing.wrong_type ? Reason::kWrongType
                                             : Reason::kNone;
}

// An answer sealed before its field was known, which its policy has to compare.
bool IsBeyondItsPolicy(const Op& op, const Schema& schema) {
  if (op.kind != OpKind::kSet || op.value.kind != ValueKind::kSealed) {
    return false;
  }
  const FieldSchema* const field = schema.Field(op.at.field);
  return field != nullptr &&
         (field->policy == Policy::kMax || field->policy == Policy::kMin ||
          field->policy == Policy::kUnion);
}

// What cannot be applied whoever answers for it: it would break a limit, write
// into a row that is not there, or ask for more than is known.
absl::StatusOr<Reason> CheckPossible(const Arrival& arrival,
                                     const Record* record, State& state) {
  RowsAhead rows(arrival.change.record, state);
  std::size_t deletes = record == nullptr ? 0 : record->deletes.size();
  for (const Op& op : arrival.change.ops) {
    if (op.kind == OpKind::kAddRow) {
      ASSIGN_OR_RETURN(const bool may, rows.Add(op));
      if (!may) return Reason::kUnknownField;
    }
    ASSIGN_OR_RETURN(const auto repeat, rows.RepeatOf(op.at.row));
    if (!repeat.has_value()) return Reason::kUnknownField;
    if (IsBeyondItsPolicy(op, state.survey().schema)) return Reason::kWrongType;
    if (op.kind == OpKind::kDelete && ++deletes > kLiveDeletesMax) {
      return Reason::kRowLimit;
    }
    if (op.kind != OpKind::kDeleteRow) continue;
    ASSIGN_OR_RETURN(const Row* const row,
                     state.FindRow(arrival.change.record, op.at.row));
    if (row != nullptr && row->deletes.size() >= kLiveDeletesMax) {
      return Reason::kRowLimit;
    }
  }
  const std::size_t had = record == nullptr ? 0 : record->rows;
  return had + rows.added() > kRowsMax ? Reason::kRowLimit : Reason::kNone;
}

// Answering what one has seen approved, without taking the approval back.
absl::StatusOr<Reason> CheckApproval(const Arrival& arrival,
                                     const Record& record, State& state) {
  if (record.status() != RecordStatus::kApproved ||
      !WritesAnswers(arrival.change)) {
    return Reason::kNone;
  }
  for (const Op& op : arrival.change.ops) {
    const bool takes_back =
        op.kind == OpKind::kSetStatus && op.to != RecordStatus::kApproved;
    if (takes_back && Supervises(arrival.author.role)) return Reason::kNone;
  }
  const FieldState& status = *record.Find(kStatusField);
  Writing writing(state, arrival.seq, arrival.seq, arrival.change,
                  arrival.received.counts);
  writing.As(arrival.author);
  ASSIGN_OR_RETURN(
      const bool seen,
      writing.HasSeen(writing.LowestBase(), status.live[status.shown].seq));
  return seen ? Reason::kAfterApproval : Reason::kNone;
}

// Whether the author takes part in collecting, and had not left when they saw
// what they saw.
bool IsOfSurvey(const Arrival& arrival, const Survey& survey) {
  if (arrival.received.by_register) return true;
  const Member* const member = survey.FindMember(arrival.change.person);
  return member != nullptr && Rank(member->role) > 0 &&
         (member->left == 0 ||
          LowestOf(arrival.received.counts) < member->left);
}

// Who sends it, and from when: nothing of the record yet.
Reason CheckAuthor(const Arrival& arrival, const Survey& survey) {
  const bool device = !arrival.received.device.empty();
  if (device && arrival.author.incarnation == kOverflowIncarnation) {
    return Reason::kTooManyBranches;
  }
  if (IsFromTheFuture(arrival.change, arrival.received_at, survey.lineage)) {
    return Reason::kFromTheFuture;
  }
  if (arrival.received.locked) return Reason::kDeviceLocked;
  if (arrival.received.other_person) return Reason::kOtherPerson;
  if (device && survey.config.closed) return Reason::kSurveyClosed;
  if (!IsOfSurvey(arrival, survey)) return Reason::kUnknownPerson;
  const std::uint32_t form = arrival.change.form;
  const bool known = form >= 1 && form <= survey.forms.size();
  return !known && WritesAnswers(arrival.change) ? Reason::kUnknownForm
                                                 : Reason::kNone;
}

bool IsWithinScope(const Arrival& arrival, const Record* record,
                   const Survey& survey) {
  if (arrival.received.by_register) return true;
  const Seq base = LowestOf(arrival.received.counts);
  if (record == nullptr) {
    return MayCreate(arrival.change, survey, base);
  }
  return MayWrite(arrival.change.person, *record, survey, base);
}

}  // namespace

absl::StatusOr<QuarantineReason> Admit(const Arrival& arrival,
                                       ReleasedBy released_by, State& state) {
  const Survey& survey = state.survey();
  const bool by_person = released_by == ReleasedBy::kPerson;
  ASSIGN_OR_RETURN(const Record* const record,
                   state.FindRecord(arrival.change.record));
  // Whoever answers for it: no key will be made for it again. Its author need
  // not keep it, whatever else may be wrong with it.
  if (record != nullptr && record->erased != 0) return Reason::kRecordErased;
  if (!by_person) {
    const Reason author = CheckAuthor(arrival, survey);
    if (author != Reason::kNone) return author;
  }
  if (record == nullptr && !arrival.change.creates) {
    return Reason::kAwaitsCreation;
  }
  if (!by_person) {
    ASSIGN_OR_RETURN(const Reason ops, CheckOps(arrival, record, state));
    if (ops != Reason::kNone) return ops;
    if (!IsWithinScope(arrival, record, survey)) return Reason::kOutOfScope;
  }
  ASSIGN_OR_RETURN(const Reason possible,
                   CheckPossible(arrival, record, state));
  if (possible != Reason::kNone) return possible;
  if (by_person || record == nullptr) return Reason::kNone;
  return CheckApproval(arrival, *record, state);
}

Role RoleOf(const ChangeReceived& received, const Change& change,
            const Survey& survey) {
  if (received.by_register) return Role::kRegister;
  const Member* const member = survey.FindMember(change.person);
  return member == nullptr ? Role::kNone : member->role;
}

bool MayStep(Role role, RecordStatus from, RecordStatus to, bool creates) {
  using S = RecordStatus;
  if (creates) {
    if (from != S::kNone) return false;
    if (to == S::kAssigned) return Supervises(role) || role == Role::kRegister;
    return to == S::kDraft || to == S::kSubmitted;
  }
  if (Supervises(role)) {
    if (to == S::kAssigned) return from != S::kAssigned;
    if (to == S::kReturned)
      return from == S::kSubmitted || from == S::kApproved;
    return to == S::kApproved && from == S::kSubmitted;
  }
  if (Rank(role) == 0) return false;
  if (from == S::kAssigned || from == S::kReturned) {
    return to == S::kDraft || to == S::kSubmitted;
  }
  return from == S::kDraft && to == S::kSubmitted;
}

}  // namespace chasqui
