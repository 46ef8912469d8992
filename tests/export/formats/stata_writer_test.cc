#include "export/formats/stata_writer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/read_back.h"
#include "tests/export/formats/string_sink.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TableSchema StataTable(std::vector<TableColumn> columns) {
  return {.name = "t", .kind = TableKind::kLog, .columns = std::move(columns)};
}

std::string StataBytes(const Batch& batch) {
  StringSink sink;
  const auto writer = NewTableWriter(Format::kStata, batch.schema(), sink);
  EXPECT_OK(writer->Write(batch));
  EXPECT_OK(writer->Close());
  return sink.bytes();
}

FileContents StataFile(const Batch& batch) {
  return ReadStata(batch.schema(), StataBytes(batch));
}

TEST(StataWriterTest, IntegerCodesAreNumbersWithLabels) {
  const TableSchema schema =
      StataTable({{.name = "water",
                   .type = ColumnType::kChoice,
                   .label = "Where from?",
                   .choices = {{"1", "A well"}, {"2", "A tap"}, {"-9", ""}}}});
  Batch batch(schema);
  batch.AddText("2");
  batch.AddText("-9");
  batch.AddText("#7");  // a choice of no form any more
  batch.AddText("02");
  const FileContents file = StataFile(batch);
  EXPECT_THAT(
      file.value_labels,
      ElementsAre(Pair(
          "water", UnorderedElementsAre(Pair("1", "A well"), Pair("2", "A tap"),
                                        Pair("-9", "-9")))));
  EXPECT_EQ(file.labels.at("water"), "Where from?");
  EXPECT_THAT(file.columns, ElementsAre(Key("water"), Key("water/exact")));
  EXPECT_THAT(file.rows, ElementsAre(ElementsAre("2"), ElementsAre("-9"),
                                     ElementsAre("#7"), ElementsAre("02")));
}

TEST(StataWriterTest, OtherCodesAreTextsAndTheirPlacesHaveTheLabels) {
  const TableSchema schema =
      StataTable({{.name = "water",
                   .type = ColumnType::kChoice,
                   .choices = {{"well", "A well"}, {"01", "A tap"}}}});
  Batch batch(schema);
  batch.AddText("01");
  const FileContents file = StataFile(batch);
  EXPECT_THAT(file.columns, ElementsAre(Key("water"), Key("water/label")));
  EXPECT_THAT(file.value_labels.at("water_label"),
              UnorderedElementsAre(Pair("1", "A well"), Pair("2", "A tap")));
  EXPECT_THAT(file.rows, ElementsAre(ElementsAre("01")));
}

TEST(StataWriterTest, IntegersThatDoublesDoNotTellAreTextBesides) {
  const TableSchema schema =
      StataTable({{.name = "a", .type = ColumnType::kInteger},
                  {.name = "b", .type = ColumnType::kInteger}});
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  Batch batch(schema);
  for (const std::int64_t number : {kExact, -kExact, kExact + 1, INT64_MAX}) {
    batch.AddNumber(number);
    batch.AddNumber(number > 0 ? 2'147'483'620 : -2'147'483'647);
  }
  const FileContents file = StataFile(batch);
  EXPECT_THAT(file.columns, ElementsAre(Key("a"), Key("a/exact"), Key("b")));
  EXPECT_EQ(file.rows[2][0], "9007199254740993");
  EXPECT_EQ(file.rows[3][0], "9223372036854775807");
  EXPECT_EQ(file.rows[0][1], "2147483620");
  EXPECT_EQ(file.rows[1][1], "-2147483647");
}

// What Stata has for missing begins where each type's numbers end.
TEST(StataWriterTest, NoIntegerIsTakenForMissing) {
  for (const std::int64_t number :
       {100, 101, -127, -128, 32'740, 32'741, -32'767, -32'768}) {
    const TableSchema schema =
        StataTable({{.name = "a", .type = ColumnType::kInteger}});
    Batch batch(schema);
    batch.AddNumber(number);
    EXPECT_EQ(StataFile(batch).rows[0][0], std::to_string(number));
  }
}

TEST(StataWriterTest, LongNamesAreInNotes) {
  const std::string path = "facility/infrastructure/improved_water_supply";
  const TableSchema schema = StataTable(
      {{.name = path}, {.name = "other/" + path, .label = "Really?"}});
  Batch batch(schema);
  batch.AddText("a");
  batch.AddText("b");
  const FileContents file = StataFile(batch);
  EXPECT_THAT(file.names,
              ElementsAre(Pair("improved_water_supply", path),
                          Pair("improved_water_supply_2", "other/" + path)));
  EXPECT_EQ(file.labels.at("improved_water_supply"), path);
  EXPECT_EQ(file.labels.at("improved_water_supply_2"), "Really?");
}

// Eighty characters, not bytes, and none of them cut in two.
TEST(StataWriterTest, LongLabelsAreCut) {
  std::string label;
  for (int i = 0; i < 100; ++i) label += "\xc3\xb1";
  const TableSchema schema = StataTable({{.name = "a", .label = label}});
  Batch batch(schema);
  batch.AddText("x");
  EXPECT_EQ(StataFile(batch).labels.at("a"), label.substr(0, 160));
}

TEST(StataWriterTest, LongTextsAreWhole) {
  const TableSchema schema =
      StataTable({{.name = "a"}, {.name = "b"}, {.name = "c"}});
  Batch batch(schema);
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 2'045, 2'046, 0, 100'000}) {
    batch.AddText(std::string(size, 'a'));
    batch.AddText(std::string(std::min<std::size_t>(size, 2'045), 'b'));
    batch.AddText(std::string(size / 2, 'c'));
  }
  const FileContents file = StataFile(batch);
  ASSERT_THAT(file.rows, SizeIs(6));
  EXPECT_EQ(file.rows[1][0], "a");
  EXPECT_EQ(file.rows[3][0], std::string(2'046, 'a'));
  EXPECT_EQ(file.rows[4][0], std::nullopt);
  EXPECT_EQ(file.rows[5][0], std::string(100'000, 'a'));
  EXPECT_EQ(file.rows[5][1], std::string(2'045, 'b'));
  EXPECT_EQ(file.rows[5][2], std::string(50'000, 'c'));
}

TEST(StataWriterTest, LongTextsBeyondTheLimitAreRefused) {
  const TableSchema schema = StataTable({{.name = "a"}, {.name = "notes"}});
  Batch batch(schema);
  for (std::size_t i = 0; i <= kLongTextBytesMax / 1'000'000; ++i) {
    batch.AddText("short");
    batch.AddText(std::string(1'000'000, 'a'));
  }
  StringSink sink;
  const auto writer = NewTableWriter(Format::kStata, schema, sink);
  ASSERT_OK(writer->Write(batch));
  EXPECT_THAT(writer->Close(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("table t"), HasSubstr("notes"),
                             HasSubstr("33554432 bytes"))));
  EXPECT_EQ(sink.bytes(), "");
}

// Stata takes no row of more than a megabyte.
TEST(StataWriterTest, AWideRowOfTextsIsARowOfLongTexts) {
  std::vector<TableColumn> columns;
  for (int i = 0; i < 600; ++i) columns.push_back({"t" + std::to_string(i)});
  const TableSchema schema = StataTable(columns);
  Batch batch(schema);
  for (int i = 0; i < 600; ++i) batch.AddText(std::string(2'000, 'a'));
  for (int i = 0; i < 600; ++i) batch.AddText("");
  const std::string bytes = StataBytes(batch);
  const FileContents file = ReadStata(schema, bytes);
  // Otherwise the second row would take as much as the first.
  EXPECT_LT(bytes.size(), 2'000'000U);
  EXPECT_EQ(file.rows[0][599], std::string(2'000, 'a'));
  EXPECT_EQ(file.rows[1][599], std::nullopt);
}

// What is made again later is to be the same. It says so by this machine's
// hours.
TEST(StataWriterTest, DoesNotSayWhenItWasMade) {
  const TableSchema schema = StataTable({{.name = "a"}});
  EXPECT_THAT(StataBytes(Batch(schema)),
              AnyOf(HasSubstr("01 Jan 1970 "), HasSubstr("31 Dec 1969 ")));
}

TEST(StataWriterTest, MoreColumnsThanStataHasAreRefused) {
  std::vector<TableColumn> columns;
  for (int i = 0; i < 32'768; ++i) columns.push_back({"c" + std::to_string(i)});
  const TableSchema schema = StataTable(columns);
  StringSink sink;
  EXPECT_THAT(NewTableWriter(Format::kStata, schema, sink)->Close(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("table t"), HasSubstr("32768 columns"),
                             HasSubstr("32767 are the limit of Stata"))));
  EXPECT_EQ(sink.bytes(), "");
}

// The names of columns must not depend on which answers there are.
TEST(StataWriterTest, NamesAreTheSameWhateverTheRows) {
  const TableSchema schema = StataTable(
      {{.name = "a", .type = ColumnType::kInteger}, {.name = "a_exact"}});
  Batch plain(schema);
  plain.AddNumber(1);
  plain.AddText("x");
  Batch large(schema);
  large.AddNumber(INT64_MAX);
  large.AddText("x");
  EXPECT_THAT(StataFile(plain).labels, Contains(Key("a_exact_2")));
  EXPECT_THAT(StataFile(plain).labels, Not(Contains(Key("a_exact"))));
  EXPECT_THAT(StataFile(large).labels,
              AllOf(Contains(Key("a_exact")), Contains(Key("a_exact_2"))));
}

TEST(StataWriterTest, ATextIsNotCutAtNul) {
  const TableSchema schema = StataTable({{.name = "a"}});
  Batch batch(schema);
  batch.AddText(std::string_view("a\0b", 3));
  EXPECT_EQ(StataFile(batch).rows[0][0],
            "a\xef\xbf\xbd"
            "b");
}

}  // namespace
}  // namespace chasqui::exporting
