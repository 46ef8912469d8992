#include "export/fixed_tables.h"

#include <utility>

#include "export/table_schema.h"

namespace chasqui::exporting {
namespace {

using Columns = std::vector<TableColumn>;

constexpr std::string_view kConflictsTable = "conflicts";
constexpr std::string_view kAttachmentsTable = "attachments";
// What tells of an answer: see AnswerColumnsOf().
constexpr std::string_view kValue = "value";
constexpr std::string_view kShownValue = "shown_value";
constexpr std::string_view kLoserValue = "loser_value";
constexpr std::string_view kFileHash = "sha256";
constexpr std::string_view kFileBytes = "bytes";
constexpr std::string_view kFileType = "media_type";

TableColumn Text(std::string_view name) {
  return {std::string(name), ColumnType::kText, {}, {}};
}
TableColumn Integer(std::string_view name) {
  return {std::string(name), ColumnType::kInteger, {}, {}};
}
TableColumn Boolean(std::string_view name) {
  return {std::string(name), ColumnType::kBoolean, {}, {}};
}
TableColumn Moment(std::string_view name) {
  return {std::string(name), ColumnType::kDateTime, {}, {}};
}

// `columns`, and the increment that brought the row.
TableSchema Table(std::string name, TableKind kind, Columns columns) {
  columns.push_back(Integer(kIncrementColumn));
  return {std::move(name), kind, std::move(columns)};
}

TableSchema Conflicts() {
  return Table(
      std::string(kConflictsTable), TableKind::kOfRecords,
      {Text(kIdColumn), Text("_row"), Text(kPathColumn), Text("choice"),
       Text(kShownValue), Text("shown_person"), Integer("shown_seq"),
       Text(kLoserValue), Text("loser_person"), Integer("loser_seq"),
       Text("policy"), Boolean("decided"), Boolean("uncertain")});
}

TableSchema Attachments() {
  return Table(std::string(kAttachmentsTable), TableKind::kOfRecords,
               {Text(kIdColumn), Text("_row"), Text(kPathColumn),
                Text(kFileHash), Integer(kFileBytes), Text(kFileType)});
}

TableSchema Assignments() {
  return Table(
      "assignments", TableKind::kOfRecords,
      {Text(kIdColumn), Text("assignee"), Text("area"), Text("status")});
}

TableSchema History() {
  return Table(
      std::string(kHistoryTable), TableKind::kLog,
      {Text(kLogColumn), Integer(kSeqColumn), Text("event"), Text(kIdColumn),
       Text("_row"), Text(kPathColumn), Text("choice"), Text(kValue),
       Text("person"), Text("device"), Moment("received"), Moment("made"),
       Moment("made_earliest"), Moment("made_latest"), Text("outcome"),
       Text("reason"), Integer("about_seq")});
}

TableSchema Devices() {
  return Table("devices", TableKind::kSnapshot,
               {Text("device"), Integer("incarnations"), Integer("changes"),
                Integer("latest_seq"), Moment("latest_received"),
                Text("latest_person"), Integer("in_gap")});
}

TableSchema Codebook() {
  return Table(std::string(kCodebookTable), TableKind::kSnapshot,
               {Text("table"), Text("column"), Text(kPathColumn), Text("type"),
                Text("form"), Text("versions"), Text("group"), Text("policy"),
                Boolean("personal"), Text("label"), Text("required"),
                Text("relevant"), Text("constraint"), Text("calculate")});
}

TableSchema CodebookTexts() {
  return Table(std::string(kCodebookTextsTable), TableKind::kSnapshot,
               {Text("table"), Text("column"), Text("what"), Text("choice"),
                Text("language"), Text("text")});
}

}  // namespace

TableSchema RecordTable(std::string name) {
  return Table(
      std::move(name), TableKind::kRecords,
      {Text(kIdColumn), Integer(kSeqColumn), Text("_status"), Text("_area"),
       Text("_assignee"), Moment("_created"), Moment("_updated"),
       Text("_form_version"), Integer("_open_conflicts"),
       Boolean(kDeletedColumn), Boolean(kErasedColumn)});
}

TableSchema RowTable(std::string name) {
  return Table(std::move(name), TableKind::kOfRecords,
               {Text(kIdColumn), Text("_row"), Text("_parent_row"),
                Integer("_order"), Integer(kSeqColumn)});
}

std::vector<TableSchema> FixedTables() {
  return {Conflicts(), Attachments(),   Assignments(), Devices(),
          Codebook(),  CodebookTexts(), History()};
}

std::vector<std::string_view> AnswerColumnsOf(std::string_view table) {
  if (table == kHistoryTable) return {kValue};
  if (table == kConflictsTable) return {kShownValue, kLoserValue};
  if (table == kAttachmentsTable) return {kFileHash, kFileBytes, kFileType};
  return {};
}

ColumnType ColumnTypeOf(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return ColumnType::kText;
    case FieldType::kInteger:
      return ColumnType::kInteger;
    case FieldType::kDecimal:
      return ColumnType::kDecimal;
    case FieldType::kDate:
      return ColumnType::kDate;
    case FieldType::kTime:
      return ColumnType::kTime;
    case FieldType::kDateTime:
      return ColumnType::kDateTime;
    case FieldType::kPoint:
      return ColumnType::kPoint;
    case FieldType::kLine:
      return ColumnType::kLine;
    case FieldType::kArea:
      return ColumnType::kArea;
    case FieldType::kChoice:
      return ColumnType::kChoice;
    case FieldType::kChoices:
      return ColumnType::kChoices;
    case FieldType::kAttachment:
      return ColumnType::kAttachment;
  }
  return ColumnType::kText;
}

}  // namespace chasqui::exporting
