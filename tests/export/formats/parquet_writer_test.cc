#include "export/formats/parquet_writer.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/every_type.h"
#include "tests/export/formats/read_back.h"
#include "tests/export/formats/string_sink.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Key;
using ::testing::Le;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

FileContents Written(const TableSchema& schema, const Batch& batch,
                     int times = 1) {
  StringSink sink;
  const auto writer = NewTableWriter(Format::kParquet, schema, sink);
  for (int i = 0; i < times; ++i) EXPECT_OK(writer->Write(batch));
  EXPECT_OK(writer->Close());
  return ReadParquet(schema, sink.bytes());
}

TEST(ParquetWriterTest, ColumnsAreTyped) {
  const TableSchema schema = EveryType();
  EXPECT_THAT(
      Written(schema, Batch(schema)).columns,
      ElementsAre(
          Pair("text", "string"), Pair("integer", "int64"),
          Pair("decimal", "decimal128(38, 18)"),
          Pair("decimal/exact", "string"), Pair("date", "date32[day]"),
          Pair("time", "time32[ms]"), Pair("time/offset", "int32"),
          Pair("date-time", "timestamp[ms, tz=UTC]"),
          Pair("date-time/offset", "int32"), Pair("point", "binary"),
          Pair("point/latitude", "double"), Pair("point/longitude", "double"),
          Pair("point/altitude", "double"), Pair("point/accuracy", "double"),
          Pair("point/exact", "string"), Pair("line", "binary"),
          Pair("line/exact", "string"), Pair("area", "binary"),
          Pair("area/exact", "string"),
          Pair("choice", "dictionary<values=string, indices=int32, ordered=0>"),
          Pair("choices", "list<element: string>"),
          Pair("attachment", "string"), Pair("boolean", "bool")));
}

TEST(ParquetWriterTest, SaysWhichColumnsAreGeometries) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {{.name = "say \"here\"", .type = ColumnType::kPoint},
                    {.name = "way", .type = ColumnType::kLine},
                    {.name = "field", .type = ColumnType::kArea}};
  Batch batch(schema);
  batch.AddText("1 2");
  batch.AddText("1 2 3;4 5 6");
  batch.AddNull();
  batch.AddText("1 2 3");
  batch.AddText("1 2 3;4 5");
  batch.AddNull();
  EXPECT_THAT(
      Written(schema, batch).metadata,
      Contains(Pair(
          "geo",
          R"({"version":"1.1.0","primary_column":"say \"here\"","columns":{)"
          R"("say \"here\"":{"encoding":"WKB","geometry_types":)"
          R"(["Point","Point Z"]},)"
          R"("way":{"encoding":"WKB","geometry_types":)"
          R"(["LineString","LineString Z"]},)"
          R"("field":{"encoding":"WKB","geometry_types":[]}}})")));
}

TEST(ParquetWriterTest, WithoutGeometriesThereIsNoSuchWord) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {{.name = "a"}};
  EXPECT_THAT(Written(schema, Batch(schema)).metadata,
              Not(Contains(Key("geo"))));
}

TEST(ParquetWriterTest, RowGroupsAreCutByRows) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {{.name = "a", .type = ColumnType::kBoolean}};
  Batch batch(schema);
  for (int i = 0; i < 1'000; ++i) batch.AddNumber(i % 2);
  const FileContents contents = Written(schema, batch, 300);
  EXPECT_THAT(contents.rows, SizeIs(300'000));
  EXPECT_THAT(contents.row_groups, ElementsAre(131'000, 131'000, 38'000));
}

TEST(ParquetWriterTest, RowGroupsAreCutByBytes) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {{.name = "a"}};
  Batch batch(schema);
  for (int i = 0; i < 10; ++i) batch.AddText(std::string(100'000, 'a'));
  const FileContents contents = Written(schema, batch, 40);
  EXPECT_THAT(contents.rows, SizeIs(400));
  EXPECT_THAT(contents.row_groups, SizeIs(3));
  EXPECT_THAT(contents.row_groups, Each(Le(kRowGroupBytes / 100'000)));
}

TEST(ParquetWriterTest, RowGroupsOfManyColumnsAreLarger) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  constexpr std::size_t kColumns = 2 * kRowGroupBytes / kRowGroupColumnBytes;
  for (std::size_t i = 0; i < kColumns; ++i) {
    schema.columns.push_back({.name = "a" + std::to_string(i)});
  }
  Batch batch(schema);
  batch.AddText(std::string(3 * kRowGroupBytes / 4, 'a'));
  for (std::size_t i = 1; i < kColumns; ++i) batch.AddNull();
  const FileContents contents = Written(schema, batch, 3);
  EXPECT_THAT(contents.row_groups, ElementsAre(2, 1));
}

TEST(ParquetWriterTest, ChoicesThatComeLateAreThere) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {{.name = "a", .type = ColumnType::kChoice}};
  StringSink sink;
  const auto writer = NewTableWriter(Format::kParquet, schema, sink);
  // Each a row group of its own.
  const std::string filling(kRowGroupBytes, 'x');
  for (const std::string code : {"one", "two", "one"}) {
    Batch batch(schema);
    batch.AddText(code);
    batch.AddText(filling);
    ASSERT_OK(writer->Write(batch));
  }
  ASSERT_OK(writer->Close());
  const FileContents contents = ReadParquet(schema, sink.bytes());
  ASSERT_THAT(contents.row_groups, ElementsAre(2, 2, 2));
  EXPECT_EQ(contents.rows[0][0], "one");
  EXPECT_EQ(contents.rows[2][0], "two");
  EXPECT_EQ(contents.rows[4][0], "one");
}

}  // namespace
}  // namespace chasqui::exporting
