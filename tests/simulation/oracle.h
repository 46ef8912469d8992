// The rules of sync a second time, as simply as they can be said: a naive
// replay of everything accepted. Where it and the state disagree, one of the
// two is wrong.
//
// It shares the value types of sync/ (ids, values, changes, entries, forms,
// configuration) and nothing that decides. Every write ever made is kept, and
// whether one has seen another is found by walking its author's chain, change
// by change. What the rules leave open, the estimate of an edit's time, is
// taken from outside and only held against its bounds.

#ifndef CHASQUI_TESTS_SIMULATION_ORACLE_H_
#define CHASQUI_TESTS_SIMULATION_ORACLE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sync/change.h"
#include "sync/config.h"
#include "sync/entry.h"
#include "sync/form/numbering.h"
#include "sync/ids.h"
#include "sync/outcome.h"
#include "sync/value.h"

namespace chasqui::testing {

// A change as it stands in the log, and what became of it.
struct OracleChange {
  Seq seq = 0;
  ChangeReceived received;
  std::optional<Change> change;       // nullopt: its bytes do not decode
  LogName log_name = LogName::kNone;  // the log's, when it came
  std::int64_t received_ms = 0;
  Seq parent = 0;  // the change before it in its chain; 0: none
  Role role = Role::kNone;
  TimeInterval time;
  Seq applied_at = 0;  // its own seq, that of its release, or 0
  QuarantineReason reason = QuarantineReason::kNone;
  bool rejected = false;
  bool in_gap = false;    // what came before it has no place in a chain yet
  bool left_gap = false;  // it was, until the release that applies it
  Seq adopted = 0;        // when its parent came, if that came after it

  bool held() const { return applied_at == 0 && !rejected; }
};

// One write of a field.
struct OracleWrite {
  Seq seq = 0;     // where it became visible
  Seq change = 0;  // the change it is of
  Seq base = 0;
  Value value;
};

struct OracleField {
  std::vector<OracleWrite> live;      // in the order of rules 4
  std::vector<OracleWrite> replaced;  // seen by a later one
  std::vector<OracleWrite> lost;      // to history, unseen
};

struct OracleDelete {
  Seq seq = 0;
  Seq change = 0;
  Seq base = 0;
};

// What marks a record *needs review*; numbered as in the state.
enum class OracleMarkKind : std::uint8_t {
  kPair = 1,
  kApproval = 2,
  kOverflow = 3,
  kRelease = 4,
  kUndeleted = 5,
};
using OracleMark = std::pair<Seq, OracleMarkKind>;

struct OracleRow {
  RowId parent;
  std::uint32_t repeat = 0;
};

// When a record entered a bucket and, if it did, left it.
struct OracleMembership {
  Seq entered = 0;
  Seq left = 0;
};

struct OracleRecord {
  RecordId id;
  Seq latest = 0;
  Seq written = 0;  // by the latest change
  Seq erased = 0;   // when its personal answers were; 0: they were not
  std::uint32_t form = 0;
  bool unmade = false;  // erased before it came to be
  std::map<FieldAddress, OracleField> fields;
  std::map<RowId, OracleRow> rows;
  std::map<RowId, std::vector<OracleDelete>> deletes;  // none: the record's
  std::set<OracleMark> marks;
  std::map<std::string, OracleMembership> buckets;  // "area/…", "person/…"
  std::int64_t submitted_ms = 0;
};

// A person, with when they left and what was taken from them.
struct OracleMember {
  Role role = Role::kNone;
  std::set<std::string> areas;
  Seq left = 0;
  std::map<std::string, Seq> lost;
};

// A field of the survey, from the forms published.
struct OracleQuestion {
  FieldType type = FieldType::kText;
  std::uint32_t repeat = 0;
  std::size_t choices = 0;
  Policy policy = Policy::kLatest;
  bool personal = false;
  std::map<std::uint32_t, bool> partners;  // to whether the pair spans rows
};

class Oracle {
 public:
  // Replays the next entry. `time` is when the state says the change was made,
  // for a change; any other entry ignores it.
  void Take(const LogEntry& entry, const TimeInterval& time);

  Seq head() const { return head_; }
  const std::map<RecordId, OracleRecord>& records() const { return records_; }
  const std::map<Seq, OracleChange>& changes() const { return changes_; }
  const SurveyConfig& config() const { return config_; }

  // What the rules say of a record now.
  bool IsGone(const OracleRecord& record, const RowId& holder) const;
  // Whether nothing of it is shown: it, or a row around it, is gone.
  bool IsHidden(const OracleRecord& record, const RowId& row) const;
  std::size_t Shown(const FieldAddress& at, const OracleField& field) const;
  Policy PolicyOf(const FieldAddress& at) const;
  bool IsConflict(const OracleField& field) const;
  std::vector<std::string> KindsOf(const OracleRecord& record) const;
  RecordStatus StatusOf(const OracleRecord& record) const;
  std::string TextOf(const OracleRecord& record, std::uint32_t field) const;

  // The outcome of one write that is not in quarantine.
  OutcomeKind OutcomeOf(const OracleRecord& record, const FieldAddress& at,
                        Seq change) const;

  // Counters of progress, by a count of everything there is.
  std::map<std::string, std::int64_t> Recount() const;

  // Changes left in gap although what they wait for has its place.
  std::vector<Seq> Stranded() const;

  // What is wrong with the times the state gave, if anything.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  // oracle_survey.cc: the administrative entries.
  void TakeConfig(const SurveyConfig& config);
  void TakeForm(const Form& form);
  std::set<std::string> AreasOf(const Person& person) const;

  // oracle_erasing.cc: personal answers.
  void Erase(Seq seq, const RecordErased& erased);
  bool IsErased(const OracleChange& change) const;
  bool IsPersonal(const Op& op) const;
  bool HasWrongPersonal(const OracleChange& change) const;

  // oracle_judge.cc: what goes into quarantine.
  static bool Suits(const Op& op, FieldType type);
  QuarantineReason Judge(const OracleChange& change) const;
  QuarantineReason JudgeScope(const OracleChange& change) const;
  QuarantineReason JudgeOps(const OracleChange& change) const;
  QuarantineReason JudgeSystemField(const OracleChange& change,
                                    const Op& op) const;
  QuarantineReason JudgeOp(const OracleChange& change, const Op& op,
                           const std::map<RowId, std::uint32_t>& rows) const;
  bool StepAllowed(const OracleChange& change, const Op& op) const;
  bool SawApproval(const OracleChange& change) const;
  // Whether it can be applied at all, whoever answers for it.
  bool IsPossible(const OracleChange& change) const;
  std::map<RowId, std::uint32_t> RowsOf(const RecordId& id) const;
  bool MayAdd(const Op& op, const std::map<RowId, std::uint32_t>& rows) const;
  bool IsFromTheFuture(const OracleChange& change) const;
  Role RoleOf(const OracleChange& change) const;
  bool MayWorkOn(const OracleMember& member, const std::string& area,
                 Seq base) const;

  // oracle.cc: changes.
  void TakeChange(const LogEntry& entry, const ChangeReceived& received,
                  const TimeInterval& time);
  // oracle_chains.cc: the places of changes in their chains.
  void TakePlace(OracleChange& change);
  void Adopt(const OracleChange& found, Seq at);
  bool HasPlaceBefore(const OracleChange& change) const;
  void Release(Seq seq, const QuarantineReleased& release);
  void CheckTime(const OracleChange& change);
  void ApplyChange(Seq seq, OracleChange& change);
  void ApplyOp(Seq seq, const OracleChange& change, const Op& op,
               OracleRecord& record);
  void Write(const OracleWrite& write, const FieldAddress& at,
             OracleRecord& record);
  void ForgetSeen(const OracleWrite& write, OracleField& field) const;
  void EndDeletes(const OracleWrite& write, const RowId& row,
                  OracleRecord& record);
  std::set<RowId> GoneIn(const OracleRecord& record) const;
  void MarkUndeleted(Seq seq, const std::set<RowId>& gone_before,
                     OracleRecord& record) const;
  bool ShareRows(const OracleRecord& record, const RowId& a,
                 const RowId& b) const;
  bool ArePaired(const OracleRecord& record, const FieldAddress& a,
                 const FieldAddress& b) const;
  void MarkPairs(Seq seq, const OracleChange& change, const Op& op,
                 OracleRecord& record) const;
  void NoteSubmission(OracleRecord& record) const;
  void UpdateBuckets(Seq seq, OracleRecord& record);

  // The order of `latest`.
  bool IsEarlier(const OracleWrite& a, const OracleWrite& b) const;
  bool LikesLess(Policy policy, const OracleWrite& a,
                 const OracleWrite& b) const;

  // The least that any write of the change had seen.
  static Seq LowestOf(const OracleChange& change);
  // Whether `ancestor` lies before `change` in its own chain.
  bool IsBefore(Seq ancestor, Seq change) const {
    return WasBefore(ancestor, change, head_);
  }
  // The same by what was known at `then`: the begin of a chain that was missing
  // may have come since.
  bool WasBefore(Seq ancestor, Seq change, Seq then) const;
  // Rules 4: whether a write of `change` with `base` has seen another.
  bool HasSeen(Seq base, Seq change, const OracleWrite& other) const;
  bool HasSeen(const OracleWrite& write, const OracleDelete& other) const;

  Seq head_ = 0;
  LogName log_name_ = LogName::kNone;
  SurveyConfig config_;
  std::map<std::string, OracleMember, std::less<>> members_;
  Numbering numbering_;
  std::size_t forms_ = 0;
  std::map<std::uint32_t, OracleQuestion> questions_;
  std::map<std::uint32_t, std::uint32_t> repeats_;  // to the one around it
  std::map<Seq, OracleChange> changes_;
  std::map<Seq, std::int64_t> received_;  // of every entry
  // Every change of a device, by what it is called.
  std::map<std::tuple<std::string, std::uint64_t, ChainHash>, Seq> chain_;
  std::map<RecordId, OracleRecord> records_;
  std::vector<std::string> complaints_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_ORACLE_H_
