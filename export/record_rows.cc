#include "export/record_rows.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "export/cells.h"
#include "export/conflicts.h"
#include "export/table_schema.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/presence.h"
#include "sync/value.h"

namespace chasqui::exporting {
namespace {

std::string TextOf(const RowId& row) { return row.empty() ? "" : ToText(row); }

void AddFields(std::size_t table, const Holder& holder, bool gone,
               Taking& taking, Batch& batch) {
  const std::vector<TableColumn>& columns = taking.tables.all()[table].columns;
  const std::vector<const FieldSchema*>& fields =
      taking.tables.forms()[table].schemas;
  const std::size_t before = columns.size() - fields.size();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (gone || fields[i] == nullptr) {
      batch.AddNull();
    } else {
      AddShown(taking.survey(), *fields[i], columns[before + i].type, holder,
               batch);
    }
  }
}

absl::Status AddRecordRow(std::size_t table, const Record& record,
                          Taking& taking) {
  ASSIGN_OR_RETURN(const std::optional<EntryInfo> created,
                   taking.reader.FindEntry(record.created));
  std::optional<EntryInfo> updated = created;
  if (record.latest != record.created) {
    ASSIGN_OR_RETURN(updated, taking.reader.FindEntry(record.latest));
  }
  NewRow row(taking, table);
  row.Text(ToText(record.id))
      .Integer(record.latest)
      .Text(ToText(record.status()))
      .Text(record.area())
      .Text(record.assignee());
  created.has_value() ? row.Moment(created->time.at) : row.Null();
  updated.has_value() ? row.Moment(updated->received_ms) : row.Null();
  row.Text(taking.survey().forms[record.form - 1].form.version)
      .Integer(record.gone ? 0 : record.open_conflicts())
      .Boolean(record.gone)
      .Boolean(record.erased != 0)
      .Increment();
  AddFields(table, record, record.gone, taking, row.batch());
  return absl::OkStatus();
}

// Where each row was added: the change, and the place in it. Rows of one repeat
// are in that order, which is the order people put them in.
class RowOrder {
 public:
  explicit RowOrder(const Reader& reader) : reader_(reader) {}

  using Place = std::tuple<Seq, std::size_t, RowId>;
  absl::StatusOr<Place> Of(const Row& row) {
    const FieldState* const existence = row.Find(kExistenceField);
    if (existence == nullptr) return Place(0, 0, row.id);
    const Seq seq = existence->seq();
    const auto known = changes_.find(seq);
    if (known == changes_.end()) RETURN_IF_ERROR(Read(seq));
    const auto& places = changes_[seq];
    const auto place = places.find(row.id);
    return Place(seq, place == places.end() ? 0 : place->second, row.id);
  }

 private:
  absl::Status Read(Seq seq) {
    auto& places = changes_[seq];
    ASSIGN_OR_RETURN(LogEntry entry, reader_.ReadLog(seq));
    const auto* const received = std::get_if<ChangeReceived>(&entry.body);
    if (received == nullptr) return absl::OkStatus();
    const absl::StatusOr<Change> change = DecodeReceived(*received);
    if (!change.ok()) return absl::OkStatus();
    for (std::size_t i = 0; i < change->ops.size(); ++i) {
      const Op& op = change->ops[i];
      if (op.kind == OpKind::kAddRow || op.kind == OpKind::kRestore) {
        places.emplace(op.at.row, i);
      }
    }
    return absl::OkStatus();
  }

  const Reader& reader_;
  std::map<Seq, std::map<RowId, std::size_t>> changes_;
};

// REQUIRES: none of the rows is gone.
absl::Status AddRows(const Record& record, const std::vector<Row>& rows,
                     Taking& taking) {
  RowOrder order(taking.reader);
  std::vector<std::pair<RowOrder::Place, const Row*>> placed;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(const RowOrder::Place place, order.Of(row));
    placed.emplace_back(place, &row);
  }
  std::sort(placed.begin(), placed.end());
  std::map<std::pair<RowId, std::uint32_t>, std::int64_t> next;
  for (const auto& [place, found] : placed) {
    const std::optional<std::size_t> table =
        taking.tables.OfRows(record.form, found->repeat);
    if (!table.has_value()) continue;
    NewRow row(taking, *table);
    row.Text(ToText(record.id))
        .Text(ToText(found->id))
        .Text(TextOf(found->parent))
        .Integer(++next[{found->parent, found->repeat}])
        .Integer(found->latest)
        .Increment();
    AddFields(*table, *found, /*gone=*/false, taking, row.batch());
  }
  return absl::OkStatus();
}

absl::Status AddConflicts(const Record& record, const std::vector<Row>& rows,
                          Taking& taking) {
  if (!record.has_conflicts()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<Conflict> conflicts,
                   ConflictsOf(taking.reader, record, rows));
  for (const Conflict& conflict : conflicts) {
    const std::string* const choice = taking.survey().numbering.ChoiceCode(
        conflict.at.field, conflict.at.choice);
    for (const CompetingWrite& loser : conflict.losers) {
      NewRow(taking, taking.tables.Of(FixedTable::kConflicts))
          .Text(ToText(record.id))
          .Text(TextOf(conflict.at.row))
          .Text(conflict.field->path)
          .Text(choice == nullptr ? "" : *choice)
          .Text(conflict.shown.answer.text)
          .Text(conflict.shown.by.person)
          .Integer(conflict.shown.seq)
          .Text(loser.answer.text)
          .Text(loser.by.person)
          .Integer(loser.seq)
          .Text(ToText(conflict.field->policy))
          .Boolean(!conflict.open)
          .Boolean(conflict.uncertain)
          .Increment();
    }
  }
  return absl::OkStatus();
}

void AddAttachments(const Record& record, const RowId& row,
                    const Holder& holder, Taking& taking) {
  for (const FieldState& state : holder.fields) {
    if (state.value().kind != ValueKind::kAttachment) continue;
    const FieldSchema* const field = taking.survey().schema.Field(state.field);
    if (field == nullptr) continue;
    const AttachedFile file = AttachmentOf(state.value());
    NewRow(taking, taking.tables.Of(FixedTable::kAttachments))
        .Text(ToText(record.id))
        .Text(TextOf(row))
        .Text(field->path)
        .Text(absl::BytesToHexString({file.sha256.data(), file.sha256.size()}))
        .Integer(file.size)
        .Text(file.media_type)
        .Increment();
  }
}

void AddAssignment(const Record& record, Taking& taking) {
  if (record.assignee().empty()) return;
  NewRow(taking, taking.tables.Of(FixedTable::kAssignments))
      .Text(ToText(record.id))
      .Text(record.assignee())
      .Text(record.area())
      .Text(ToText(record.status()))
      .Increment();
}

}  // namespace

absl::Status AddRecord(const Record& record, Taking& taking) {
  const std::optional<std::size_t> table = taking.tables.OfRecords(record.form);
  if (!table.has_value()) {
    return absl::DataLossError(StrCat("record ", ToText(record.id),
                                      " is of form ", record.form,
                                      ", which was never published"));
  }
  RETURN_IF_ERROR(AddRecordRow(*table, record, taking));
  if (record.gone) return absl::OkStatus();
  AddAssignment(record, taking);
  AddAttachments(record, RowId(), record, taking);
  std::vector<Row> rows;
  if (record.rows > 0) {
    ASSIGN_OR_RETURN(rows, taking.reader.RowsOf(record.id));
    const std::set<RowId> gone = GoneRows(rows);
    std::erase_if(rows, [&](const Row& row) { return gone.contains(row.id); });
    RETURN_IF_ERROR(AddRows(record, rows, taking));
    for (const Row& row : rows) AddAttachments(record, row.id, row, taking);
  }
  return AddConflicts(record, rows, taking);
}

void AddLostRecord(const RecordId& id, Taking& taking) {
  for (std::size_t table = 0; table < taking.tables.forms().size(); ++table) {
    if (taking.tables.forms()[table].repeat != 0) continue;
    NewRow row(taking, table);
    for (const TableColumn& column : taking.tables.all()[table].columns) {
      if (column.name == kIdColumn) {
        row.Text(ToText(id));
      } else if (column.name == kSeqColumn) {
        row.Integer(taking.reader.head());
      } else if (column.name == kDeletedColumn) {
        row.Boolean(true);
      } else if (column.name == kIncrementColumn) {
        row.Increment();
      } else {
        row.Null();
      }
    }
  }
}

}  // namespace chasqui::exporting
