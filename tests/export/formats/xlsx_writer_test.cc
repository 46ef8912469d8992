#include "export/formats/xlsx_writer.h"

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "export/formats/xlsx_check.h"
#include "export/formats/xlsx_text.h"
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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;

TableSchema Sheet(std::vector<TableColumn> columns) {
  return {.name = "t", .kind = TableKind::kLog, .columns = std::move(columns)};
}

absl::Status WriteXlsx(const Batch& batch, Sink& sink) {
  const auto writer = NewTableWriter(Format::kXlsx, batch.schema(), sink);
  absl::Status status = writer->Write(batch);
  if (status.ok()) status = writer->Close();
  return status;
}

FileContents XlsxFile(const Batch& batch) {
  StringSink sink;
  EXPECT_OK(WriteXlsx(batch, sink));
  return ReadXlsx(batch.schema(), sink.bytes());
}

// Formulas, what XML does not keep, and what only looks as if it were spelt.
TEST(XlsxWriterTest, TextIsTextWhateverIsInIt) {
  const TableSchema schema = Sheet({{.name = "a"}});
  const std::vector<std::string> texts = {"=1+1",
                                          "+1",
                                          "@SUM(A1)",
                                          "http://example.org",
                                          "  around  ",
                                          "\n",
                                          "\r\n",
                                          "\x01\x1f\x7f",
                                          std::string("a\0b", 3),
                                          "_x000D_",
                                          "_x0041",
                                          "__x000d__",
                                          "<&>\"'",
                                          "\xef\xbf\xbe\xef\xbf\xbf",
                                          "\xef\xbf\xbd",
                                          "1.50",
                                          "TRUE"};
  Batch batch(schema);
  for (const std::string& text : texts) batch.AddText(text);
  const FileContents file = XlsxFile(batch);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(file.rows[i][0], texts[i]) << i;
  }
}

TEST(XlsxWriterTest, LongTextsGoOnInTheNextColumn) {
  const TableSchema schema = Sheet({{.name = "a"}, {.name = "b"}});
  for (const std::string& text :
       {std::string(32'767, 'a'), std::string(32'768, 'a'),
        std::string(70'000, '\r'), std::string(32'764, 'a') + "\r\rb"}) {
    Batch batch(schema);
    batch.AddText(text);
    batch.AddText("b");
    EXPECT_THAT(XlsxFile(batch).rows, ElementsAre(ElementsAre(text, "b")));
  }
  std::string schools;
  for (int i = 0; i < 20'000; ++i) schools += "\xf0\x9f\x8f\xab";
  Batch batch(schema);
  batch.AddText(schools);
  batch.AddText("b");
  const FileContents file = XlsxFile(batch);
  EXPECT_THAT(file.columns, ElementsAre(Key("a"), Key("a/2"), Key("b")));
  EXPECT_THAT(file.rows, ElementsAre(ElementsAre(schools, "b")));
}

TEST(XlsxWriterTest, NumbersThatExcelDoesNotKeepAreText) {
  const TableSchema schema =
      Sheet({{.name = "integer", .type = ColumnType::kInteger},
             {.name = "decimal", .type = ColumnType::kDecimal}});
  Batch batch(schema);
  for (const auto& [integer, decimal] :
       {std::pair(999'999'999'999'999, "8.2"),
        std::pair(1'000'000'000'000'000, "0.123456789012345"),
        std::pair(INT64_MAX, "-0.00000000000001")}) {
    batch.AddNumber(integer);
    batch.AddText(decimal);
  }
  const FileContents file = XlsxFile(batch);
  EXPECT_THAT(
      file.rows,
      ElementsAre(ElementsAre("999999999999999", "8.2"),
                  ElementsAre("1000000000000000", "0.123456789012345"),
                  ElementsAre("9223372036854775807", "-0.00000000000001")));
  EXPECT_EQ(file.numbers, 3U);
}

// What is made again later is to be the same.
TEST(XlsxWriterTest, DoesNotSayWhenItWasMade) {
  const TableSchema schema = Sheet({{.name = "a"}});
  EXPECT_EQ(XlsxFile(Batch(schema)).created, "1970-01-01T00:00:01Z");
}

TEST(XlsxWriterTest, TooManyColumnsOrRowsAreRefused) {
  std::vector<TableColumn> columns;
  for (int i = 0; i < 16'385; ++i) columns.push_back({"c" + std::to_string(i)});
  const TableSchema wide = Sheet(columns);
  StringSink sink;
  EXPECT_THAT(NewTableWriter(Format::kXlsx, wide, sink)->Close(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("table t"), HasSubstr("16385 columns"),
                             HasSubstr("16384 are the limit of XLSX"))));
  const TableSchema tall = Sheet({{.name = "a", .type = ColumnType::kBoolean}});
  Batch batch(tall);
  for (int i = 0; i < 1'048'576; ++i) batch.AddNumber(1);
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("table t"), HasSubstr("more than 1048575 rows"),
                     HasSubstr("XLSX")));
  const auto writer = NewTableWriter(Format::kXlsx, tall, sink);
  EXPECT_THAT(writer->Write(batch), refused);
  EXPECT_THAT(writer->Close(), refused);
  EXPECT_EQ(sink.bytes(), "");
}

// Files can grow to so many bytes, as on a disk that is nearly full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

// Writes with so much room: the whole file, or an error and none. Returns
// whether it was whole.
bool IsWholeWith(rlim_t room, const Batch& batch, const std::string& whole) {
  StringSink sink;
  absl::Status status;
  {
    const FileSizeLimit limit(room);
    status = WriteXlsx(batch, sink);
  }
  if (status.ok()) {
    EXPECT_EQ(sink.bytes().size(), whole.size()) << room;
    return true;
  }
  EXPECT_THAT(status, AnyOf(StatusIs(absl::StatusCode::kResourceExhausted),
                            StatusIs(absl::StatusCode::kUnavailable)))
      << room;
  EXPECT_EQ(sink.bytes(), "") << room;
  return false;
}

// The library does not look at its temporary files: less than all would be a
// workbook all the same. The last of them is a little longer than those before,
// so that it alone does not fit where room ends just below what is needed.
TEST(XlsxWriterTest, AFullTemporaryDirectoryIsSaid) {
  const TableSchema schema =
      Sheet({{.name = "a", .type = ColumnType::kBoolean}});
  Batch batch(schema);
  for (int i = 0; i < 5'000; ++i) batch.AddNumber(i % 2);
  StringSink whole;
  ASSERT_OK(WriteXlsx(batch, whole));
  rlim_t too_little = 4'096;
  rlim_t enough = 1'000'000;
  ASSERT_FALSE(IsWholeWith(too_little, batch, whole.bytes()));
  ASSERT_TRUE(IsWholeWith(enough, batch, whole.bytes()));
  while (enough - too_little > 1) {
    const rlim_t room = too_little + (enough - too_little) / 2;
    const bool fits = IsWholeWith(room, batch, whole.bytes());
    (fits ? enough : too_little) = room;
  }
  for (rlim_t less = 1; less < 2'000; less += 61) {
    EXPECT_FALSE(IsWholeWith(enough - less, batch, whole.bytes())) << less;
  }
}

TEST(XlsxWriterTest, NoTemporaryDirectoryIsSaid) {
  const TableSchema schema =
      Sheet({{.name = "a", .type = ColumnType::kBoolean}});
  Batch batch(schema);
  batch.AddNumber(1);
  setenv("TMPDIR", "/nonexistent/directory", 1);
  StringSink sink;
  const absl::Status status = WriteXlsx(batch, sink);
  unsetenv("TMPDIR");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable,
                               HasSubstr("/nonexistent/directory")));
}

TEST(XlsxCheckTest, FindsWhatIsCutOff) {
  const TableSchema schema = Sheet({{.name = "a"}});
  Batch batch(schema);
  for (int i = 0; i < 1'000; ++i) batch.AddText(std::to_string(i * i));
  StringSink sink;
  ASSERT_OK(WriteXlsx(batch, sink));
  const std::string path = ::testing::TempDir() + "/check.xlsx";
  const auto check = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    return CheckXlsx(path);
  };
  EXPECT_OK(check(sink.bytes()));
  for (std::size_t size = 0; size < sink.bytes().size(); size += 97) {
    EXPECT_THAT(check(sink.bytes().substr(0, size)),
                StatusIs(absl::StatusCode::kUnavailable))
        << size;
  }
}

}  // namespace
}  // namespace chasqui::exporting
