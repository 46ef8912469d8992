// What the views of the present are spelled like. That databases come to the
// same present by them is tested where there are databases.

#include "export/chain/latest_sql.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "export/chain/chain.h"
#include "export/chain/sql_dialect.h"
#include "export/table_schema.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr SqlDialect kAllDialects[] = {
    SqlDialect::kDuckDb, SqlDialect::kPostgreSql, SqlDialect::kBigQuery,
    SqlDialect::kSpark};

TableSchema SchemaOf(std::string name, TableKind kind,
                     std::vector<TableColumn> columns) {
  return {std::move(name), kind, std::move(columns)};
}

// A survey that was restored before its third increment.
Chain RestoredChain(const std::string& format) {
  const TableColumn id{"_id", ColumnType::kText, {}, {}};
  const TableColumn seq{"_seq", ColumnType::kInteger, {}, {}};
  const TableColumn log{"_log", ColumnType::kText, {}, {}};
  const TableColumn increment{"_increment", ColumnType::kInteger, {}, {}};
  const TableColumn deleted{"_deleted", ColumnType::kBoolean, {}, {}};
  const auto tables =
      std::make_shared<const std::vector<TableSchema>>(std::vector<TableSchema>{
          SchemaOf("school", TableKind::kRecords,
                   {id,
                    seq,
                    increment,
                    deleted,
                    {"built", ColumnType::kDate, {}, {}},
                    {"say \"hi\"", ColumnType::kInteger, {}, {}}}),
          SchemaOf("school.room", TableKind::kOfRecords, {id, increment}),
          SchemaOf("history", TableKind::kLog, {seq, log, increment}),
          SchemaOf("codebook", TableKind::kSnapshot,
                   {increment, {"labels", ColumnType::kChoices, {}, {}}}),
      });
  Chain chain;
  const Lineage first = {{LogName{1}, 1}};
  const Lineage second = {{LogName{1}, 1}, {LogName{2}, 16}};
  for (std::uint64_t n = 1; n <= 3; ++n) {
    Manifest manifest;
    manifest.survey = "census";
    manifest.number = n;
    manifest.format = format;
    manifest.from = n == 3 ? 15 : (n - 1) * 10;
    manifest.to =
        n == 3 ? Position{LogName{2}, 18} : Position{LogName{1}, n * 10};
    manifest.lineage = n == 3 ? second : first;
    manifest.tables = tables;
    for (const char* table : {"history", "school", "school.room"}) {
      if (n == 2 && table != std::string("school")) continue;
      manifest.files.push_back(
          {.name = DataFileName(table, n, format), .table = table});
    }
    manifest.so_far =
        SoFarOf(n == 1 ? nullptr : &chain.last(), manifest, /*erased=*/0);
    Extend(chain, std::move(manifest), "text");
  }
  return chain;
}

std::string TextOf(const Chain& chain, SqlDialect dialect,
                   std::string_view place = "/data/it's") {
  std::map<std::string, std::string> files;
  for (SqlFile& file : LatestSql(chain.last(), place)) {
    files[file.name] = std::move(file.text);
  }
  EXPECT_EQ(files.size(), 4U);
  return files["latest/" + std::string(ToText(dialect)) + ".sql"];
}

// The views of RestoredChain() where identifiers are as the standard has them.
constexpr char kLatest[] = R"sql(CREATE OR REPLACE VIEW "latest_school" AS
SELECT t.* FROM "school" AS t
JOIN (
  SELECT r."_id", MAX(r."_increment") AS "_increment"
  FROM (
    SELECT "_id", "_increment" FROM "school" WHERE "_increment" <= 3
  ) AS r
  GROUP BY r."_id"
) AS l ON l."_id" = t."_id" AND l."_increment" = t."_increment"
WHERE NOT t."_deleted";

CREATE OR REPLACE VIEW "latest_school.room" AS
SELECT t.* FROM "school.room" AS t
JOIN (
  SELECT r."_id", MAX(r."_increment") AS "_increment"
  FROM (
    SELECT "_id", "_increment" FROM "school" WHERE "_increment" <= 3
  ) AS r
  GROUP BY r."_id"
) AS l ON l."_id" = t."_id" AND l."_increment" = t."_increment";

CREATE OR REPLACE VIEW "latest_history" AS
SELECT t.* FROM "history" AS t
WHERE t."_increment" <= 3
  AND NOT (t."_increment" < 3 AND t."_seq" > 15);

CREATE OR REPLACE VIEW "latest_codebook" AS
SELECT t.* FROM "codebook" AS t
WHERE t."_increment" = 3;
)sql";

TEST(LatestSqlTest, DuckDbReadsTheFiles) {
  EXPECT_EQ(
      TextOf(RestoredChain("parquet"), SqlDialect::kDuckDb),
      StrCat(
          R"sql(-- The present of survey census as of increment 3, 0000000000000002:18.
-- Written anew with each increment, by chasqui export.
-- The files are read where they lie: /data/it's

CREATE OR REPLACE VIEW "school" AS
SELECT * FROM read_parquet('/data/it''s/school/*.parquet', union_by_name = true, hive_partitioning = false);

CREATE OR REPLACE VIEW "school.room" AS
SELECT * FROM read_parquet('/data/it''s/school.room/*.parquet', union_by_name = true, hive_partitioning = false);

CREATE OR REPLACE VIEW "history" AS
SELECT * FROM read_parquet('/data/it''s/history/*.parquet', union_by_name = true, hive_partitioning = false);

CREATE OR REPLACE VIEW "codebook" AS  -- no rows yet
SELECT
  CAST(NULL AS BIGINT) AS "_increment",
  CAST(NULL AS VARCHAR[]) AS "labels"
WHERE 1 = 0;

)sql",
          kLatest));
}

TEST(LatestSqlTest, DuckDbIsToldWhatCsvDoesNotSay) {
  EXPECT_THAT(TextOf(RestoredChain("csv"), SqlDialect::kDuckDb),
              HasSubstr(R"sql(CREATE OR REPLACE VIEW "school" AS
SELECT * REPLACE (
  CAST("_deleted" AS BOOLEAN) AS "_deleted",
  CAST("_increment" AS BIGINT) AS "_increment",
  CAST("_seq" AS BIGINT) AS "_seq",
  CAST("built" AS DATE) AS "built",
  CAST("say ""hi""" AS BIGINT) AS "say ""hi"""
) FROM read_csv('/data/it''s/school/*.csv', union_by_name = true, hive_partitioning = false,
  header = true, all_varchar = true, allow_quoted_nulls = false,
  delim = ',', quote = '"', escape = '"');

)sql"));
}

TEST(LatestSqlTest, PostgreSqlGoesByTables) {
  EXPECT_EQ(
      TextOf(RestoredChain("csv"), SqlDialect::kPostgreSql),
      StrCat(
          R"sql(-- The present of survey census as of increment 3, 0000000000000002:18.
-- Written anew with each increment, by chasqui export.
-- First load the files of each table into a table, which gets columns as
-- they come, then run this.
-- school/*.csv into "school"
-- school.room/*.csv into "school.room"
-- history/*.csv into "history"
-- codebook/*.csv into "codebook"

)sql",
          kLatest));
}

TEST(LatestSqlTest, BigQueryGoesByTables) {
  EXPECT_THAT(
      TextOf(RestoredChain("parquet"), SqlDialect::kBigQuery),
      AllOf(HasSubstr("-- school.room/*.parquet into `school_room`\n"),
            HasSubstr(R"sql(CREATE OR REPLACE VIEW `latest_school_room` AS
SELECT t.* FROM `school_room` AS t
JOIN (
  SELECT r.`_id`, MAX(r.`_increment`) AS `_increment`
  FROM (
    SELECT `_id`, `_increment` FROM `school` WHERE `_increment` <= 3
  ) AS r
  GROUP BY r.`_id`
) AS l ON l.`_id` = t.`_id` AND l.`_increment` = t.`_increment`;

)sql")));
}

// It would refuse the whole table.
TEST(LatestSqlTest, SparkIsToldOfColumnsWhereThereIsATimeOfTheDay) {
  Chain chain = RestoredChain("parquet");
  std::vector<TableSchema> tables = *chain.last().tables;
  tables[0].columns.push_back({"opens", ColumnType::kTime, {}, {}});
  tables[0].columns.push_back({"here", ColumnType::kPoint, {}, {}});
  chain.increments.back().tables =
      std::make_shared<const std::vector<TableSchema>>(tables);
  EXPECT_THAT(
      TextOf(chain, SqlDialect::kSpark),
      HasSubstr("`school` (`_id` STRING, `_seq` BIGINT, `_increment` BIGINT, "
                "`_deleted` BOOLEAN, `built` DATE, `say \"hi\"` BIGINT, "
                "`opens` INT, `opens/offset` INT, `here` BINARY, "
                "`here/latitude` DOUBLE, `here/longitude` DOUBLE, "
                "`here/altitude` DOUBLE, `here/accuracy` DOUBLE, "
                "`here/exact` STRING)\nUSING parquet"));
}

TEST(LatestSqlTest, SparkReadsFoldersOfParquetAndGoesByTablesOfCsv) {
  EXPECT_THAT(
      TextOf(RestoredChain("parquet"), SqlDialect::kSpark, "s3://b/it's"),
      AllOf(HasSubstr(R"(
CREATE OR REPLACE TEMPORARY VIEW `school_room`
USING parquet OPTIONS (mergeSchema 'true', datetimeRebaseMode 'CORRECTED', path 's3a://b/it\'s/school.room');
)"),
            HasSubstr(R"(
CREATE OR REPLACE TEMPORARY VIEW `codebook` AS  -- no rows yet
SELECT
  CAST(NULL AS BIGINT) AS `_increment`,
  CAST(NULL AS ARRAY<STRING>) AS `labels`
WHERE 1 = 0;
)"),
            HasSubstr("\nCREATE OR REPLACE TEMPORARY VIEW `latest_school`")));
  EXPECT_THAT(TextOf(RestoredChain("csv"), SqlDialect::kSpark),
              AllOf(HasSubstr("-- school.room/*.csv into `school_room`\n"),
                    HasSubstr("\nCREATE OR REPLACE VIEW `latest_school`"),
                    Not(HasSubstr("TEMPORARY"))));
}

TEST(LatestSqlTest, RowsOfRecordsAloneHaveNoPresent) {
  Chain chain;
  Manifest manifest;
  manifest.survey = "s";
  manifest.format = "csv";
  manifest.to = {LogName{1}, 3};
  manifest.lineage = {{LogName{1}, 1}};
  manifest.tables = std::make_shared<const std::vector<TableSchema>>(
      std::vector<TableSchema>{SchemaOf("rooms", TableKind::kOfRecords, {})});
  manifest.so_far = SoFarOf(nullptr, manifest, /*erased=*/0);
  Extend(chain, std::move(manifest), "text");
  EXPECT_THAT(TextOf(chain, SqlDialect::kPostgreSql),
              HasSubstr("SELECT t.* FROM \"rooms\" AS t\nWHERE 1 = 0;\n"));
}

TEST(LatestSqlTest, CommentsEndWithTheirLine) {
  Chain chain = RestoredChain("csv");
  chain.increments.back().survey = "a\nDROP TABLE x; \u05D1";
  for (const SqlDialect dialect : kAllDialects) {
    EXPECT_THAT(TextOf(chain, dialect),
                AllOf(HasSubstr("-- The present of survey a DROP TABLE x; "
                                "\u05D1 as of increment 3"),
                      Not(HasSubstr("\nDROP"))));
  }
  EXPECT_THAT(TextOf(chain, SqlDialect::kDuckDb, "/a\r\nDROP"),
              HasSubstr("where they lie: /a  DROP\n\nCREATE"));
}

TEST(SqlDialectTest, NamesAndTextsAreQuotedWhateverIsInThem) {
  const std::string name = "a\"b`c'd\\e\nf";
  EXPECT_EQ(QuotedName(SqlDialect::kDuckDb, name), "\"a\"\"b`c'd\\e\nf\"");
  EXPECT_EQ(QuotedName(SqlDialect::kPostgreSql, name), "\"a\"\"b`c'd\\e\nf\"");
  EXPECT_EQ(QuotedName(SqlDialect::kBigQuery, name), "`a\"b\\`c'd\\\\e\nf`");
  EXPECT_EQ(QuotedName(SqlDialect::kSpark, name), "`a\"b``c'd\\e\nf`");
  EXPECT_EQ(QuotedText(SqlDialect::kDuckDb, name), "'a\"b`c''d\\e\nf'");
  EXPECT_EQ(QuotedText(SqlDialect::kSpark, name), "'a\"b`c\\'d\\\\e\nf'");
}

TEST(SqlDialectTest, APathStandsForItselfAlone) {
  EXPECT_EQ(QuotedPath(SqlDialect::kDuckDb, "/a*[1]/b?'{c}"),
            "'/a[*][[]1]/b[?]''{c}'");
  EXPECT_EQ(QuotedPath(SqlDialect::kSpark, "s3://b/a*{1}"),
            "'s3a://b/a\\\\*\\\\{1\\\\}'");
}

TEST(SqlNamesTest, EachIsAnother) {
  SqlNames duck(SqlDialect::kDuckDb);
  EXPECT_EQ(duck.Add("a.b"), "a.b");
  EXPECT_EQ(duck.Add("A.B"), "A.B_2");
  EXPECT_EQ(duck.Add("a.b"), "a.b_3");

  SqlNames big(SqlDialect::kBigQuery);
  EXPECT_EQ(big.Add("a.b-c d\u05D1"), "a_b-c d\u05D1");
  EXPECT_EQ(big.Add("a_b-c d\u05D1"), "a_b-c d\u05D1_2");

  SqlNames spark(SqlDialect::kSpark);
  EXPECT_EQ(spark.Add("a.b-c\u05D1"), "a_b_c_");

  SqlNames postgres(SqlDialect::kPostgreSql);
  const std::string longest(62, 'x');
  EXPECT_EQ(postgres.Add(longest + "y"), longest + "y");
  EXPECT_EQ(postgres.Add(longest + "yz"), std::string(61, 'x') + "_2");
  EXPECT_EQ(postgres.Add(longest + "\u05D1"), longest);
}

}  // namespace
}  // namespace chasqui::exporting
