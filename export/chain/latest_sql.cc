#include "export/chain/latest_sql.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "export/chain/spark_columns.h"
#include "export/formats/table_writer.h"
#include "export/table_schema.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::array kDialects = {SqlDialect::kDuckDb, SqlDialect::kPostgreSql,
                                  SqlDialect::kBigQuery, SqlDialect::kSpark};
constexpr std::string_view kCsvFormat = "csv";

// As it stands in a comment.
std::string OnOneLine(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); },
      ' ');
  return line;
}

// Of CSV the other types are left as the text they are.
bool IsCastFromCsv(ColumnType type) {
  return type == ColumnType::kInteger || type == ColumnType::kDate ||
         type == ColumnType::kBoolean;
}

// By table of the last manifest: what its rows and its view are called.
struct ViewNames {
  std::vector<std::string> rows = {};
  std::vector<std::string> latest = {};
};

ViewNames NamesOf(const std::vector<TableSchema>& tables, SqlDialect dialect) {
  SqlNames names(dialect);
  ViewNames of;
  for (const TableSchema& table : tables) {
    of.rows.push_back(names.Add(table.name));
  }
  for (const TableSchema& table : tables) {
    of.latest.push_back(names.Add(StrCat("latest_", table.name)));
  }
  return of;
}

class SqlWriter {
 public:
  SqlWriter(const Manifest& last, std::string_view place, SqlDialect dialect)
      : last_(last),
        so_far_(*last.so_far),
        tables_(*last.tables),
        place_(place),
        dialect_(dialect),
        csv_(last.format == kCsvFormat) {
    ViewNames names = NamesOf(tables_, dialect);
    rows_ = std::move(names.rows);
    latest_ = std::move(names.latest);
  }

  std::string Write() && {
    AddHead();
    for (std::size_t i = 0; i < tables_.size(); ++i) AddRows(i);
    for (std::size_t i = 0; i < tables_.size(); ++i) AddLatest(i);
    return std::move(sql_);
  }

 private:
  std::string Name(std::string_view name) const {
    return QuotedName(dialect_, name);
  }
  // A column of the row t.
  std::string Of(std::string_view column) const {
    return StrCat("t.", Name(column));
  }
  bool reads_files() const {
    return dialect_ == SqlDialect::kDuckDb ||
           (dialect_ == SqlDialect::kSpark && !csv_);
  }
  std::string_view Create() const {
    return dialect_ == SqlDialect::kSpark && reads_files()
               ? "CREATE OR REPLACE TEMPORARY VIEW "
               : "CREATE OR REPLACE VIEW ";
  }

  void AddHead() {
    sql_ +=
        StrCat("-- The present of survey ", OnOneLine(last_.survey),
               " as of increment ", so_far_.increment, ", ", ToText(last_.to),
               ".\n-- Written anew with each increment, by chasqui export.\n");
    if (reads_files()) {
      sql_ += StrCat(
          "-- The files are read where they lie: ", OnOneLine(place_), "\n");
      return;
    }
    sql_ +=
        "-- First load the files of each table into a table, which gets "
        "columns "
        "as\n-- they come, then run this.\n";
  }

  void AddRows(std::size_t i) {
    const TableSchema& table = tables_[i];
    if (!reads_files()) {
      sql_ += StrCat("-- ", table.name, "/*.", last_.format, " into ",
                     Name(rows_[i]), "\n");
      return;
    }
    sql_ += StrCat("\n", Create(), Name(rows_[i]));
    const auto columns = so_far_.columns.find(table.name);
    if (columns == so_far_.columns.end()) {
      AddNoRows(table);
    } else if (dialect_ == SqlDialect::kSpark) {
      if (SparkHasToBeTold(table)) {
        sql_ += StrCat(" (", SparkColumns(table), ")");
      }
      sql_ += StrCat(
          "\nUSING parquet OPTIONS (mergeSchema 'true', "
          "datetimeRebaseMode 'CORRECTED', path ",
          QuotedPath(dialect_, StrCat(place_, "/", table.name)), ")");
    } else {
      AddFiles(table, columns->second);
    }
    sql_ += ";\n";
  }

  // Whoever asks for it gets none, rather than an error.
  void AddNoRows(const TableSchema& table) {
    std::vector<std::string> columns;
    for (const TableColumn& column : table.columns) {
      const bool text = csv_ && !IsCastFromCsv(column.type);
      columns.push_back(
          StrCat("CAST(NULL AS ",
                 TypeName(dialect_, text ? ColumnType::kText : column.type),
                 ") AS ", Name(column.name)));
    }
    sql_ += StrCat(" AS  -- no rows yet\nSELECT\n  ",
                   absl::StrJoin(columns, ",\n  "), "\nWHERE 1 = 0");
  }

  void AddFiles(const TableSchema& table,
                const std::map<std::string, ColumnType>& columns) {
    const std::string files = QuotedPath(
        dialect_, StrCat(place_, "/", table.name), StrCat("/*.", last_.format));
    if (!csv_) {
      sql_ += StrCat(" AS\nSELECT * FROM read_parquet(", files,
                     ", union_by_name = true, hive_partitioning = false)");
      return;
    }
    std::vector<std::string> casts;
    for (const auto& [name, type] : columns) {
      if (!IsCastFromCsv(type)) continue;
      casts.push_back(StrCat("CAST(", Name(name), " AS ",
                             TypeName(dialect_, type), ") AS ", Name(name)));
    }
    sql_ += StrCat(" AS\nSELECT * REPLACE (\n  ", absl::StrJoin(casts, ",\n  "),
                   "\n) FROM read_csv(", files,
                   ", union_by_name = true, hive_partitioning = false,\n"
                   "  header = true, all_varchar = true, "
                   "allow_quoted_nulls = false,\n"
                   "  delim = ',', quote = '\"', escape = '\"')");
  }

  void AddLatest(std::size_t i) {
    const TableKind kind = tables_[i].kind;
    sql_ += StrCat("\n", Create(), Name(latest_[i]), " AS\nSELECT t.* FROM ",
                   Name(rows_[i]), " AS t\n");
    switch (kind) {
      case TableKind::kRecords:
        sql_ += StrCat(LastOfRecords(), "WHERE NOT ", Of(kDeletedColumn));
        break;
      case TableKind::kOfRecords:
        sql_ += LastOfRecords();
        break;
      case TableKind::kLog:
        sql_ += StrCat("WHERE ", Of(kIncrementColumn),
                       " <= ", so_far_.increment, StillStands());
        break;
      case TableKind::kSnapshot:
        sql_ +=
            StrCat("WHERE ", Of(kIncrementColumn), " = ", so_far_.increment);
        break;
    }
    if (sql_.back() == '\n') sql_.pop_back();
    sql_ += ";\n";
  }

  // Joins t with the last increment that has a row of its record, in whatever
  // table of records: when it is gone nobody may know any more which it was in.
  std::string LastOfRecords() const {
    const std::string id = Name(kIdColumn);
    const std::string increment = Name(kIncrementColumn);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      if (tables_[i].kind != TableKind::kRecords) continue;
      all.push_back(StrCat("    SELECT ", id, ", ", increment, " FROM ",
                           Name(rows_[i]), " WHERE ", increment,
                           " <= ", so_far_.increment, "\n"));
    }
    if (all.empty()) return "WHERE 1 = 0";
    return StrCat(
        "JOIN (\n  SELECT r.", id, ", MAX(r.", increment, ") AS ", increment,
        "\n  FROM (\n", absl::StrJoin(all, "    UNION ALL\n"),
        "  ) AS r\n  GROUP BY r.", id, "\n) AS l ON l.", id, " = ",
        Of(kIdColumn), " AND l.", increment, " = ", Of(kIncrementColumn), "\n");
  }

  std::string StillStands() const {
    std::string conditions;
    for (const Restore& restore : so_far_.restores) {
      conditions += StrCat("\n  AND NOT (", Of(kIncrementColumn), " < ",
                           restore.increment, " AND ", Of(kSeqColumn), " > ",
                           restore.shared, ")");
    }
    return conditions;
  }

  const Manifest& last_;
  const SoFar& so_far_;
  const std::vector<TableSchema>& tables_;
  const std::string_view place_;
  const SqlDialect dialect_;
  const bool csv_;
  // As ViewNames has them.
  std::vector<std::string> rows_;
  std::vector<std::string> latest_;
  std::string sql_;
};

}  // namespace

std::vector<std::string> LatestViews(const Manifest& last, SqlDialect dialect) {
  return NamesOf(*last.tables, dialect).latest;
}

std::string LatestSqlFor(SqlDialect dialect, const Manifest& last,
                         std::string_view place) {
  CHECK(last.so_far.has_value());
  return SqlWriter(last, place, dialect).Write();
}

std::vector<SqlFile> LatestSql(const Manifest& last, std::string_view place) {
  std::vector<SqlFile> files;
  if (IsForPeople(last.format)) return files;
  for (const SqlDialect dialect : kDialects) {
    files.push_back({StrCat("latest/", ToText(dialect), ".sql"),
                     LatestSqlFor(dialect, last, place)});
  }
  return files;
}

}  // namespace chasqui::exporting
