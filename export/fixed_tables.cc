#include "export/fixed_tables.h"

#include <utility>

#include "export/table_schema.h"

namespace chasqui::exporting {
namespace {

using Columns = std::vector<TableColumn>;

TableColumn Text(std::string name) {
  return {std::move(name), ColumnType::kText, {}, {}};
}
TableColumn Integer(std::string name) {
  return {std::move(name), ColumnType::kInteger, {}, {}};
}
TableColumn Boolean(std::string name) {
  return {std::move(name), ColumnType::kBoolean, {}, {}};
}
TableColumn Moment(std::string name) {
  return {std::move(name), ColumnType::kDateTime, {}, {}};
}

// `columns`, and the increment that brought the row.
TableSchema Table(std::string name, TableKind kind, Columns columns) {
  columns.push_back(Integer("_increment"));
  return {std::move(name), kind, std::move(columns)};
}

TableSchema Conflicts() {
  return Table("conflicts", TableKind::kOfRecords,
               {Text("_id"), Text("_row"), Text("path"), Text("choice"),
                Text("shown_value"), Text("shown_person"), Integer("shown_seq"),
                Text("loser_value"), Text("loser_person"), Integer("loser_seq"),
                Text("policy"), Boolean("decided"), Boolean("uncertain")});
}

TableSchema Attachments() {
  return Table("attachments", TableKind::kOfRecords,
               {Text("_id"), Text("_row"), Text("path"), Text("sha256"),
                Integer("bytes"), Text("media_type")});
}

TableSchema Assignments() {
  return Table("assignments", TableKind::kOfRecords,
               {Text("_id"), Text("assignee"), Text("area"), Text("status")});
}

TableSchema History() {
  return Table(std::string(kHistoryTable), TableKind::kLog,
               {Text("_log"), Integer("_seq"), Text("event"), Text("_id"),
                Text("_row"), Text("path"), Text("choice"), Text("value"),
                Text("person"), Text("device"), Moment("received"),
                Moment("made"), Moment("made_earliest"), Moment("made_latest"),
                Text("outcome"), Text("reason"), Integer("about_seq")});
}

TableSchema Devices() {
  return Table("devices", TableKind::kSnapshot,
               {Text("device"), Integer("incarnations"), Integer("changes"),
                Integer("latest_seq"), Moment("latest_received"),
                Text("latest_person"), Integer("in_gap")});
}

TableSchema Codebook() {
  return Table("codebook", TableKind::kSnapshot,
               {Text("table"), Text("column"), Text("path"), Text("type"),
                Text("form"), Text("versions"), Text("group"), Text("policy"),
                Boolean("personal"), Text("label"), Text("required"),
                Text("relevant"), Text("constraint"), Text("calculate")});
}

TableSchema CodebookTexts() {
  return Table("codebook_texts", TableKind::kSnapshot,
               {Text("table"), Text("column"), Text("what"), Text("choice"),
                Text("language"), Text("text")});
}

}  // namespace

TableSchema RecordTable(std::string name) {
  return Table(std::move(name), TableKind::kRecords,
               {Text("_id"), Integer("_seq"), Text("_status"), Text("_area"),
                Text("_assignee"), Moment("_created"), Moment("_updated"),
                Text("_form_version"), Integer("_open_conflicts"),
                Boolean("_deleted"), Boolean("_erased")});
}

TableSchema RowTable(std::string name) {
  return Table(std::move(name), TableKind::kOfRecords,
               {Text("_id"), Text("_row"), Text("_parent_row"),
                Integer("_order"), Integer("_seq")});
}

std::vector<TableSchema> FixedTables() {
  return {Conflicts(), Attachments(),   Assignments(), Devices(),
          Codebook(),  CodebookTexts(), History()};
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
