#include "tests/simulation/oracle_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "sync/base/check.h"
#include "tests/testing/survey_server.h"

namespace chasqui::testing {
namespace {

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
  }
  CHECK(result.ok());
  return *std::move(result);
}

std::string NameOf(const FieldAddress& at) {
  std::string name = at.row.empty() ? "" : ToText(at.row) + "/";
  return name + std::to_string(at.field) +
         (at.choice == 0 ? "" : "." + std::to_string(at.choice));
}

// One comparison of everything.
class Comparison {
 public:
  Comparison(const Reader& reader, const Plaintexts& plaintexts,
             const Oracle& oracle)
      : reader_(reader), plaintexts_(plaintexts), oracle_(oracle) {}

  std::vector<std::string> Run() {
    const std::vector<Record> records =
        Must(reader_.Records(RecordId{}, 1'000'000));
    Equal("number of records", records.size(), oracle_.records().size());
    for (const Record& record : records) CompareRecord(record);
    for (const auto& [seq, change] : oracle_.changes()) CompareChange(change);
    CompareFeeds();
    CompareCounters();
    for (const Seq seq : oracle_.Stranded()) {
      Equal("change " + std::to_string(seq) + " in gap", true, false);
    }
    return std::move(differences_);
  }

 private:
  template <typename T>
  void Equal(const std::string& what, const T& state, const T& oracle) {
    if (state == oracle) return;
    std::ostringstream text;
    text << where_ << what << ": the state says " << state
         << ", the oracle says " << oracle;
    differences_.push_back(text.str());
  }

  void CompareRecord(const Record& record);
  void CompareFields(const Holder& holder, const RowId& row,
                     const OracleRecord& expected, std::size_t& count);
  void CompareMarks(const Record& record, const OracleRecord& expected);
  void CompareMemberships(const Record& record, const OracleRecord& expected);
  void CompareChange(const OracleChange& expected);
  void CompareOutcomes(const OracleChange& expected, const EntryInfo& info);
  void CompareFeeds();
  void CompareCounters();

  const Reader& reader_;
  const Plaintexts& plaintexts_;
  const Oracle& oracle_;
  std::string where_;
  std::vector<std::string> differences_;
};

void Comparison::CompareFields(const Holder& holder, const RowId& row,
                               const OracleRecord& expected,
                               std::size_t& count) {
  for (const FieldState& field : holder.fields) {
    ++count;
    const FieldAddress at{row, field.field, field.choice};
    const auto found = expected.fields.find(at);
    if (found == expected.fields.end()) {
      Equal("field " + NameOf(at), true, false);
      continue;
    }
    std::string state;
    for (const LiveWrite& write : field.live) {
      state += std::to_string(write.seq) + "=" +
               TextOf(plaintexts_.Of(write.value)) + " ";
    }
    std::string oracle;
    for (const OracleWrite& write : found->second.live) {
      oracle += std::to_string(write.seq) + "=" + TextOf(write.value) + " ";
    }
    Equal("live writes of " + NameOf(at), state, oracle);
    if (state == oracle) {
      Equal("shown of " + NameOf(at), std::size_t{field.shown},
            oracle_.Shown(at, found->second));
    }
  }
}

void Comparison::CompareMarks(const Record& record,
                              const OracleRecord& expected) {
  const bool forgetting = record.marks.size() == kMarksMax;
  const Seq oldest = forgetting ? record.marks.front().seq + 1 : 0;
  const auto text = [oldest](const std::set<OracleMark>& marks) {
    std::string all;
    for (const auto& [seq, kind] : marks) {
      if (seq < oldest) continue;
      all += std::to_string(static_cast<int>(kind)) + "@" +
             std::to_string(seq) + " ";
    }
    return all;
  };
  std::set<OracleMark> state;
  for (const Mark& mark : record.marks) {
    state.insert({mark.seq, static_cast<OracleMarkKind>(mark.kind)});
  }
  Equal("marks", text(state), text(expected.marks));
}

void Comparison::CompareMemberships(const Record& record,
                                    const OracleRecord& expected) {
  std::set<std::string> state;
  std::set<std::string> oracle;
  const auto text = [](const std::string& name, Seq entered, Seq left) {
    return name + " " + std::to_string(entered) + "-" + std::to_string(left);
  };
  for (const Membership& m : record.memberships) {
    state.insert(text(ToText(m.bucket), m.entered, m.left));
  }
  for (const auto& [name, m] : expected.buckets) {
    oracle.insert(text(name, m.entered, m.left));
  }
  if (state == oracle) return;
  const auto join = [](const std::set<std::string>& all) {
    std::string joined;
    for (const std::string& one : all) joined += one + "; ";
    return joined;
  };
  Equal("memberships", join(state), join(oracle));
}

void Comparison::CompareRecord(const Record& record) {
  where_ = "record " + ToText(record.id) + ", ";
  const auto found = oracle_.records().find(record.id);
  if (found == oracle_.records().end()) {
    Equal("there", true, false);
    return;
  }
  const OracleRecord& expected = found->second;
  Equal("latest", record.latest, expected.latest);
  Equal("erased", record.erased, expected.erased);
  Equal("form", record.form, expected.form);
  Equal("gone", record.gone, oracle_.IsGone(expected, RowId{}));
  Equal("submitted", record.submitted_ms, expected.submitted_ms);
  std::size_t fields = 0;
  CompareFields(record, RowId{}, expected, fields);
  const std::vector<Row> rows = Must(reader_.RowsOf(record.id));
  Equal("rows", rows.size(), expected.rows.size());
  for (const Row& row : rows) {
    CompareFields(row, row.id, expected, fields);
    Equal("row " + ToText(row.id) + " gone", row.gone,
          oracle_.IsGone(expected, row.id));
  }
  Equal("number of fields", fields, expected.fields.size());
  std::uint32_t review = 0;
  std::uint32_t decided = 0;
  for (const auto& [at, field] : expected.fields) {
    if (!oracle_.IsConflict(field)) continue;
    ++(oracle_.PolicyOf(at) == Policy::kReview ? review : decided);
  }
  Equal("conflicts under review", record.review_conflicts, review);
  Equal("decided conflicts", record.decided_conflicts, decided);
  CompareMarks(record, expected);
  CompareMemberships(record, expected);
  where_.clear();
}

void Comparison::CompareOutcomes(const OracleChange& expected,
                                 const EntryInfo& info) {
  const OracleRecord& record = oracle_.records().at(expected.change->record);
  const auto told = [&info](const FieldAddress& at) {
    for (const FieldOutcome& field : info.outcome.fields) {
      if (field.at == at) return field.kind;
    }
    return OutcomeKind::kApplied;
  };
  for (const auto& [at, field] : record.fields) {
    const auto is_its = [&expected](const OracleWrite& write) {
      return write.change == expected.seq;
    };
    const bool counts =
        std::any_of(field.live.begin(), field.live.end(), is_its) ||
        std::any_of(field.lost.begin(), field.lost.end(), is_its);
    // A row's or record's existence is told of its deletes as well.
    if (!counts || at.field == kExistenceField) continue;
    Equal("outcome of " + NameOf(at), std::string(ToText(told(at))),
          std::string(ToText(oracle_.OutcomeOf(record, at, expected.seq))));
  }
}

void Comparison::CompareChange(const OracleChange& expected) {
  where_ = "change " + std::to_string(expected.seq) + ", ";
  const auto info = Must(reader_.FindEntry(expected.seq));
  const auto held = Must(reader_.FindHeld(expected.seq));
  CHECK(info.has_value());
  Equal("applied at", info->applied_at, expected.applied_at);
  Equal("held", held.has_value(), expected.held());
  if (held.has_value()) {
    Equal("reason", std::string(ToText(held->reason)),
          std::string(ToText(expected.reason)));
    Equal("outcome's reason", std::string(ToText(info->outcome.reason)),
          std::string(ToText(expected.reason)));
  }
  Equal("rejected", info->outcome.rejected, expected.rejected);
  if (expected.applied_at != 0) CompareOutcomes(expected, *info);
  where_.clear();
}

// Each bucket's feed has one entry of each record that is or was in it.
void Comparison::CompareFeeds() {
  std::map<std::string, std::set<std::string>> expected;
  std::map<std::string, Bucket> buckets;
  const auto text = [](Seq seq, const RecordId& id, bool left) {
    return std::to_string(seq) + " " + ToText(id) + (left ? " left" : "");
  };
  for (const auto& [id, record] : oracle_.records()) {
    for (const auto& [name, member] : record.buckets) {
      expected[name].insert(text(member.left != 0 ? member.left : record.latest,
                                 id, member.left != 0));
      const bool is_area = name.starts_with("area/");
      buckets[name] = {is_area ? BucketKind::kArea : BucketKind::kPerson,
                       name.substr(name.find('/') + 1)};
    }
  }
  for (const auto& [name, bucket] : buckets) {
    std::set<std::string> state;
    for (const FeedItem& item : Must(reader_.Feed(bucket, 0, 1'000'000))) {
      state.insert(text(item.seq, item.entry.record, item.entry.left));
    }
    if (state != expected[name]) {
      Equal("entries in " + name, state.size(), expected[name].size());
      Equal("feed " + name + " as it should be", false, true);
    }
  }
}

void Comparison::CompareCounters() {
  std::map<std::string, std::int64_t> state;
  for (const auto& [name, count] : Must(reader_.Counters(""))) {
    if (count != 0) state[name] = count;
  }
  const std::map<std::string, std::int64_t> oracle = oracle_.Recount();
  std::set<std::string> names;
  for (const auto& [name, count] : state) names.insert(name);
  for (const auto& [name, count] : oracle) names.insert(name);
  for (const std::string& name : names) {
    const auto in_state = state.find(name);
    const auto in_oracle = oracle.find(name);
    Equal("counter " + name, in_state == state.end() ? 0 : in_state->second,
          in_oracle == oracle.end() ? 0 : in_oracle->second);
  }
}

}  // namespace

void CatchUp(const Reader& reader, const Plaintexts& plaintexts,
             Oracle& oracle) {
  while (oracle.head() < reader.head()) {
    const Seq seq = oracle.head() + 1;
    const auto info = Must(reader.FindEntry(seq));
    CHECK(info.has_value());
    LogEntry entry = Must(reader.ReadLog(seq));
    if (auto* received = std::get_if<ChangeReceived>(&entry.body)) {
      *received = plaintexts.Of(*received);
    }
    oracle.Take(entry, info->time);
  }
}

std::vector<std::string> Differences(const Reader& reader,
                                     const Plaintexts& plaintexts,
                                     const Oracle& oracle) {
  CHECK(reader.head() == oracle.head());
  return Comparison(reader, plaintexts, oracle).Run();
}

}  // namespace chasqui::testing
