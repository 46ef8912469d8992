// Sums of the answers in a log, against what one counts by hand.

#include "storage/answer_sums.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "storage/memory_kv.h"
#include "sync/change.h"
#include "sync/value.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Pair;

class AnswerSumsTest : public ::testing::Test {
 protected:
  AnswerSumsTest()
      : catalog_(*OpenCatalog(kv_, clock_, {})),
        store_(NewSmallSurvey(*catalog_)) {}

  void Deliver(const std::vector<Change>& changes) {
    ASSERT_OK(SubmitAndWait(store_, tablet_.Next(changes)));
  }

  HandClock clock_;
  MemoryKv kv_;
  std::unique_ptr<Catalog> catalog_;
  SurveyStore& store_;
  Chain tablet_{"census", "tablet-7"};
};

TEST_F(AnswerSumsTest, OfNoRecords) {
  const auto sums = SumAnswers(kv_, "census");
  ASSERT_OK(sums);
  EXPECT_THAT(sums->tables, IsEmpty());
}

TEST_F(AnswerSumsTest, CountsAnswersAddsIntegersAndHashes) {
  Deliver({Creation(RecordNumber(1), "north", "A"),
           Creation(RecordNumber(2), "south", "B"),
           Answer(RecordNumber(1), kAgeField, Value::Integer(-3), {}),
           Answer(RecordNumber(2), kAgeField, Value::Integer(45), {}),
           NewRow(RecordNumber(1), RowNumber(1), "child", {})});
  const auto sums = SumAnswers(kv_, "census");
  ASSERT_OK(sums);
  ASSERT_THAT(sums->tables, ElementsAre(Key(Pair("visit", 0)),
                                        Key(Pair("visit", kMemberRepeat))));
  const TableSums& records = sums->tables.at({"visit", 0});
  EXPECT_EQ(records.rows, 2U);
  ASSERT_THAT(records.columns, ElementsAre(Key(kNameField), Key(kAgeField)));
  EXPECT_EQ(records.columns.at(kNameField).answers, 2U);
  EXPECT_EQ(records.columns.at(kAgeField).answers, 2U);
  EXPECT_EQ(records.columns.at(kAgeField).integers, 42);
  const TableSums& rows = sums->tables.at({"visit", kMemberRepeat});
  EXPECT_EQ(rows.rows, 1U);
  ASSERT_THAT(rows.columns, ElementsAre(Key(kMemberNameField)));
  // By Python's hashlib.blake2b.
  EXPECT_EQ(records.columns.at(kNameField).hashes, 8124131124192601211U);
  EXPECT_EQ(rows.columns.at(kMemberNameField).hashes, 8859554520771832896U);
}

TEST_F(AnswerSumsTest, WhatIsGoneDoesNotCount) {
  Change remove = Answer(RecordNumber(2), kAgeField, Value::Integer(1), {});
  remove.ops[0] = Op();
  remove.ops[0].kind = OpKind::kDelete;
  Change remove_row = Answer(RecordNumber(1), kAgeField, Value::Integer(1), {});
  remove_row.ops[0] = Op();
  remove_row.ops[0].kind = OpKind::kDeleteRow;
  remove_row.ops[0].at.row = RowNumber(1);
  Deliver({Creation(RecordNumber(1), "north", "A"),
           Creation(RecordNumber(2), "south", "B"),
           NewRow(RecordNumber(1), RowNumber(1), "child", {}), remove,
           remove_row});
  const auto sums = SumAnswers(kv_, "census");
  ASSERT_OK(sums);
  ASSERT_THAT(sums->tables, ElementsAre(Key(Pair("visit", 0))));
  EXPECT_EQ(sums->tables.at({"visit", 0}).rows, 1U);
}

TEST_F(AnswerSumsTest, AnAnswerTakenBackDoesNotCount) {
  Deliver({Creation(RecordNumber(1), "north", "A"),
           Answer(RecordNumber(1), kAgeField, Value::Integer(5), {}),
           Answer(RecordNumber(1), kAgeField, Value::Cleared(), {})});
  const auto sums = SumAnswers(kv_, "census");
  ASSERT_OK(sums);
  EXPECT_THAT(sums->tables.at({"visit", 0}).columns,
              ElementsAre(Key(kNameField)));
}

TEST_F(AnswerSumsTest, OfASurveyThatIsNotThere) {
  EXPECT_THAT(SumAnswers(kv_, "harvest"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("harvest")));
}

}  // namespace
}  // namespace chasqui::storage
