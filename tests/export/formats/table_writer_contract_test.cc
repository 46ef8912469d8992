// What holds of every format: what was written is what others read.

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "export/formats/table_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/every_type.h"
#include "tests/export/formats/read_back.h"
#include "tests/export/formats/string_sink.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::SizeIs;

CellsOfRow Answers() {
  return {std::string(kAnsweredText),
          "-12",
          "3.25",
          "2014-04-02",
          "10:30:15.250+01:00",
          "2014-04-02T10:30:15.250+01:00",
          "5.12 7.39 83.4 5",
          "5 7;5.5 7.5",
          "0 0 1;0 1 1;1 1 1;0 0 1",
          "tap",
          "health meals",
          "00000000000000000000000000000000000000000000000000000000000000ff:12:"
          "image/jpeg",
          "true"};
}

CellsOfRow HardAnswers() {
  return {"",
          "-9223372036854775808",
          "-123456789012345678901234567890.0123456789012345678901",
          "0000-01-01",
          "23:59:59.999",
          "0000-12-31T05:59:59.999-18:00",
          "-89.12345678901234567 180",
          "5 7 1 2;5.5 7.5",
          "0 0;0 1;1 1;0 0",
          "#7",
          "",
          "00000000000000000000000000000000000000000000000000000000000000ff:0:"
          "a/b",
          "false"};
}

CellsOfRow Nulls(const TableSchema& schema) {
  return CellsOfRow(schema.columns.size(), std::nullopt);
}

TableSchema ManyTexts(std::size_t columns) {
  TableSchema schema{.name = "wide", .kind = TableKind::kLog};
  for (std::size_t i = 0; i < columns; ++i) {
    schema.columns.push_back({.name = "column" + std::to_string(i)});
  }
  return schema;
}

class TableWriterContractTest : public ::testing::TestWithParam<Format> {
 protected:
  static std::unique_ptr<TableWriter> Writer(const TableSchema& schema,
                                             Sink& sink) {
    return NewTableWriter(GetParam(), schema, sink);
  }

  static FileContents Read(const TableSchema& schema,
                           const std::string& bytes) {
    switch (GetParam()) {
      case Format::kCsv:
        return ReadCsv(schema, bytes);
      case Format::kParquet:
        return ReadParquet(schema, bytes);
      case Format::kStata:
        return ReadStata(schema, bytes);
      case Format::kSpss:
        return ReadSpss(schema, bytes);
      case Format::kXlsx:
        return ReadXlsx(schema, bytes);
    }
    return {};
  }

  // Whether an empty text is another than none, and a file begins before all
  // rows are there.
  static bool IsForReaders() { return !IsForPeople(EndingOf(GetParam())); }

  // The cells as the format has them.
  static CellsOfRow Kept(CellsOfRow cells) {
    if (!IsForReaders() && cells[0] == "") cells[0] = std::nullopt;
    return cells;
  }

  // What a file of these batches reads back as.
  static FileContents WriteAndRead(const TableSchema& schema,
                                   const std::vector<const Batch*>& batches) {
    StringSink sink;
    const auto writer = Writer(schema, sink);
    for (const Batch* const batch : batches) EXPECT_OK(writer->Write(*batch));
    EXPECT_OK(writer->Close());
    return Read(schema, sink.bytes());
  }
};

TEST_P(TableWriterContractTest, EveryTypeReadsBack) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  AddAnswers(batch);
  AddNulls(batch);
  AddHardAnswers(batch);
  EXPECT_THAT(WriteAndRead(schema, {&batch}).rows,
              ElementsAre(Answers(), Nulls(schema), Kept(HardAnswers())));
}

TEST_P(TableWriterContractTest, ATableWithoutRowsHasItsColumns) {
  const TableSchema schema = EveryType();
  const FileContents contents = WriteAndRead(schema, {});
  EXPECT_THAT(contents.rows, IsEmpty());
  EXPECT_THAT(contents.columns, Contains(Key("text")));
  EXPECT_THAT(contents.columns, Contains(Key("point/longitude")));
}

TEST_P(TableWriterContractTest, OnlyNulls) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  for (int i = 0; i < 9; ++i) AddNulls(batch);
  const FileContents contents = WriteAndRead(schema, {&batch});
  EXPECT_THAT(contents.rows, SizeIs(9));
  EXPECT_THAT(contents.rows, Each(Nulls(schema)));
}

TEST_P(TableWriterContractTest, ManySmallBatchesAreOneTable) {
  const TableSchema schema = EveryType();
  Batch answers(schema);
  AddAnswers(answers);
  Batch others(schema);
  AddNulls(others);
  AddHardAnswers(others);
  const Batch nothing(schema);
  std::vector<const Batch*> batches;
  for (int i = 0; i < 500; ++i) {
    batches.insert(batches.end(), {&answers, &nothing, &others});
  }
  const FileContents contents = WriteAndRead(schema, batches);
  ASSERT_THAT(contents.rows, SizeIs(1'500));
  for (std::size_t i = 0; i < contents.rows.size(); i += 3) {
    ASSERT_EQ(contents.rows[i], Answers()) << i;
    ASSERT_EQ(contents.rows[i + 1], Nulls(schema)) << i;
    ASSERT_EQ(contents.rows[i + 2], Kept(HardAnswers())) << i;
  }
}

TEST_P(TableWriterContractTest, TenThousandColumns) {
  const TableSchema schema = ManyTexts(10'000);
  Batch batch(schema);
  for (int row = 0; row < 3; ++row) {
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
      batch.AddText(std::to_string(i * 3 + static_cast<std::size_t>(row)));
    }
  }
  const FileContents contents = WriteAndRead(schema, {&batch});
  ASSERT_THAT(contents.columns, SizeIs(10'000));
  ASSERT_THAT(contents.rows, SizeIs(3));
  EXPECT_EQ(contents.rows[2][9'999], "29999");
}

TEST_P(TableWriterContractTest, DerivedNamesDifferFromTheOthers) {
  TableSchema schema{.name = "names", .kind = TableKind::kLog};
  schema.columns = {{.name = "Here", .type = ColumnType::kPoint},
                    {.name = "here/Latitude"},
                    {.name = "here/latitude#2"}};
  Batch batch(schema);
  batch.AddText("1 2");
  batch.AddText("a");
  batch.AddText("b");
  const FileContents contents = WriteAndRead(schema, {&batch});
  EXPECT_THAT(contents.rows, ElementsAre(CellsOfRow{"1 2", "a", "b"}));
  EXPECT_THAT(contents.columns, Contains(Key("here/Latitude")));
  EXPECT_THAT(contents.columns, Contains(Key("Here/latitude#3")));
}

TEST_P(TableWriterContractTest, NamesThatDifferOnlyInCaseAreRefused) {
  TableSchema schema{.name = "names", .kind = TableKind::kLog};
  schema.columns = {{.name = "water"}, {.name = "Water"}};
  StringSink sink;
  const auto writer = Writer(schema, sink);
  EXPECT_THAT(writer->Close(), StatusIs(absl::StatusCode::kInvalidArgument,
                                        HasSubstr("column Water")));
  EXPECT_EQ(sink.bytes(), "");
}

TEST_P(TableWriterContractTest, TextThatIsNotUtf8IsRefused) {
  const TableSchema schema = ManyTexts(2);
  Batch batch(schema);
  batch.AddText("\xc3\xa9");
  batch.AddText("plain");
  batch.AddText("");
  batch.AddText("\xc3(");
  StringSink sink;
  const auto writer = Writer(schema, sink);
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("table wide, column column1, row 2 of 2: not UTF-8"));
  EXPECT_THAT(writer->Write(batch), refused);
  // And the file, which lacks it, is not finished.
  EXPECT_THAT(writer->Close(), refused);
}

TEST_P(TableWriterContractTest, AFullDiskIsSaidAndNothingMoreIsWritten) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  for (int i = 0; i < 50; ++i) AddAnswers(batch);
  StringSink whole;
  const auto write = [&](Sink& sink) {
    const auto writer = Writer(schema, sink);
    absl::Status status = writer->Write(batch);
    status.Update(writer->Close());
    return status;
  };
  ASSERT_OK(write(whole));
  const std::size_t size = whole.bytes().size();
  for (std::size_t room = 0; room < size; room += 1 + size / 40) {
    StringSink sink(room);
    ASSERT_THAT(write(sink), StatusIs(absl::StatusCode::kResourceExhausted,
                                      HasSubstr("no room left in the test")))
        << room;
    EXPECT_EQ(sink.refused(), 1) << room;
  }
  StringSink enough(size);
  EXPECT_OK(write(enough));
}

TEST_P(TableWriterContractTest, AWriterThatIsDroppedFinishesNothing) {
  const TableSchema schema = ManyTexts(1);
  Batch batch(schema);
  for (int i = 0; i < 200; ++i) batch.AddText(std::string(100'000, 'a'));
  StringSink sink;
  auto writer = Writer(schema, sink);
  ASSERT_OK(writer->Write(batch));
  const std::string before = sink.bytes();
  ASSERT_EQ(!before.empty(), IsForReaders());
  writer.reset();
  EXPECT_EQ(sink.bytes(), before);
}

TEST_P(TableWriterContractTest, TheSameTableIsTheSameFile) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  AddAnswers(batch);
  AddHardAnswers(batch);
  StringSink sinks[2];
  for (StringSink& sink : sinks) {
    const auto writer = Writer(schema, sink);
    ASSERT_OK(writer->Write(batch));
    ASSERT_OK(writer->Close());
  }
  EXPECT_EQ(sinks[0].bytes(), sinks[1].bytes());
}

INSTANTIATE_TEST_SUITE_P(Formats, TableWriterContractTest,
                         ::testing::ValuesIn(FormatsBuilt()),
                         [](const auto& each) {
                           return std::string(ToText(each.param));
                         });

TEST(FormatTest, AreParsedByName) {
  for (const Format format : FormatsBuilt()) {
    EXPECT_THAT(ParseFormat(ToText(format)), IsOkAndHolds(format));
  }
  EXPECT_THAT(ParseFormat("csv"), IsOkAndHolds(Format::kCsv));
  EXPECT_THAT(ParseFormat("CSV"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "no format \"CSV\"; there are csv, parquet, stata, "
                       "spss, xlsx"));
}

TEST(FormatTest, FilesEndAsTheirReadersExpect) {
  EXPECT_EQ(EndingOf(Format::kParquet), "parquet");
  EXPECT_EQ(EndingOf(Format::kStata), "dta");
  EXPECT_EQ(EndingOf(Format::kSpss), "sav");
  EXPECT_TRUE(IsForPeople("sav"));
  EXPECT_TRUE(IsForPeople("xlsx"));
  EXPECT_FALSE(IsForPeople("csv"));
}

TEST(FormatTest, OneThatIsNotBuiltIsKnownAndItsLibraryNamed) {
  const std::vector<Format> built = FormatsBuilt();
  for (const auto& [format, library] :
       {std::pair(Format::kParquet, "Apache Arrow"),
        std::pair(Format::kStata, "ReadStat"),
        std::pair(Format::kSpss, "ReadStat"),
        std::pair(Format::kXlsx, "libxlsxwriter")}) {
    if (std::find(built.begin(), built.end(), format) != built.end()) continue;
    EXPECT_THAT(ParseFormat(ToText(format)),
                StatusIs(absl::StatusCode::kUnimplemented,
                         HasSubstr(std::string("needs ") + library)));
  }
}

}  // namespace
}  // namespace chasqui::exporting
