#include "export/csv_export.h"

#include <set>
#include <string_view>
#include <utility>

#include "export/answer.h"
#include "export/conflicts.h"
#include "export/csv.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"
#include "sync/lineage.h"
#include "sync/presence.h"

namespace chasqui::exporting {
namespace {

constexpr std::size_t kRecordsAtATime = 64;
// Beyond so many entries of the log it is cheaper to look at every record.
constexpr Seq kListedMax = 200'000;

std::vector<std::string> RecordColumns() {
  return {
      "_id",      "_seq",     "_status",       "_area",           "_assignee",
      "_created", "_updated", "_form_version", "_open_conflicts", "_deleted"};
}

std::vector<std::string> RowColumns() {
  return {"_id", "_row", "_parent_row", "_seq", "_deleted"};
}

std::vector<std::string> ConflictColumns() {
  return {"_id",          "_row",         "path",      "choice",
          "shown_value",  "shown_person", "shown_seq", "loser_value",
          "loser_person", "loser_seq",    "policy",    "decided",
          "uncertain"};
}

std::vector<std::string> WithFields(std::vector<std::string> names,
                                    const Table& table) {
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

std::string YesNo(bool yes) { return yes ? "true" : "false"; }

std::string OptionalId(const RowId& id) { return id.empty() ? "" : ToText(id); }

}  // namespace

CsvExport::CsvExport(std::shared_ptr<const Reader> reader,
                     std::optional<Seq> since, bool personal)
    : reader_(std::move(reader)),
      since_(since),
      tables_(reader_->survey(), personal) {
  for (const Table& table : tables_.all()) {
    Open(table.file,
         WithFields(table.repeat == 0 ? RecordColumns() : RowColumns(), table));
  }
  Open("conflicts.csv", ConflictColumns());
}

void CsvExport::Open(const std::string& name,
                     const std::vector<std::string>& columns) {
  File file{name, {}, 0};
  AppendCsvLine(columns, file.pending);
  files_.push_back(std::move(file));
}

void CsvExport::AddLine(File& file, const std::vector<std::string>& cells) {
  AppendCsvLine(cells, file.pending);
  ++file.rows;
}

std::optional<Piece> CsvExport::TakeFull(std::size_t at_least) {
  for (File& file : files_) {
    if (file.pending.size() < at_least) continue;
    Piece piece{file.name, {}};
    if (file.pending.size() <= kPieceBytes) {
      piece.data.swap(file.pending);
    } else {
      piece.data = file.pending.substr(0, kPieceBytes);
      file.pending.erase(0, kPieceBytes);
    }
    return piece;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<Piece>> CsvExport::Next() {
  while (true) {
    if (std::optional<Piece> full = TakeFull(ended_ ? 1 : kPieceBytes)) {
      return full;
    }
    if (ended_) return std::nullopt;
    ASSIGN_OR_RETURN(const bool advanced, Advance());
    ended_ = !advanced;
  }
}

std::vector<FileSummary> CsvExport::Files() const {
  std::vector<FileSummary> summaries;
  for (const File& file : files_) summaries.push_back({file.name, file.rows});
  return summaries;
}

Position CsvExport::position() const {
  return {PresentName(reader_->survey().lineage), reader_->head()};
}

absl::Status CsvExport::ListChanged() {
  std::set<RecordId> changed;
  for (Seq seq = *since_ + 1; seq <= reader_->head(); ++seq) {
    ASSIGN_OR_RETURN(const std::optional<EntryInfo> info,
                     reader_->FindEntry(seq));
    if (info.has_value() && !info->record.empty()) changed.insert(info->record);
  }
  changed_.assign(changed.begin(), changed.end());
  listed_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Record>> CsvExport::NextRecords() {
  if (since_.has_value() && !listed_ &&
      reader_->head() - *since_ <= kListedMax) {
    RETURN_IF_ERROR(ListChanged());
  }
  if (!listed_) return reader_->Records(after_, kRecordsAtATime);
  // Ids in the log may be of changes that never made a record: look on until
  // there is one.
  std::vector<Record> records;
  while (records.size() < kRecordsAtATime && !changed_.empty()) {
    ASSIGN_OR_RETURN(std::optional<Record> record,
                     reader_->FindRecord(changed_.front()));
    changed_.pop_front();
    if (record.has_value()) records.push_back(*std::move(record));
  }
  return records;
}

absl::StatusOr<bool> CsvExport::Advance() {
  ASSIGN_OR_RETURN(const std::vector<Record> records, NextRecords());
  for (const Record& record : records) {
    after_ = record.id;
    const bool wanted =
        since_.has_value() ? record.latest > *since_ : !record.gone;
    if (wanted) RETURN_IF_ERROR(AddRecord(record));
  }
  return !records.empty();
}

absl::Status CsvExport::AddRecord(const Record& record) {
  RETURN_IF_ERROR(AddRecordLine(record));
  if (record.rows == 0 && record.review_conflicts == 0 &&
      record.decided_conflicts == 0) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<Row> rows, reader_->RowsOf(record.id));
  RETURN_IF_ERROR(AddRows(record, rows));
  return AddConflicts(record, rows);
}

absl::Status CsvExport::AddRecordLine(const Record& record) {
  const std::optional<std::size_t> table = tables_.OfRecords(record.form);
  if (!table.has_value()) {
    return absl::DataLossError(StrCat("record ", ToText(record.id),
                                      " is of form ", record.form,
                                      ", which was never published"));
  }
  const std::int32_t offset = reader_->survey().config.utc_offset_minutes;
  ASSIGN_OR_RETURN(const std::optional<EntryInfo> created,
                   reader_->FindEntry(record.created));
  ASSIGN_OR_RETURN(const std::optional<EntryInfo> updated,
                   reader_->FindEntry(record.latest));
  std::vector<std::string> cells = {
      ToText(record.id),
      StrCat(record.latest),
      std::string(ToText(record.status())),
      record.area(),
      record.assignee(),
      created.has_value() ? FormatMoment(created->time.at, offset) : "",
      updated.has_value() ? FormatMoment(updated->received_ms, offset) : "",
      reader_->survey().forms[record.form - 1].form.version,
      StrCat(record.gone ? 0 : record.open_conflicts()),
      YesNo(record.gone)};
  AppendFields(tables_.all()[*table], record, record.gone, cells);
  AddLine(files_[*table], cells);
  return absl::OkStatus();
}

absl::Status CsvExport::AddRows(const Record& record,
                                const std::vector<Row>& rows) {
  const std::set<RowId> gone_rows = GoneRows(rows);
  for (const Row& row : rows) {
    const bool gone = record.gone || gone_rows.contains(row.id);
    if (gone && !since_.has_value()) continue;
    const std::optional<std::size_t> table =
        tables_.OfRows(record.form, row.repeat);
    if (!table.has_value()) continue;
    std::vector<std::string> cells = {ToText(record.id), ToText(row.id),
                                      OptionalId(row.parent),
                                      StrCat(row.latest), YesNo(gone)};
    AppendFields(tables_.all()[*table], row, gone, cells);
    AddLine(files_[*table], cells);
  }
  return absl::OkStatus();
}

absl::Status CsvExport::AddConflicts(const Record& record,
                                     const std::vector<Row>& rows) {
  ASSIGN_OR_RETURN(const std::vector<Conflict> conflicts,
                   ConflictsOf(*reader_, record, rows));
  const Survey& survey = reader_->survey();
  for (const Conflict& conflict : conflicts) {
    const std::string* const choice =
        survey.numbering.ChoiceCode(conflict.at.field, conflict.at.choice);
    for (const CompetingWrite& loser : conflict.losers) {
      AddLine(files_.back(),
              {ToText(record.id), OptionalId(conflict.at.row),
               conflict.field->path, choice == nullptr ? "" : *choice,
               conflict.shown.answer.text, conflict.shown.by.person,
               StrCat(conflict.shown.seq), loser.answer.text, loser.by.person,
               StrCat(loser.seq), std::string(ToText(conflict.field->policy)),
               YesNo(!conflict.open), YesNo(conflict.uncertain)});
    }
  }
  return absl::OkStatus();
}

void CsvExport::AppendFields(const Table& table, const Holder& holder,
                             bool gone, std::vector<std::string>& cells) const {
  const Survey& survey = reader_->survey();
  for (const Column& column : table.columns) {
    const FieldSchema* const field = survey.schema.Field(column.field);
    cells.push_back(field == nullptr || gone
                        ? ""
                        : ShownAnswer(survey, *field, holder).text);
  }
}

}  // namespace chasqui::exporting
