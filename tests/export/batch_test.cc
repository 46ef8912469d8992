#include "export/batch.h"

#include <functional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/every_type.h"

namespace chasqui::exporting {
namespace {

using ::testing::ElementsAre;

constexpr std::size_t kText = 0;
constexpr std::size_t kInteger = 1;
constexpr std::size_t kTime = 4;
constexpr std::size_t kChoices = 10;

TEST(BatchTest, HoldsRowsColumnByColumn) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  AddAnswers(batch);
  AddNulls(batch);
  AddAnswers(batch);
  EXPECT_EQ(batch.rows(), 3);

  const ColumnData& text = batch.columns()[kText];
  EXPECT_THAT(text.valid, ElementsAre(1, 0, 1));
  EXPECT_EQ(text.TextAt(0), kAnsweredText);
  EXPECT_EQ(text.TextAt(1), "");
  EXPECT_EQ(text.TextAt(2), kAnsweredText);
  EXPECT_THAT(batch.columns()[kInteger].numbers, ElementsAre(-12, 0, -12));
  EXPECT_THAT(batch.columns()[kTime].offsets, ElementsAre(60, kNoOffset, 60));

  const ColumnData& choices = batch.columns()[kChoices];
  EXPECT_THAT(choices.lists, ElementsAre(2, 2, 4));
  EXPECT_EQ(choices.ListBegin(2), 2);
  EXPECT_EQ(choices.TextAt(2), "health");
  EXPECT_EQ(choices.TextAt(3), "meals");
}

TEST(BatchTest, AnotherBatchIsAppended) {
  const TableSchema schema = EveryType();
  Batch one_by_one(schema);
  Batch first(schema);
  Batch second(schema);
  AddAnswers(first);
  AddNulls(second);
  AddAnswers(second);
  AddAnswers(one_by_one);
  AddNulls(one_by_one);
  AddAnswers(one_by_one);
  first.Append(second);
  EXPECT_EQ(first.rows(), 3);
  EXPECT_EQ(first.columns(), one_by_one.columns());
}

TEST(BatchTest, RowsMayComeColumnByColumn) {
  const TableSchema schema = {
      .name = "t",
      .columns = {{.name = "text"},
                  {.name = "integer", .type = ColumnType::kInteger},
                  {.name = "moment", .type = ColumnType::kDateTime},
                  {.name = "choices", .type = ColumnType::kChoices}}};
  Batch row_by_row(schema);
  const auto add_row = [&row_by_row](std::string_view text) {
    row_by_row.AddText(text);
    row_by_row.AddNumber(7);
    row_by_row.AddMoment(8, 60);
    row_by_row.AddNull();
  };
  for (const char* text : {"before", "a", "b", "b", "after"}) add_row(text);
  for (int i = 0; i < 4; ++i) row_by_row.AddNull();

  Batch batch(schema);
  batch.BeginRows(1);
  batch.AddText("before");
  batch.FillNumber(7);
  batch.FillMoment(8, 60);
  batch.FillNull();
  batch.BeginRows(3);
  batch.AddText("a");
  batch.FillText("b");  // what the column lacks
  batch.FillNumber(7);
  EXPECT_EQ(batch.rows(), 1);
  for (int i = 0; i < 3; ++i) batch.AddMoment(8, 60);
  batch.FillNull();
  EXPECT_EQ(batch.rows(), 4);
  batch.AddText("after");  // one by one again
  batch.AddNumber(7);
  batch.AddMoment(8, 60);
  batch.AddNull();
  for (int i = 0; i < 4; ++i) batch.FillNull();
  EXPECT_EQ(batch.rows(), row_by_row.rows());
  EXPECT_EQ(batch.columns(), row_by_row.columns());
  EXPECT_EQ(batch.bytes(), row_by_row.bytes());
}

TEST(BatchTest, CountsItsBytes) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  const std::size_t empty = batch.bytes();
  AddAnswers(batch);
  AddNulls(batch);
  std::size_t bytes = 0;
  for (const ColumnData& column : batch.columns()) {
    bytes += column.valid.size() + 8 * column.numbers.size() +
             4 * column.offsets.size() + column.bytes.size() +
             4 * (column.ends.size() + column.lists.size());
  }
  EXPECT_EQ(batch.bytes() - empty, bytes);
  Batch taken(schema);
  ASSERT_TRUE(taken.Set(batch.columns()));
  EXPECT_EQ(taken.bytes(), batch.bytes());
  taken.Append(batch);
  EXPECT_EQ(taken.bytes() - empty, 2 * bytes);
}

TEST(BatchTest, ClearedItIsAsNew) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  const std::size_t empty = batch.bytes();
  AddAnswers(batch);
  EXPECT_GT(batch.bytes(), empty);
  batch.Clear();
  EXPECT_EQ(batch.rows(), 0);
  EXPECT_EQ(batch.bytes(), empty);
  EXPECT_EQ(batch.columns(), Batch(schema).columns());
}

TEST(BatchTest, TakesWhatAnotherHad) {
  const TableSchema schema = EveryType();
  Batch from(schema);
  AddAnswers(from);
  AddNulls(from);
  Batch to(schema);
  ASSERT_TRUE(to.Set(from.columns()));
  EXPECT_EQ(to.rows(), 2);
  EXPECT_EQ(to.columns(), from.columns());
  ASSERT_TRUE(to.Set(Batch(schema).columns()));
  EXPECT_EQ(to.rows(), 0);
}

struct Broken {
  const char* name;
  std::function<void(std::vector<ColumnData>&)> how;
};

class BrokenBatchTest : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenBatchTest, IsNotTaken) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  AddAnswers(batch);
  AddNulls(batch);
  std::vector<ColumnData> columns = batch.columns();
  GetParam().how(columns);
  EXPECT_FALSE(batch.Set(columns));
  EXPECT_EQ(batch.rows(), 2);
  EXPECT_NE(batch.columns(), columns);
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenBatchTest,
    ::testing::Values(
        Broken{"AColumnMissing", [](auto& columns) { columns.pop_back(); }},
        Broken{"ARowMissing",
               [](auto& columns) {
                 columns[kInteger].valid.pop_back();
                 columns[kInteger].numbers.pop_back();
               }},
        Broken{"ValidByTwo", [](auto& columns) { columns[0].valid[0] = 2; }},
        Broken{"ANumberMissing",
               [](auto& columns) { columns[kInteger].numbers.pop_back(); }},
        Broken{"ANumberInNull",
               [](auto& columns) { columns[kInteger].numbers[1] = 1; }},
        Broken{"NumbersInText",
               [](auto& columns) {
                 columns[kText].numbers = {1, 0};
               }},
        Broken{"AnOffsetMissing",
               [](auto& columns) { columns[kTime].offsets.pop_back(); }},
        Broken{"AnOffsetInNull",
               [](auto& columns) { columns[kTime].offsets[1] = 0; }},
        Broken{"AnEndMissing",
               [](auto& columns) { columns[kText].ends.pop_back(); }},
        Broken{"BytesPastTheEnd",
               [](auto& columns) { columns[kText].bytes += "x"; }},
        Broken{"AnEndPastTheBytes",
               [](auto& columns) { ++columns[kText].ends[1]; }},
        Broken{"EndsThatFall",
               [](auto& columns) {
                 columns[kText].valid[1] = 1;
                 columns[kText].ends[0] += 1;
               }},
        Broken{"TextInNull", [](auto& columns) { --columns[kText].ends[0]; }},
        Broken{"ListsPastTheItems",
               [](auto& columns) { ++columns[kChoices].lists[1]; }},
        Broken{"ItemsInNull",
               [](auto& columns) { --columns[kChoices].lists[0]; }},
        Broken{"ListsInText",
               [](auto& columns) {
                 columns[kText].lists = {0, 0};
               }}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace chasqui::exporting
