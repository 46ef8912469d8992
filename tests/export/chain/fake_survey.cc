#include "tests/export/chain/fake_survey.h"

#include <algorithm>
#include <set>
#include <utility>

#include "export/table_schema.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

const TableColumn kId{std::string(kIdColumn), ColumnType::kText, {}, {}};
const TableColumn kSeq{std::string(kSeqColumn), ColumnType::kInteger, {}, {}};
const TableColumn kLog{std::string(kLogColumn), ColumnType::kText, {}, {}};
const TableColumn kIncrement{
    std::string(kIncrementColumn), ColumnType::kInteger, {}, {}};
const TableColumn kDeleted{
    std::string(kDeletedColumn), ColumnType::kBoolean, {}, {}};

enum TableNumber : std::size_t {
  kSchools,
  kRooms,
  kVisits,
  kHistory,
  kCodebook,
};

std::string RoomName(const std::string& name, Seq i) {
  return StrCat(name, "-", i);
}

}  // namespace

const std::vector<TableSchema>& FakeSurvey::Tables() {
  static const auto& tables = *new std::vector<TableSchema>{
      {"schools",
       TableKind::kRecords,
       {kId, kSeq, kIncrement, kDeleted, {"name", ColumnType::kText, {}, {}}}},
      {"schools.rooms",
       TableKind::kOfRecords,
       {kId, kIncrement, {"room", ColumnType::kText, {}, {}}}},
      {"visits",
       TableKind::kRecords,
       {kId, kSeq, kIncrement, kDeleted, {"name", ColumnType::kText, {}, {}}}},
      {"history",
       TableKind::kLog,
       {kSeq, kLog, kIncrement, kId, {"name", ColumnType::kText, {}, {}}}},
      {"codebook",
       TableKind::kSnapshot,
       {kIncrement, {"head", ColumnType::kInteger, {}, {}}}},
  };
  return tables;
}

RecordId FakeSurvey::IdOf(unsigned record) {
  RecordId id;
  id.bytes[0] = 0xAB;
  id.bytes[15] = static_cast<std::uint8_t>(record);
  id.bytes[14] = static_cast<std::uint8_t>(record >> 8);
  return id;
}

void FakeSurvey::Save(unsigned record, const std::string& name) {
  entries_.push_back({PresentName(lineage_), record, name});
}

void FakeSurvey::Delete(unsigned record) {
  entries_.push_back({PresentName(lineage_), record, std::nullopt});
}

void FakeSurvey::Restart() {
  const LogName name{0xC0FFEE00 + ++names_given_};
  entries_.push_back({name, std::nullopt, std::nullopt});
  lineage_.push_back({name, head()});
}

void FakeSurvey::RestoreTo(Seq seq) {
  CHECK(seq >= 1);
  entries_.resize(std::min<std::size_t>(entries_.size(), seq));
  while (lineage_.back().begins > head()) lineage_.pop_back();
  Restart();
}

std::map<unsigned, FakeSurvey::Last> FakeSurvey::Records() const {
  std::map<unsigned, Last> records;
  for (Seq seq = 1; seq <= head(); ++seq) {
    const Entry& entry = entries_[seq - 1];
    if (entry.record.has_value()) records[*entry.record] = {seq, entry.name};
  }
  return records;
}

TableRows FakeSurvey::Present() const {
  TableRows tables;
  for (const auto& [record, last] : Records()) {
    if (!last.name.has_value()) continue;
    const std::string id = ToText(IdOf(record));
    tables[record % 2 == 1 ? "visits" : "schools"].push_back(
        {{"_id", id},
         {"_seq", StrCat(last.seq)},
         {"_deleted", "false"},
         {"name", *last.name}});
    for (Seq i = 0; record % 2 == 0 && i < last.seq % 3; ++i) {
      tables["schools.rooms"].push_back(
          {{"_id", id}, {"room", RoomName(*last.name, i)}});
    }
  }
  for (Seq seq = 1; seq <= head(); ++seq) {
    const Entry& entry = entries_[seq - 1];
    if (!entry.record.has_value()) continue;
    tables["history"].push_back({{"_seq", StrCat(seq)},
                                 {"_log", ToText(entry.log)},
                                 {"_id", ToText(IdOf(*entry.record))},
                                 {"name", entry.name.value_or("")}});
  }
  tables["codebook"].push_back({{"head", StrCat(head())}});
  for (auto& [name, rows] : tables) std::sort(rows.begin(), rows.end());
  return tables;
}

// Fills all batches at once: it is small.
class FakeSource final : public IncrementSource {
 public:
  FakeSource(const FakeSurvey& survey, const IncrementRequest& request,
             std::size_t batch_rows, std::optional<std::size_t> fails_after)
      : number_(static_cast<std::int64_t>(request.number)),
        batch_rows_(batch_rows),
        fails_after_(fails_after) {
    summary_.to = survey.position();
    summary_.lineage = survey.lineage();
    if (request.since.has_value()) {
      summary_.from =
          CountsAs(*request.since, survey.lineage(), survey.head(), {});
    }
    tables_ = FakeSurvey::Tables();
    if (!request.history) tables_.erase(tables_.begin() + kHistory);
    AddRecords(survey, request);
    for (Seq seq = summary_.from + 1; seq <= survey.head(); ++seq) {
      const FakeSurvey::Entry& entry = survey.entries_[seq - 1];
      if (!entry.record.has_value() || !request.history) continue;
      Batch& batch = Into(kHistory);
      batch.AddNumber(static_cast<std::int64_t>(seq));
      batch.AddText(ToText(entry.log));
      batch.AddNumber(number_);
      batch.AddText(ToText(FakeSurvey::IdOf(*entry.record)));
      AddName(entry.name, batch);
    }
    Batch& batch = Into(kCodebook);
    batch.AddNumber(number_);
    batch.AddNumber(static_cast<std::int64_t>(survey.head()));
  }

  const std::vector<TableSchema>& tables() const override { return tables_; }
  absl::StatusOr<const Batch*> Next() override {
    if (next_ == fails_after_) {
      return absl::UnavailableError("the connection was lost");
    }
    if (next_ == batches_.size()) return nullptr;
    return batches_[next_++].get();
  }
  const IncrementSummary& summary() const override {
    CHECK(next_ == batches_.size());
    return summary_;
  }

 private:
  void AddRecords(const FakeSurvey& survey, const IncrementRequest& request) {
    std::set<RecordId> also(request.also.begin(), request.also.end());
    for (const auto& [record, last] : survey.Records()) {
      const RecordId id = FakeSurvey::IdOf(record);
      const bool asked = also.erase(id) > 0;
      const bool changed = request.since.has_value() ? last.seq > summary_.from
                                                     : last.name.has_value();
      if (asked || changed) {
        AddRecord(record % 2 == 1 ? kVisits : kSchools, id, last);
      }
    }
    // Of a record the log does not have nobody knows which form it was of.
    for (const RecordId& id : also) AddRecord(kSchools, id, {});
  }
  void AddRecord(TableNumber table, const RecordId& id,
                 const FakeSurvey::Last& last) {
    Batch& batch = Into(table);
    batch.AddText(ToText(id));
    batch.AddNumber(static_cast<std::int64_t>(last.seq));
    batch.AddNumber(number_);
    batch.AddNumber(last.name.has_value() ? 0 : 1);
    AddName(last.name, batch);
    if (!last.name.has_value() || table != kSchools) return;
    for (Seq i = 0; i < last.seq % 3; ++i) {
      Batch& rooms = Into(kRooms);
      rooms.AddText(ToText(id));
      rooms.AddNumber(number_);
      rooms.AddText(RoomName(*last.name, i));
    }
  }
  static void AddName(const std::optional<std::string>& name, Batch& batch) {
    name.has_value() ? batch.AddText(*name) : batch.AddNull();
  }
  // For one more row.
  Batch& Into(TableNumber table) {
    const TableSchema& schema = FakeSurvey::Tables()[table];
    if (batches_.empty() || &batches_.back()->schema() != &schema ||
        batches_.back()->rows() == batch_rows_) {
      batches_.push_back(std::make_unique<Batch>(schema));
    }
    return *batches_.back();
  }

  std::vector<TableSchema> tables_;
  const std::int64_t number_;
  const std::size_t batch_rows_;
  const std::optional<std::size_t> fails_after_;
  std::vector<std::unique_ptr<Batch>> batches_;
  std::size_t next_ = 0;
  IncrementSummary summary_;
};

std::unique_ptr<IncrementSource> FakeSurvey::Read(
    const IncrementRequest& request, std::size_t batch_rows,
    std::optional<std::size_t> fails_after) const {
  return std::make_unique<FakeSource>(*this, request, batch_rows, fails_after);
}

}  // namespace chasqui::exporting
