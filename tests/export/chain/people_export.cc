#include "tests/export/chain/people_export.h"

#include <memory>
#include <utility>

#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

const LogName kLogOfPeople{0xABC};

enum PeopleTable : std::size_t {
  kPeople,
  kVisitsOfPeople,
  kHistoryOfPeople,
  kConflictsOfPeople,
  kAttachmentsOfPeople,
  kCodebookOfPeople,
};

RecordId PersonId(std::uint8_t number) {
  RecordId id;
  id.bytes[0] = 0xCD;
  id.bytes[15] = number;
  return id;
}

TableColumn Column(std::string name, ColumnType type) {
  return {.name = std::move(name), .type = type};
}

// The rows of one increment.
class PeopleSource final : public IncrementSource {
 public:
  explicit PeopleSource(unsigned number) : number_(number) {
    for (const TableSchema& table : PeopleTables())
      batches_.emplace_back(table);
    AddCodebookRows();
    if (number == 1) {
      AddPerson(Adaeze(), kSecret);
      AddPerson(Bola(), kSecretOfBola);
    } else if (number == 2) {
      AddPerson(Adaeze(), StrCat(kSecret, " again"));
      AddPerson(PersonId(3), "Chidi");
    } else {
      if (number == 3) AddErasedRow(Adaeze());
      if (number == 5) AddErasedRow(Bola());
      AddPerson(PersonId(static_cast<std::uint8_t>(number + 10)), "Dayo");
    }
    summary_.from = (number - 1) * 10;
    summary_.to = {kLogOfPeople, number * 10};
    summary_.lineage = {{kLogOfPeople, 1}};
  }

  const std::vector<TableSchema>& tables() const override {
    return PeopleTables();
  }
  absl::StatusOr<const Batch*> Next() override {
    if (next_ == batches_.size()) return nullptr;
    return &batches_[next_++];
  }
  const IncrementSummary& summary() const override { return summary_; }

 private:
  void AddSystemCells(const RecordId& id, bool erased, Batch& batch) const {
    batch.AddText(ToText(id));
    batch.AddNumber(number_ * 10);
    batch.AddNumber(number_);
    batch.AddNumber(0);
    batch.AddNumber(erased ? 1 : 0);
    batch.AddNumber(7);  // depth
  }
  void AddPerson(const RecordId& id, std::string_view name) {
    Batch& person = batches_[kPeople];
    AddSystemCells(id, /*erased=*/false, person);
    person.AddText(StrCat("\"", name, "\",\r\n", name));
    person.AddText(name);
    person.AddText(name == kSecretOfBola ? "2.5" : "1.25");
    person.AddNumber(name == kSecretOfBola ? 5 : 6);
    person.AddMoment(name == kSecretOfBola ? 7 : 8, 60);
    person.AddText(name == kSecretOfBola ? "1 2" : "3 4 5 6");
    person.AddText(name);
    person.AddList({name, "other"});
    Batch& visit = batches_[kVisitsOfPeople];
    visit.AddText(ToText(id));
    visit.AddNumber(number_);
    visit.AddText(name);
    for (const bool personal : {true, false}) {
      const std::string said = personal ? std::string(name) : "plain";
      const char* const path = personal ? "g/name" : "depth";
      AddHistoryRow(id, "set", path, said);
      Batch& conflict = batches_[kConflictsOfPeople];
      conflict.AddText(ToText(id));
      conflict.AddNumber(number_);
      conflict.AddText(path);
      conflict.AddText(said);
      conflict.AddText(said);
    }
    Batch& attachment = batches_[kAttachmentsOfPeople];
    attachment.AddText(ToText(id));
    attachment.AddNumber(number_);
    attachment.AddText("photo");
    attachment.AddText(name);
    attachment.AddNumber(9);
    attachment.AddText("image/png");
  }
  void AddErasedRow(const RecordId& id) {
    Batch& person = batches_[kPeople];
    AddSystemCells(id, /*erased=*/true, person);
    for (int i = 0; i < 8; ++i) person.AddNull();
    AddHistoryRow(id, "erase", "", "");
  }
  void AddHistoryRow(const RecordId& id, std::string_view event,
                     std::string_view path, std::string_view value) {
    Batch& history = batches_[kHistoryOfPeople];
    history.AddNumber(number_ * 10);
    history.AddText(ToText(kLogOfPeople));
    history.AddNumber(number_);
    history.AddText(event);
    history.AddText(ToText(id));
    path.empty() ? history.AddNull() : history.AddText(path);
    value.empty() ? history.AddNull() : history.AddText(value);
  }
  void AddCodebookRows() {
    for (const std::size_t table : {kPeople, kVisitsOfPeople}) {
      const TableSchema& schema = PeopleTables()[table];
      const std::size_t first = table == kPeople ? 5 : 2;
      for (std::size_t i = first; i < schema.columns.size(); ++i) {
        const std::string& name = schema.columns[i].name;
        Batch& codebook = batches_[kCodebookOfPeople];
        codebook.AddNumber(number_);
        codebook.AddText(schema.name);
        codebook.AddText(name);
        codebook.AddText(name == "name#2" ? "g/name" : name);
        codebook.AddNumber(name == "depth" ? 0 : 1);
      }
    }
  }

  const std::int64_t number_;
  std::vector<Batch> batches_;
  std::size_t next_ = 0;
  IncrementSummary summary_;
};

}  // namespace

RecordId Adaeze() { return PersonId(1); }
RecordId Bola() { return PersonId(2); }

const std::vector<TableSchema>& PeopleTables() {
  const auto text = [](std::string name) {
    return Column(std::move(name), ColumnType::kText);
  };
  const auto integer = [](std::string name) {
    return Column(std::move(name), ColumnType::kInteger);
  };
  static const auto& tables = *new std::vector<TableSchema>{
      {"people",
       TableKind::kRecords,
       {text("_id"), integer("_seq"), integer("_increment"),
        Column("_deleted", ColumnType::kBoolean),
        Column("_erased", ColumnType::kBoolean), integer("depth"),
        text("name#2"), Column("sex", ColumnType::kChoice),
        Column("wage", ColumnType::kDecimal), Column("born", ColumnType::kDate),
        Column("seen", ColumnType::kDateTime),
        Column("spot", ColumnType::kPoint),
        Column("photo", ColumnType::kAttachment),
        Column("tongues", ColumnType::kChoices)}},
      {"people.visits",
       TableKind::kOfRecords,
       {text("_id"), integer("_increment"), text("visit/by")}},
      {"history",
       TableKind::kLog,
       {integer("_seq"), text("_log"), integer("_increment"), text("event"),
        text("_id"), text("path"), text("value")}},
      {"conflicts",
       TableKind::kOfRecords,
       {text("_id"), integer("_increment"), text("path"), text("shown_value"),
        text("loser_value")}},
      {"attachments",
       TableKind::kOfRecords,
       {text("_id"), integer("_increment"), text("path"), text("sha256"),
        integer("bytes"), text("media_type")}},
      {"codebook",
       TableKind::kSnapshot,
       {integer("_increment"), text("table"), text("column"), text("path"),
        Column("personal", ColumnType::kBoolean)}},
  };
  return tables;
}

absl::Status ExportPeople(Folder& folder, const std::string& format,
                          unsigned number, PersonalAnswers personal) {
  ASSIGN_OR_RETURN(const Format as, ParseFormat(format));
  ASSIGN_OR_RETURN(
      const auto run,
      ExportRun::Open(
          folder, {.survey = "people",
                   .format = format,
                   .personal = personal,
                   .make_writer = [as](const TableSchema& schema, Sink& sink) {
                     return NewTableWriter(as, schema, sink);
                   }}));
  return run
      ->Step({{kLogOfPeople, 1}},
             [&](const IncrementRequest& request)
                 -> absl::StatusOr<std::unique_ptr<IncrementSource>> {
               CHECK(request.number >= number);
               return std::make_unique<PeopleSource>(number);
             })
      .status();
}

}  // namespace chasqui::exporting
