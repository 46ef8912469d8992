// Which tables there may be.

#include "export/table_schema.h"

#include <string>

#include "export/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/chain/small_manifest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::StatusIs;
using ::testing::HasSubstr;

TEST(TableSchemaTest, ASchemaHasAPlainNameAndTheColumnsOfItsKind) {
  EXPECT_OK(CheckTables({SchoolsTable()}));
  for (const char* name :
       {"", ".hidden", "a/b", "a\\b", "a\"", "a'", "a`", "a\nb", "\xff"}) {
    TableSchema table = SchoolsTable();
    table.name = name;
    EXPECT_THAT(CheckTables({table}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("is no name of a table")))
        << name;
  }
  TableSchema table = SchoolsTable();
  table.name = std::string(kTableNameBytesMax, 'x');
  EXPECT_OK(CheckTables({table}));
  table.name += 'x';
  EXPECT_THAT(CheckTables({table}), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr("1 to 200 bytes")));

  table = SchoolsTable();
  table.columns.push_back({"_SEQ", ColumnType::kText, "", {}});
  EXPECT_THAT(CheckTables({table}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("column _SEQ is there twice")));
  table = SchoolsTable();
  table.name = "sCHOOLS \U0001F3EB, \u05D1";
  EXPECT_THAT(CheckTables({SchoolsTable(), table}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("two tables are called")));
  for (const TableKind kind : {TableKind::kRecords, TableKind::kOfRecords,
                               TableKind::kLog, TableKind::kSnapshot}) {
    EXPECT_EQ(ParseTableKind(ToText(kind)), kind);
    EXPECT_THAT(CheckTables({{"t", kind, {{"x", ColumnType::kText, "", {}}}}}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("takes a column _")));
  }
}

TEST(Sha256Test, IsThatOfTheStandard) {
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  pieces.Add("a");
  pieces.Add("bc");
  EXPECT_EQ(pieces.Hex(), Sha256Hex("abc"));
  EXPECT_FALSE(IsSha256Hex(std::string(63, 'a')));
  EXPECT_FALSE(IsSha256Hex(std::string(64, 'g')));
}

}  // namespace
}  // namespace chasqui::exporting
