#include "export/formats/arrow_stream.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/every_type.h"
#include "tests/export/formats/read_back.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ArrowStreamTest, ReadsBackBatchByBatch) {
  const TableSchema schema = EveryType();
  ASSERT_OK_AND_ASSIGN(const auto stream, NewArrowStream(schema));
  Batch batch(schema);
  AddAnswers(batch);
  AddNulls(batch);
  ASSERT_OK_AND_ASSIGN(std::string bytes, stream->Add(batch));
  batch.Clear();
  // With a choice that was not there before.
  AddHardAnswers(batch);
  ASSERT_OK_AND_ASSIGN(const std::string more, stream->Add(batch));
  EXPECT_THAT(more, Not(IsEmpty()));
  ASSERT_OK_AND_ASSIGN(const std::string rest, stream->End());
  bytes += more + rest;

  const FileContents contents = ReadArrowStream(schema, bytes);
  ASSERT_THAT(contents.rows, SizeIs(3));
  EXPECT_EQ(contents.rows[0][0], std::string(kAnsweredText));
  EXPECT_EQ(contents.rows[0][9], "tap");
  EXPECT_EQ(contents.rows[1], CellsOfRow(schema.columns.size()));
  EXPECT_EQ(contents.rows[2][9], "#7");
}

TEST(ArrowStreamTest, OfNoRowsHasTheColumns) {
  const TableSchema schema = EveryType();
  ASSERT_OK_AND_ASSIGN(const auto stream, NewArrowStream(schema));
  ASSERT_OK_AND_ASSIGN(const std::string bytes, stream->End());
  const FileContents contents = ReadArrowStream(schema, bytes);
  EXPECT_THAT(contents.columns, SizeIs(23));
  EXPECT_THAT(contents.rows, IsEmpty());
}

TEST(ArrowStreamTest, RefusesWhatIsNoAnswer) {
  TableSchema schema{.name = "t", .kind = TableKind::kLog};
  EXPECT_THAT(
      NewArrowStream(schema),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no columns")));
  schema.columns = {{.name = "a"}};
  ASSERT_OK_AND_ASSIGN(const auto stream, NewArrowStream(schema));
  Batch batch(schema);
  batch.AddText("\xff");
  EXPECT_THAT(stream->Add(batch), StatusIs(absl::StatusCode::kInvalidArgument,
                                           HasSubstr("not UTF-8")));
}

}  // namespace
}  // namespace chasqui::exporting
