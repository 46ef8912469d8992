// What is shown, and what is counted (rules 5 and 8).

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <tuple>

#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "tests/simulation/oracle.h"

namespace chasqui::testing {
namespace {

int RankOf(Role role) {
  switch (role) {
    case Role::kOwner:
    case Role::kSurveyManager:
    case Role::kSupervisor:
      return 3;
    case Role::kEnumerator:
      return 2;
    case Role::kRespondent:
      return 1;
    default:
      return 0;
  }
}

std::string NameOf(RecordStatus status) { return std::string(ToText(status)); }

// "2014-04-02" of a day since 1970, counted year by year.
std::string DateOf(std::int64_t day) {
  const auto is_leap = [](int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  };
  int year = 1970;
  for (; day >= (is_leap(year) ? 366 : 365); ++year) {
    day -= is_leap(year) ? 366 : 365;
  }
  const int lengths[] = {
      31, is_leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int month = 0;
  for (; day >= lengths[month]; ++month) day -= lengths[month];
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month + 1,
                static_cast<int>(day) + 1);
  return text;
}

}  // namespace

Policy Oracle::PolicyOf(const FieldAddress& at) const {
  if (at.field == kExistenceField) return Policy::kLatest;
  if (at.field < kFirstFormField) return Policy::kRole;
  return questions_.at(at.field).policy;
}

bool Oracle::IsEarlier(const OracleWrite& a, const OracleWrite& b) const {
  const auto key = [this](const OracleWrite& write) {
    const OracleChange& change = changes_.at(write.change);
    return std::tuple(change.time.at, change.received.device,
                      change.received.number, change.received.h, write.seq);
  };
  return key(a) < key(b);
}

bool Oracle::LikesLess(Policy policy, const OracleWrite& a,
                       const OracleWrite& b) const {
  const auto order = CompareValues(a.value, b.value);
  switch (policy) {
    case Policy::kFirst:
      return false;  // decided by place: the last in the list
    case Policy::kRole: {
      const int rank_a = RankOf(changes_.at(a.change).role);
      const int rank_b = RankOf(changes_.at(b.change).role);
      return rank_a != rank_b ? rank_a < rank_b : IsEarlier(a, b);
    }
    case Policy::kMax:
      return order != 0 ? order < 0 : IsEarlier(a, b);
    case Policy::kMin:
      if (a.value.IsAnswer() != b.value.IsAnswer()) return b.value.IsAnswer();
      return order != 0 ? order > 0 : IsEarlier(a, b);
    default:
      return IsEarlier(a, b);
  }
}

std::size_t Oracle::Shown(const FieldAddress& at,
                          const OracleField& field) const {
  CHECK(!field.live.empty());
  std::size_t shown = 0;
  for (std::size_t i = 1; i < field.live.size(); ++i) {
    if (LikesLess(PolicyOf(at), field.live[shown], field.live[i])) shown = i;
  }
  return shown;
}

bool Oracle::IsConflict(const OracleField& field) const {
  return std::any_of(field.live.begin(), field.live.end(),
                     [&field](const OracleWrite& write) {
                       return write.value != field.live[0].value;
                     });
}

std::string Oracle::TextOf(const OracleRecord& record,
                           std::uint32_t number) const {
  const FieldAddress at{{}, number, 0};
  const auto field = record.fields.find(at);
  if (field == record.fields.end()) return {};
  const Value& value = field->second.live[Shown(at, field->second)].value;
  return value.kind == ValueKind::kText ? value.payload : std::string();
}

RecordStatus Oracle::StatusOf(const OracleRecord& record) const {
  const FieldAddress at{{}, kStatusField, 0};
  const auto field = record.fields.find(at);
  if (field == record.fields.end()) return RecordStatus::kNone;
  return static_cast<RecordStatus>(
      ChoiceOf(field->second.live[Shown(at, field->second)].value));
}

// Gone when deleted, and every live write in it has been seen by some live
// delete: one of it, or of a row in it around the write. By what was known when
// the record was last written: nothing is decided anew before that.
bool Oracle::IsGone(const OracleRecord& record, const RowId& holder) const {
  if (record.unmade) return true;
  const auto deletes = record.deletes.find(holder);
  if (deletes == record.deletes.end() || deletes->second.empty()) return false;
  for (const auto& [at, field] : record.fields) {
    std::vector<OracleDelete> over;
    bool inside = false;
    for (RowId row = at.row;;) {
      const auto here = record.deletes.find(row);
      if (here != record.deletes.end()) {
        over.insert(over.end(), here->second.begin(), here->second.end());
      }
      inside = row == holder;
      if (inside || row.empty()) break;
      row = record.rows.at(row).parent;
    }
    if (!inside) continue;
    for (const OracleWrite& write : field.live) {
      const bool seen =
          std::any_of(over.begin(), over.end(), [&](const OracleDelete& gone) {
            return write.change == gone.change || write.seq <= gone.base ||
                   WasBefore(write.change, gone.change, record.written);
          });
      if (!seen) return false;
    }
  }
  return true;
}

bool Oracle::IsHidden(const OracleRecord& record, const RowId& row) const {
  for (RowId at = row;;) {
    if (IsGone(record, at)) return true;
    if (at.empty()) return false;
    at = record.rows.at(at).parent;
  }
}

OutcomeKind Oracle::OutcomeOf(const OracleRecord& record,
                              const FieldAddress& at, Seq change) const {
  const OracleField& field = record.fields.at(at);
  for (std::size_t i = 0; i < field.live.size(); ++i) {
    if (field.live[i].change != change) continue;
    const Policy policy = PolicyOf(at);
    if (field.live.size() == 1) return OutcomeKind::kApplied;
    if (policy == Policy::kReview && IsConflict(field)) {
      return OutcomeKind::kReview;
    }
    const bool shown = i == Shown(at, field) || policy == Policy::kAppend;
    return shown ? OutcomeKind::kMerged : OutcomeKind::kSuperseded;
  }
  return OutcomeKind::kSuperseded;
}

// What the record counts as: its status, and the conflicts in it.
std::vector<std::string> Oracle::KindsOf(const OracleRecord& record) const {
  bool open = !record.marks.empty();
  bool decided = false;
  for (const auto& [at, field] : record.fields) {
    if (!IsConflict(field)) continue;
    const bool review = PolicyOf(at) == Policy::kReview;
    open |= review;
    decided |= !review;
  }
  std::vector<std::string> kinds = {NameOf(StatusOf(record))};
  if (open) kinds.emplace_back("open");
  if (decided) kinds.emplace_back("decided");
  return kinds;
}

std::map<std::string, std::int64_t> Oracle::Recount() const {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [id, record] : records_) {
    if (IsGone(record, RowId{})) continue;
    const std::string area = TextOf(record, kAreaField);
    const std::string assignee = TextOf(record, kAssigneeField);
    for (const std::string& kind : KindsOf(record)) {
      ++counts[kind == "open" || kind == "decided" ? kind
                                                   : StrCat("records/", kind)];
      if (!area.empty()) ++counts[StrCat("area/", area, "/", kind)];
      if (!assignee.empty()) ++counts[StrCat("person/", assignee, "/", kind)];
    }
    if (record.submitted_ms != 0) {
      const std::int64_t local =
          record.submitted_ms +
          std::int64_t{config_.utc_offset_minutes} * 60'000;
      ++counts["day/" + DateOf(local / 86'400'000)];
    }
  }
  for (const auto& [seq, change] : changes_) {
    if (!change.held()) continue;
    ++counts["held"];
    if (!change.change.has_value() || change.change->person.empty()) continue;
    ++counts["held/person/" + change.change->person];
  }
  return counts;
}

}  // namespace chasqui::testing
