#include "export/batch_set.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui::exporting {
namespace {

using ::testing::ElementsAre;

class BatchSetTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kNames = 1;

  void AddName(const std::string& name) {
    set_.Row(kNames).AddText(name);
    set_.EndRow(kNames);
  }
  // What the oldest complete batch has, all texts.
  static std::vector<std::string> Texts(const Batch& batch) {
    std::vector<std::string> texts;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      texts.emplace_back(batch.columns()[0].TextAt(row));
    }
    return texts;
  }

  const std::vector<TableSchema> tables_ = {
      {.name = "numbers",
       .columns = {{.name = "n", .type = ColumnType::kInteger}}},
      {.name = "names", .columns = {{.name = "name"}}}};
  BatchSet set_{tables_};
};

TEST_F(BatchSetTest, ABatchIsCompleteByItsRowsOrItsBytes) {
  for (std::size_t i = 1; i < BatchSet::kRows; ++i) AddName("a");
  EXPECT_EQ(set_.Take(), std::nullopt);
  AddName("a");
  EXPECT_EQ(set_.Take()->rows(), BatchSet::kRows);
  AddName(std::string(BatchSet::kBytes, 'b'));
  EXPECT_EQ(set_.Take()->rows(), 1);
  EXPECT_EQ(set_.Take(), std::nullopt);
}

TEST_F(BatchSetTest, AtTheEndWhateverThereIs) {
  set_.End();
  EXPECT_EQ(set_.Take(), std::nullopt);
  AddName("a");
  set_.Row(0).AddNumber(1);
  set_.EndRow(0);
  set_.End();
  EXPECT_EQ(set_.Take()->schema().name, "numbers");
  EXPECT_EQ(set_.Take()->schema().name, "names");
  EXPECT_EQ(set_.Take(), std::nullopt);
}

// A batch's memory is used again, and what was in it is not there any more.
TEST_F(BatchSetTest, WhatComesBackIsEmpty) {
  const std::string large(BatchSet::kBytes, 'a');
  AddName(large);
  std::optional<Batch> first = set_.Take();
  ASSERT_TRUE(first.has_value());
  AddName(large);
  set_.Return(*std::move(first));
  AddName("b");
  set_.End();
  EXPECT_THAT(Texts(*set_.Take()), ElementsAre(large));
  EXPECT_THAT(Texts(*set_.Take()), ElementsAre("b"));
  AddName(large);  // in what came back
  AddName("c");
  set_.End();
  EXPECT_THAT(Texts(*set_.Take()), ElementsAre(large));
  EXPECT_THAT(Texts(*set_.Take()), ElementsAre("c"));
}

}  // namespace
}  // namespace chasqui::exporting
