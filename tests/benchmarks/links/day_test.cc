#include "tests/benchmarks/links/day.h"

#include <map>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/benchmarks/links/planned_day.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::benchmarks {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

TEST(DayTest, HasTheWorkItShouldSpreadOverItsSyncs) {
  ASSERT_OK_AND_ASSIGN(const Day day, PlanSmallDay({20, 6, 9, 3}));
  EXPECT_EQ(day.scope.size(), 20U);
  ASSERT_EQ(day.work.size(), 3U);
  std::set<RecordId> records;
  for (const client::WrittenSave& save : day.scope) {
    EXPECT_EQ(save.kind, client::SaveKind::kCreate);
    records.insert(save.record);
  }
  std::set<RecordId> edited;
  for (const auto& work : day.work) {
    EXPECT_EQ(work.size(), 2U + 3U);
    for (const client::WrittenSave& save : work) {
      if (save.kind == client::SaveKind::kCreate) {
        EXPECT_TRUE(records.insert(save.record).second);
      } else {
        EXPECT_TRUE(edited.insert(save.record).second);
      }
    }
  }
  EXPECT_EQ(records.size(), 26U);
  EXPECT_EQ(edited.size(), 9U);
  EXPECT_EQ(day.Outcome().size(), 26U);
}

TEST(DayTest, AnEditChangesTwoAnswersAndItsOutcomeHasThem) {
  ASSERT_OK_AND_ASSIGN(const Day day, PlanSmallDay({20, 0, 20, 1}));
  const auto outcome = day.Outcome();
  std::map<RecordId, AnswersByPath> before;
  for (const client::WrittenSave& save : day.scope) {
    for (const auto& [path, text] : save.set) {
      before[save.record][path] = text.value();
    }
  }
  for (const client::WrittenSave& edit : day.work.front()) {
    EXPECT_EQ(edit.set.size(), 2U);
    for (const auto& [path, text] : edit.set) {
      EXPECT_NE(before[edit.record].at(path), text);
      EXPECT_EQ(outcome.at(edit.record).at(path), text);
    }
  }
}

TEST(DayTest, IsTheSameEveryTime) {
  ASSERT_OK_AND_ASSIGN(const Day one, PlanSmallDay({20, 6, 9, 3}));
  ASSERT_OK_AND_ASSIGN(const Day other, PlanSmallDay({20, 6, 9, 3}));
  EXPECT_EQ(one.Outcome(), other.Outcome());
}

TEST(DayTest, TheLaterFormIsAnotherVersion) {
  ASSERT_OK_AND_ASSIGN(const Day day, PlanSmallDay({2, 1, 1, 1}));
  EXPECT_THAT(day.xform, Not(HasSubstr("version=\"2012041702\"")));
  EXPECT_THAT(day.later_xform, HasSubstr("version=\"2012041702\""));
}

TEST(DayTest, SavesAreReadBackAsTheyWereWritten) {
  ASSERT_OK_AND_ASSIGN(const Day day, PlanSmallDay({4, 2, 2, 1}));
  const auto& work = day.work.front();
  ASSERT_OK_AND_ASSIGN(const auto read, ReadSaves(WriteSaves(work)));
  ASSERT_EQ(read.size(), work.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].kind, work[i].kind);
    EXPECT_EQ(read[i].record, work[i].record);
    EXPECT_EQ(read[i].area, work[i].area);
    EXPECT_EQ(read[i].status, work[i].status);
    EXPECT_EQ(read[i].set, work[i].set);
  }
}

TEST(DayTest, RefusesMoreEditsThanRecords) {
  EXPECT_OK(PlanSmallDay({3, 0, 3, 1}).status());
  EXPECT_THAT(PlanSmallDay({3, 0, 4, 1}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("4 edits of 3 records")));
}

}  // namespace
}  // namespace chasqui::benchmarks
