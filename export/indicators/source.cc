#include "export/indicators/source.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "export/chain/sql_dialect.h"
#include "export/table_schema.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

std::string DuckDbName(std::string_view name) {
  return QuotedName(SqlDialect::kDuckDb, name);
}

std::optional<std::size_t> FindTable(const ExportedTables& exported,
                                     std::string_view name) {
  for (std::size_t i = 0; i < exported.tables.size(); ++i) {
    if (exported.tables[i].name == name) return i;
  }
  return std::nullopt;
}

// The table of records that one of rows is of: FORM of FORM.REPEAT.
std::optional<std::size_t> RecordsOf(const ExportedTables& exported,
                                     std::string_view rows) {
  std::optional<std::size_t> longest;
  for (std::size_t i = 0; i < exported.tables.size(); ++i) {
    const TableSchema& table = exported.tables[i];
    if (table.kind != TableKind::kRecords ||
        !rows.starts_with(StrCat(table.name, "."))) {
      continue;
    }
    if (!longest.has_value() ||
        table.name.size() > exported.tables[*longest].name.size()) {
      longest = i;
    }
  }
  return longest;
}

}  // namespace

void Source::AddTable(const ExportedTables& exported, std::size_t table,
                      std::string_view alias) {
  const TableSchema& schema = exported.tables[table];
  for (const TableColumn& column : schema.columns) {
    const auto documented = exported.codebook.find({schema.name, column.name});
    const bool known = documented != exported.codebook.end();
    fields_.push_back(
        {.sql = StrCat(alias, ".", DuckDbName(column.name)),
         .view = exported.views[table],
         .name = column.name,
         .type = column.type,
         .system = !known,
         .documented = known ? documented->second : Documented()});
  }
}

absl::StatusOr<Source> Source::Of(const ExportedTables& exported,
                                  const Population& population,
                                  std::string_view place) {
  const std::optional<std::size_t> table =
      FindTable(exported, population.table);
  const auto wrong = [&](std::string_view what) {
    return ErrorAt(place, population.at,
                   StrCat("population \"", population.id, "\": ", what, " \"",
                          population.table, "\""));
  };
  if (!table.has_value()) return wrong("the export has no table");
  const TableKind kind = exported.tables[*table].kind;
  if (kind != TableKind::kRecords && kind != TableKind::kOfRecords) {
    return wrong("there are no records, or rows of them, in table");
  }
  Source source;
  source.place_ = place;
  source.table_ = population.table;
  source.personal_ = exported.personal;
  source.AddTable(exported, *table, "t");
  source.from_ = StrCat(DuckDbName(exported.views[*table]), " AS t");
  const std::optional<std::size_t> records =
      kind == TableKind::kRecords ? std::nullopt
                                  : RecordsOf(exported, population.table);
  if (records.has_value()) {
    source.AddTable(exported, *records, "r");
    source.from_ += StrCat(" LEFT JOIN ", DuckDbName(exported.views[*records]),
                           " AS r ON r.", DuckDbName(kIdColumn), " = t.",
                           DuckDbName(kIdColumn));
  }
  return source;
}

absl::StatusOr<SourceField> Source::Field(std::string_view name,
                                          std::string_view what,
                                          const Spot& spot) const {
  const auto found = std::find_if(
      fields_.begin(), fields_.end(),
      [&](const SourceField& field) { return field.name == name; });
  if (found != fields_.end()) return *found;
  return ErrorAt(
      place_, spot,
      StrCat(what, ": table \"", table_, "\" has no field \"", name, "\"",
             personal_ == PersonalAnswers::kNone
                 ? "; the export is without personal answers"
                 : ""));
}

absl::StatusOr<SourceField> Source::Readable(std::string_view name,
                                             std::string_view what,
                                             const Spot& spot) const {
  ASSIGN_OR_RETURN(SourceField field, Field(name, what, spot));
  if (!field.documented.personal || personal_ == PersonalAnswers::kClear) {
    return field;
  }
  return ErrorAt(place_, spot,
                 StrCat(what, ": field \"", name,
                        "\" is personal, and the export has pseudonyms of its "
                        "answers"));
}

}  // namespace chasqui::exporting
