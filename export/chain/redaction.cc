#include "export/chain/redaction.h"

#include <algorithm>

#include "export/fixed_tables.h"
#include "export/table_schema.h"

namespace chasqui::exporting {
namespace {

// The column of the table that a file has under this name; the longest, where
// one's name begins with another's.
std::optional<std::size_t> ColumnNamed(const TableSchema& table,
                                       std::string_view name) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& column = table.columns[i].name;
    if (column == name) return i;
    const bool part = name.size() > column.size() && name.starts_with(column) &&
                      name[column.size()] == '/';
    if (part && (!found.has_value() ||
                 table.columns[*found].name.size() < column.size())) {
      found = i;
    }
  }
  return found;
}

}  // namespace

bool FileRedaction::concerns_any() const {
  return id.has_value() &&
         std::find(fates.begin(), fates.end(), CellFate::kGoes) != fates.end();
}

void Redaction::AddPersonal(const std::string& table, const std::string& column,
                            const std::string& path) {
  personal_[table].insert(column);
  paths_.insert(path);
}

bool Redaction::Goes(const TableSchema& table, std::string_view column) const {
  const std::vector<std::string_view> answers = AnswerColumnsOf(table.name);
  if (!answers.empty()) {
    return std::find(answers.begin(), answers.end(), column) != answers.end();
  }
  const auto personal = personal_.find(table.name);
  return personal != personal_.end() && personal->second.contains(column);
}

FileRedaction Redaction::ForFile(const TableSchema& table,
                                 const std::vector<std::string>& names) const {
  FileRedaction file;
  file.fates.resize(names.size(), CellFate::kStays);
  const bool by_path = !AnswerColumnsOf(table.name).empty();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::optional<std::size_t> column = ColumnNamed(table, names[i]);
    if (!column.has_value()) continue;
    const std::string& name = table.columns[*column].name;
    if (names[i] == kIdColumn) file.id = i;
    if (by_path && names[i] == kPathColumn) file.path = i;
    if (Goes(table, name)) {
      file.fates[i] = CellFate::kGoes;
    } else if (table.kind == TableKind::kRecords && name == kErasedColumn) {
      file.fates[i] = CellFate::kSaysErased;
    }
  }
  return file;
}

bool Redaction::Concerns(const FileRedaction& file, std::string_view id,
                         std::string_view path) const {
  if (file.path.has_value() && !paths_.contains(path)) return false;
  const auto record = ParseUuid(id);
  return record.has_value() && erased_.contains(RecordId{*record});
}

}  // namespace chasqui::exporting
