#include "export/formats/spss_writer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/read_back.h"
#include "tests/export/formats/string_sink.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TableSchema SpssTable(std::vector<TableColumn> columns) {
  return {.name = "t", .kind = TableKind::kLog, .columns = std::move(columns)};
}

std::string SpssBytes(const Batch& batch) {
  StringSink sink;
  const auto writer = NewTableWriter(Format::kSpss, batch.schema(), sink);
  EXPECT_OK(writer->Write(batch));
  EXPECT_OK(writer->Close());
  return sink.bytes();
}

FileContents SpssFile(const Batch& batch) {
  return ReadSpss(batch.schema(), SpssBytes(batch));
}

// What is made again later is to be the same. It says so by this machine's
// hours.
TEST(SpssWriterTest, DoesNotSayWhenItWasMade) {
  const TableSchema schema = SpssTable({{.name = "a"}});
  EXPECT_THAT(SpssBytes(Batch(schema)),
              AnyOf(HasSubstr("01 Jan 70"), HasSubstr("31 Dec 69")));
}

TEST(SpssWriterTest, NumbersAndTextsOfChoicesHaveLabels) {
  const std::string long_code(40, 'x');
  const TableSchema schema = SpssTable(
      {{.name = "number",
        .type = ColumnType::kChoice,
        .choices = {{"1", "One"}, {"2", "Two"}}},
       {.name = "text",
        .type = ColumnType::kChoice,
        .choices = {{"well", "A well"}, {"tap", "A tap"}}},
       {.name = "long",
        .type = ColumnType::kChoice,
        .choices = {{long_code, std::string(200, 'l')}, {"s", "Short"}}}});
  Batch batch(schema);
  batch.AddText("2");
  batch.AddText("tap");
  batch.AddText("s");
  const FileContents file = SpssFile(batch);
  EXPECT_THAT(file.rows, ElementsAre(ElementsAre("2", "tap", "s")));
  EXPECT_THAT(file.value_labels.at("number"),
              UnorderedElementsAre(Pair("1", "One"), Pair("2", "Two")));
  EXPECT_THAT(
      file.value_labels.at("text"),
      UnorderedElementsAre(Pair("well", "A well"), Pair("tap", "A tap")));
  EXPECT_THAT(file.value_labels.at("long"),
              UnorderedElementsAre(Pair(long_code, std::string(120, 'l')),
                                   Pair("s", "Short")));
}

TEST(SpssWriterTest, NamesAreThoseThatSpssTakes) {
  const std::string path = std::string(90, 'a') + "/" + std::string(60, 'b');
  const TableSchema schema = SpssTable({{.name = "_id"},
                                        {.name = "id"},
                                        {.name = "by"},
                                        {.name = path, .label = "Well?"}});
  Batch batch(schema);
  for (int i = 0; i < 4; ++i) batch.AddText("x");
  const FileContents file = SpssFile(batch);
  EXPECT_THAT(file.names,
              UnorderedElementsAre(Pair("@id", "_id"), Pair("@by", "by"),
                                   Pair(std::string(60, 'b'), path)));
  EXPECT_EQ(file.labels.at("@id"), "_id");
  EXPECT_EQ(file.labels.at(std::string(60, 'b')), "Well?");
}

// Around where a text takes another segment, and where it takes another column.
TEST(SpssWriterTest, LongTextsAreWhole) {
  for (const std::size_t size : std::initializer_list<std::size_t>{
           254, 255, 256, 509, 510, 511, 9'072, 9'073, 32'768, 100'000}) {
    const TableSchema schema = SpssTable({{.name = "a"}, {.name = "after"}});
    Batch batch(schema);
    std::string text;
    while (text.size() < size)
      text += static_cast<char>('a' + text.size() % 26);
    batch.AddText(text);
    batch.AddText("x");
    batch.AddText("short");
    batch.AddText("y");
    EXPECT_THAT(SpssFile(batch).rows,
                ElementsAre(ElementsAre(text, "x"), ElementsAre("short", "y")))
        << size;
  }
}

TEST(SpssWriterTest, NoCharacterIsCutInTwo) {
  const TableSchema schema = SpssTable({{.name = "a"}});
  std::string text = "a";
  while (text.size() < 40'000) text += "\xf0\x9f\x8f\xab";
  Batch batch(schema);
  batch.AddText(text);
  const FileContents file = SpssFile(batch);
  EXPECT_THAT(file.columns, ElementsAre(Pair("a", "A9069"), Key("a/2"),
                                        Key("a/3"), Key("a/4"), Key("a/5")));
  EXPECT_EQ(file.rows[0][0], text);
}

TEST(SpssWriterTest, DatesAreDatesAndThoseBeforeSpssAreText) {
  const TableSchema schema =
      SpssTable({{.name = "on", .type = ColumnType::kDate}});
  Batch batch(schema);
  batch.AddNumber(16'162);    // 2014-04-02
  batch.AddNumber(-141'427);  // 1582-10-15
  batch.AddNumber(-141'428);
  const FileContents file = SpssFile(batch);
  EXPECT_THAT(file.columns, ElementsAre(Pair("on", "DATE11"), Key("on/exact")));
  EXPECT_THAT(file.rows,
              ElementsAre(ElementsAre("2014-04-02"), ElementsAre("1582-10-15"),
                          ElementsAre("1582-10-14")));
}

TEST(SpssWriterTest, MoreColumnsThanThereMayBeAreRefused) {
  std::vector<TableColumn> columns;
  for (int i = 0; i < 32'768; ++i) columns.push_back({"c" + std::to_string(i)});
  const TableSchema schema = SpssTable(columns);
  StringSink sink;
  EXPECT_THAT(NewTableWriter(Format::kSpss, schema, sink)->Close(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("32767 are the limit of SPSS")));
  EXPECT_EQ(sink.bytes(), "");
}

}  // namespace
}  // namespace chasqui::exporting
