#include "export/formats/csv_writer.h"

#include "export/formats/flat_columns.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/every_type.h"
#include "tests/export/formats/string_sink.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::testing::ElementsAre;

std::string Written(const Batch& batch) {
  StringSink sink;
  const auto writer = NewTableWriter(Format::kCsv, batch.schema(), sink);
  EXPECT_OK(writer->Write(batch));
  EXPECT_OK(writer->Close());
  return sink.bytes();
}

TEST(CsvWriterTest, EmptyTextIsQuotedAndNullIsNot) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {{.name = "a"}, {.name = "b"}};
  Batch batch(schema);
  batch.AddText("");
  batch.AddNull();
  batch.AddNull();
  batch.AddText("x, \"y\"");
  EXPECT_EQ(Written(batch), "a,b\r\n\"\",\r\n,\"x, \"\"y\"\"\"\r\n");
}

TEST(CsvWriterTest, ARowOfOneNullIsStillARow) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {{.name = "a"}};
  Batch batch(schema);
  batch.AddNull();
  EXPECT_EQ(Written(batch), "a\r\n\"\"\r\n");
}

TEST(FlatColumnsTest, PointsAndChoicesAreColumnsOfTheirOwn) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {
      {.name = "here", .type = ColumnType::kPoint, .label = "Where?"},
      {.name = "uses",
       .type = ColumnType::kChoices,
       .label = "What for?",
       .choices = {{"drink", "To drink"}, {"Drink", ""}}}};
  std::vector<std::string> names;
  std::vector<std::string> labels;
  for (const FlatColumn& column : FlatColumnsOf(schema)) {
    names.push_back(column.name);
    labels.push_back(column.label);
  }
  EXPECT_THAT(names, ElementsAre("here/latitude", "here/longitude",
                                 "here/altitude", "here/accuracy", "uses",
                                 "uses/drink", "uses/Drink#2"));
  EXPECT_THAT(labels,
              ElementsAre("Where?: latitude", "Where?: longitude",
                          "Where?: altitude", "Where?: accuracy", "What for?",
                          "What for?: To drink", "What for?: Drink"));
}

TEST(FlatColumnsTest, WhatIsNoChoiceAnyMoreIsAmongTheCodesAlone) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  schema.columns = {{.name = "uses",
                     .type = ColumnType::kChoices,
                     .choices = {{"drink", ""}, {"wash", ""}}}};
  Batch batch(schema);
  batch.AddList({"wash", "#3"});
  batch.AddList({});
  batch.AddNull();
  EXPECT_EQ(Written(batch),
            "uses,uses/drink,uses/wash\r\n"
            "wash #3,0,1\r\n"
            "\"\",0,0\r\n"
            ",,\r\n");
}

}  // namespace
}  // namespace chasqui::exporting
