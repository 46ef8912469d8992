#include "export/chain/redaction.h"

#include <string>
#include <vector>

#include "export/table_schema.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui::exporting {
namespace {

using ::testing::ElementsAre;
using enum CellFate;

TableSchema Table(const std::string& name, TableKind kind,
                  const std::vector<std::string>& columns) {
  TableSchema table{name, kind, {}};
  for (const std::string& column : columns) {
    table.columns.push_back({.name = column, .type = ColumnType::kText});
  }
  return table;
}

RecordId Numbered(std::uint8_t number) {
  RecordId id;
  id.bytes[15] = number;
  return id;
}

TEST(RedactionTest, WhatBecameSeveralColumnsGoesAsOne) {
  Redaction redaction;
  redaction.AddPersonal("people", "spot", "spot");
  redaction.AddErased(Numbered(1));
  const TableSchema people =
      Table("people", TableKind::kRecords, {"_id", "spot", "spotless"});
  const FileRedaction file = redaction.ForFile(
      people, {"_id", "spot/lat", "spot/lon", "spotless", "spots", "spot/"});
  EXPECT_THAT(file.fates,
              ElementsAre(kStays, kGoes, kGoes, kStays, kStays, kGoes));
  EXPECT_EQ(file.id, 0U);
  EXPECT_TRUE(file.concerns_any());
}

// A column of its own may be called as a part of another would be.
TEST(RedactionTest, ANameIsThatOfTheLongestColumn) {
  for (const bool short_first : {true, false}) {
    const TableSchema people =
        Table("people", TableKind::kRecords,
              short_first ? std::vector<std::string>{"_id", "a", "a/b"}
                          : std::vector<std::string>{"_id", "a/b", "a"});
    Redaction of_longer;
    of_longer.AddPersonal("people", "a/b", "a/b");
    EXPECT_THAT(
        of_longer.ForFile(people, {"_id", "a", "a/b", "a/c", "a/b/c"}).fates,
        ElementsAre(kStays, kStays, kGoes, kStays, kGoes));
    Redaction of_shorter;
    of_shorter.AddPersonal("people", "a", "a");
    EXPECT_THAT(
        of_shorter.ForFile(people, {"_id", "a", "a/b", "a/c", "a/b/c"}).fates,
        ElementsAre(kStays, kGoes, kStays, kGoes, kStays));
  }
}

TEST(RedactionTest, OnlyRecordsSayThatTheyAreErased) {
  Redaction redaction;
  redaction.AddPersonal("people", "name", "name");
  const std::vector<std::string> columns = {"_id", "_erased", "name"};
  EXPECT_THAT(
      redaction.ForFile(Table("people", TableKind::kRecords, columns), columns)
          .fates,
      ElementsAre(kStays, kSaysErased, kGoes));
  EXPECT_THAT(
      redaction
          .ForFile(Table("people", TableKind::kOfRecords, columns), columns)
          .fates,
      ElementsAre(kStays, kStays, kGoes));
}

TEST(RedactionTest, AWriteGoesByItsPath) {
  Redaction redaction;
  redaction.AddPersonal("people", "name#2", "g/name");
  redaction.AddErased(Numbered(1));
  const std::vector<std::string> columns = {"_id", "path", "value"};
  const FileRedaction history =
      redaction.ForFile(Table("history", TableKind::kLog, columns), columns);
  EXPECT_THAT(history.fates, ElementsAre(kStays, kStays, kGoes));
  EXPECT_EQ(history.path, 1U);
  const std::string her = ToText(Numbered(1));
  EXPECT_TRUE(redaction.Concerns(history, her, "g/name"));
  EXPECT_FALSE(redaction.Concerns(history, her, "depth"));
  EXPECT_FALSE(redaction.Concerns(history, her, "name#2"));
  EXPECT_FALSE(redaction.Concerns(history, ToText(Numbered(2)), "g/name"));
  EXPECT_FALSE(redaction.Concerns(history, "", "g/name"));
}

TEST(RedactionTest, WithoutIdsOrPersonalColumnsThereIsNothingToDo) {
  Redaction redaction;
  redaction.AddErased(Numbered(1));
  EXPECT_TRUE(redaction.empty());
  redaction.AddPersonal("people", "name", "name");
  EXPECT_FALSE(redaction.empty());
  const std::vector<std::string> nobody = {"name"};
  EXPECT_FALSE(
      redaction.ForFile(Table("people", TableKind::kRecords, nobody), nobody)
          .concerns_any());
  const std::vector<std::string> others = {"_id", "depth"};
  EXPECT_FALSE(
      redaction.ForFile(Table("people", TableKind::kRecords, others), others)
          .concerns_any());
}

}  // namespace
}  // namespace chasqui::exporting
