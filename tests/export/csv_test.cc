#include "export/csv.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/register_csv.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::testing::ElementsAreArray;

TEST(CsvTest, QuotesOnlyWhatNeedsIt) {
  std::string out;
  AppendCsvLine({"plain", "a,b", "say \"hi\"", "two\nlines", ""}, out);
  EXPECT_EQ(out, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n");
}

TEST(CsvTest, ALineOfOneEmptyCellIsStillALine) {
  std::string out;
  AppendCsvLine({""}, out);
  EXPECT_EQ(out, "\"\"\r\n");
}

TEST(CsvTest, WhatIsWrittenReadsBack) {
  const std::vector<std::vector<std::string>> lines = {
      {"id", "name"},
      {"1", "Ọmọ \"the\" school, north\r\nside"},
      {"", "\n"},
      {"\"", ","}};
  std::string out;
  for (const auto& line : lines) AppendCsvLine(line, out);
  CsvReader reader(out);
  for (const auto& line : lines) {
    ASSERT_OK_AND_ASSIGN(const auto read, reader.Next());
    ASSERT_TRUE(read.has_value());
    EXPECT_THAT(read->cells, ElementsAreArray(line));
  }
  ASSERT_OK_AND_ASSIGN(const auto end, reader.Next());
  EXPECT_FALSE(end.has_value());
}

}  // namespace
}  // namespace chasqui::exporting
