// Tablets that begin with a starting file, old or new: they come to hold what
// those hold that fetched everything.

#include <string>
#include <utility>
#include <vector>

#include "tests/client/new_tablet.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;

using StartingTest = NewTablet;

TEST_F(StartingTest, WhatIsInTheFileIsNotFetchedAgain) {
  const TakenStart taken = Take(world_.StartOf(kLga1));
  EXPECT_TRUE(taken.whole);
  EXPECT_EQ(taken.records, kMany);
  EXPECT_EQ(amina_.Shown(School(7), "name"), "school 7");
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(amina_.link().records, 0U);
}

// The file brings a cursor of its own, which does not tell of the buckets that
// there were before the tablet lost the other.
TEST_F(StartingTest, ABucketLostWhileTheCursorWasIsForgotten) {
  ASSERT_OK(amina_.Sync());
  SurveyState state = amina_.survey().state();
  state.cursor.clear();
  StoreBatch batch;
  batch.Put(Table::kSurvey, FieldWorld::kSurvey, EncodeState(state));
  MemoryStore memory = amina_.memory();
  ASSERT_OK(memory.Commit(batch));
  amina_.RestoreFrom(memory);

  SurveyConfig config = ConfigWithBackup();
  config.people[0].areas = {"lga2"};
  world_.Reconfigure(config);
  sani_.Create(School(99), "lga2", "elsewhere");
  ASSERT_OK(sani_.Sync());
  ASSERT_TRUE(Take(world_.StartOf({BucketKind::kArea, "lga2"})).whole);
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(7)));
  EXPECT_TRUE(amina_.Has(School(99)));
  EXPECT_TRUE(amina_.survey().agrees());
}

// The answer was made under the log's name of before.
TEST_F(StartingTest, AFileMayBringAnotherLogWhileAnAnswerIsUnderWay) {
  ASSERT_OK(amina_.Sync());
  amina_.link().keep_answers = true;
  amina_.device().Sync({});
  amina_.Step();
  ASSERT_EQ(amina_.link().kept.size(), 1U);
  world_.Restart();
  ASSERT_TRUE(Take(world_.StartOf({BucketKind::kArea, "lga2"})).whole);
  amina_.link().keep_answers = false;
  amina_.link().arrived.push_back(std::move(amina_.link().kept.front()));
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
}

TEST_F(StartingTest, TheSameFileIsMadeTwice) {
  EXPECT_EQ(world_.StartOf(kLga1), world_.StartOf(kLga1));
  const std::string before = world_.StartOf(kLga1);
  Rename(1, "another");
  EXPECT_NE(before, world_.StartOf(kLga1));
}

// Only what changed of them, not whole records.
TEST_F(StartingTest, WhatChangedSinceComesAsNews) {
  const std::string file = world_.StartOf(kLga1);
  Rename(3, "three");
  sani_.Create(School(99), "lga1", "new");
  Editing gone = *sani_.survey().Open(School(4));
  gone.Delete();
  ASSERT_OK(sani_.survey().Save(gone));
  ASSERT_OK(sani_.Sync());
  ASSERT_TRUE(Take(file).whole);
  EXPECT_EQ(amina_.Shown(School(3), "name"), "school 3");
  ASSERT_OK(amina_.Sync());
  EXPECT_TRUE(amina_.survey().agrees());
  EXPECT_EQ(amina_.Shown(School(3), "name"), "three");
  EXPECT_EQ(amina_.Shown(School(99), "name"), "new");
  EXPECT_EQ(amina_.Shown(School(4), "name"), "(none)");
  EXPECT_EQ(amina_.link().records, 3U);
}

// What was in the file has been seen; what came after it has not.
TEST_F(StartingTest, TheFileIsABaseForEdits) {
  const std::string file = world_.StartOf(kLga1);
  Rename(2, "by sani");
  ASSERT_TRUE(Take(file).whole);
  for (std::uint8_t school = 1; school <= 2; ++school) {
    amina_.Write(School(school), "name", Value::Text("by amina"));
  }
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(world_.LiveWrites(School(1), "name"), 1U);
  EXPECT_EQ(world_.LiveWrites(School(2), "name"), 2U);
}

}  // namespace
}  // namespace chasqui::client
