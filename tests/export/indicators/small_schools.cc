#include "tests/export/indicators/small_schools.h"

#include <utility>

#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

TableColumn Column(std::string name, ColumnType type) {
  return {std::move(name), type, {}, {}};
}

}  // namespace

const std::vector<TableSchema>& SchoolTables() {
  using enum ColumnType;
  static const auto* const kTables = new std::vector<TableSchema>{
      {"schools",
       TableKind::kRecords,
       {Column("_id", kText), Column("_area", kText),
        Column("_assignee", kText), Column("level", kChoice),
        Column("managed", kChoice), Column("power", kChoice),
        Column("water", kChoice), Column("services/\"uses\"", kChoices),
        Column("pupils", kInteger), Column("teachers", kInteger),
        Column("fee", kDecimal), Column("built", kDate),
        Column("place", kPoint), Column("head", kText)}},
      {"schools.pupil",
       TableKind::kOfRecords,
       {Column("_id", kText), Column("pupil/sex", kChoice),
        Column("pupil/age", kInteger)}},
      {"history", TableKind::kLog, {Column("_seq", kInteger)}}};
  return *kTables;
}

ExportedTables SchoolsExported(PersonalAnswers personal) {
  ExportedTables exported = {
      .tables = SchoolTables(),
      .views = {"latest_schools", "latest_schools.pupil", "latest_history"},
      .personal = personal};
  for (const TableSchema& table : SchoolTables()) {
    for (const TableColumn& column : table.columns) {
      if (column.name.starts_with("_")) continue;
      exported.codebook[{table.name, column.name}];
    }
  }
  exported.codebook[{"schools", "head"}].personal = true;
  exported.codebook[{"schools", "level"}].codes = {"primary", "secondary"};
  exported.codebook[{"schools", "power"}].codes = {"yes", "no"};
  exported.codebook[{"schools", "services/\"uses\""}].codes = {"water", "net"};
  return exported;
}

std::string_view SchoolsSql() {
  return R"sql(
CREATE TABLE "latest_schools" AS
SELECT * FROM (VALUES
  ('s1', 'north', 'ann', 'primary', 'public', 'yes', 'yes', ['water', 'net'],
   100, 4, 1.50, DATE '1999-12-31'),
  ('s2', 'north', 'ann', 'primary', 'public', 'no', NULL, ['water'],
   200, 5, 0, DATE '2000-01-01'),
  ('s3', 'north', 'ben', 'primary', 'private', 'yes', 'no', NULL,
   50, NULL, 10, NULL),
  ('s4', 'south', 'ben', 'primary', 'public', 'yes', NULL, ['net'],
   NULL, 2, NULL, DATE '2001-02-03'),
  ('s5', 'south', 'ben', 'primary', 'public', NULL, 'yes', NULL,
   80, 2, NULL, NULL),
  ('s6', 'south', 'ben', 'primary', 'private', 'no', 'yes', [],
   120, 6, NULL, NULL),
  ('s7', 'south', 'ben', 'secondary', 'public', 'yes', 'yes', NULL,
   300, 10, NULL, NULL),
  ('s8', NULL, NULL, 'primary', NULL, 'yes', 'yes', NULL, 10, 1, NULL, NULL),
  ('s9', 'north', 'ann', NULL, 'public', 'yes', 'yes', NULL, 5, 5, NULL, NULL),
  ('s10', 'north', 'ann', 'primary', 'mission', 'no', NULL, NULL,
   60, 3, NULL, NULL)
) AS s("_id", "_area", "_assignee", "level", "managed", "power", "water",
       "services/""uses""", "pupils", "teachers", "fee", "built");
ALTER TABLE "latest_schools" ALTER "pupils" TYPE BIGINT;
ALTER TABLE "latest_schools" ALTER "teachers" TYPE BIGINT;
ALTER TABLE "latest_schools" ALTER "fee" TYPE DECIMAL(38, 18);
CREATE TABLE "latest_schools.pupil" AS
SELECT * FROM (VALUES
  ('s1', 'f', 10), ('s1', 'f', 11), ('s1', 'm', 10), ('s2', 'f', NULL),
  ('s2', 'm', 12), ('s6', 'm', 9), ('s6', NULL, 9)
) AS p("_id", "pupil/sex", "pupil/age");
)sql";
}

std::string SchoolDefinitions(std::string_view rest) {
  return StrCat(R"begin(chasqui_indicators: 1
structure {
  id: "TEST:SCHOOLS(1.0)"
  dimension: "INDICATOR" dimension: "AREA" dimension: "SECTOR"
  dimension: "PERIOD" }
population { id: "primary" table: "schools"
  where { field: "level" op: OPERATOR_IN value: "primary" } }
dimension { id: "AREA" field: "_area" }
dimension { id: "SECTOR" field: "managed"
  code { from: "public" to: "INST_PUB" }
  code { from: "private" to: "INST_PRIV" } }
)begin",
                rest);
}

}  // namespace chasqui::exporting
