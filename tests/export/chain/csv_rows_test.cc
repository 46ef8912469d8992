#include "export/chain/csv_rows.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::StatusIs;
using ::testing::ElementsAre;

constexpr std::string_view kFile =
    "_id,name\r\n"
    "1,\"a \"\"b\"\", c\r\nd\"\r\n"
    "2,\n"
    ",\"\"\r\n"
    "3,\"\"\"\"\r\n";

using Rows = std::vector<std::vector<std::string>>;

// Each row's cells as they stand, and its end; `step` bytes at a time.
Rows RowsOf(std::string_view file, std::size_t step) {
  CsvRows rows;
  Rows taken;
  const auto take = [&taken](const CsvRow& row) {
    auto& cells = taken.emplace_back(row.cells.begin(), row.cells.end());
    cells.emplace_back(row.end);
    return absl::OkStatus();
  };
  for (std::size_t at = 0; at < file.size(); at += step) {
    EXPECT_OK(rows.Add(file.substr(at, step), take));
  }
  EXPECT_OK(rows.Finish());
  return taken;
}

TEST(CsvRowsTest, AreTheSameInWhateverPiecesTheyCome) {
  const Rows rows = RowsOf(kFile, kFile.size());
  EXPECT_THAT(
      rows,
      ElementsAre(ElementsAre("_id", "name", "\r\n"),
                  ElementsAre("1", "\"a \"\"b\"\", c\r\nd\"", "\r\n"),
                  ElementsAre("2", "", "\n"), ElementsAre("", "\"\"", "\r\n"),
                  ElementsAre("3", "\"\"\"\"", "\r\n")));
  for (std::size_t step = 1; step < kFile.size(); ++step) {
    EXPECT_EQ(RowsOf(kFile, step), rows) << step;
  }
}

TEST(CsvRowsTest, EndWithARow) {
  const auto take = [](const CsvRow&) { return absl::OkStatus(); };
  for (const std::string_view cut : {"1,2", "1,\"2\r\n", "\r"}) {
    CsvRows rows;
    ASSERT_OK(rows.Add(cut, take));
    EXPECT_THAT(rows.Finish(), StatusIs(absl::StatusCode::kDataLoss)) << cut;
  }
}

TEST(CsvRowsTest, WhoTakesThemMayEndIt) {
  CsvRows rows;
  int taken = 0;
  const auto take = [&taken](const CsvRow&) {
    ++taken;
    return absl::CancelledError("enough");
  };
  EXPECT_THAT(rows.Add(kFile, take), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(taken, 1);
}

TEST(CsvCellTextTest, IsWhatTheCellSays) {
  std::string scratch;
  EXPECT_EQ(CsvCellText("", scratch), "");
  EXPECT_EQ(CsvCellText("plain", scratch), "plain");
  EXPECT_EQ(CsvCellText("\"\"", scratch), "");
  EXPECT_EQ(CsvCellText("\"a, b\"", scratch), "a, b");
  EXPECT_EQ(CsvCellText("\"a \"\"b\"\"\"", scratch), "a \"b\"");
  EXPECT_EQ(CsvCellText("\"\"\"\"", scratch), "\"");
}

}  // namespace
}  // namespace chasqui::exporting
