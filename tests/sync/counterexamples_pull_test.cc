// Schedules of pulls: pages, buckets and cuts.

#include <set>
#include <utility>
#include <vector>

#include "sync/pull.h"
#include "tests/sync/counterexamples.h"

namespace chasqui::testing {
namespace {

const Bucket kNorth{BucketKind::kArea, "north"};
const Bucket kAmas{BucketKind::kPerson, "ama"};

class CounterexamplePullTest : public Counterexample {
 protected:
  // Everything, in pages of `items`.
  void PullTheRest(std::size_t items = 1) {
    PullAll(*server.Read(), "d1", scope, told, items, follower);
  }
  // One answer of at most `items`.
  void PullOnce(std::size_t items) {
    PullTerms terms;
    terms.items_max = items;
    const auto reader = server.Read();
    const auto pulled =
        Pull(*reader, "d1", scope, follower.cursor(), told, terms);
    ASSERT_TRUE(pulled.ok());
    follower.Take(*pulled, Now().log, {});
    told.push_back(server.lineage());
  }
  void ExpectTheSameAsTheServer() {
    EXPECT_EQ(follower.view(), ViewOf(*server.Read(), scope));
    EXPECT_TRUE(follower.view().contains(r));
  }

  std::vector<Bucket> scope = {kNorth};
  std::vector<ToldLineage> told;
  Follower follower;
};

TEST_F(CounterexamplePullTest, Counterexample03_FieldsPastTheCursor) {
  Bring(r);
  Bring(s);
  PullTheRest();
  d2.Send(Eva(r, Now()).Set(kY, "@10"), server);
  d2.Send(Eva(s, Now()).Set(kX, "@11"), server);
  d2.Send(Eva(r, Now()).Set(kX, "@12"), server);

  PullTheRest(1);

  ExpectTheSameAsTheServer();
}

TEST_F(CounterexamplePullTest, Counterexample04_RecordEntersTheBucket) {
  Bring(r, "south");
  d2.Send(Eva(r, Now()).Set(kX, "@10"), server);
  PullTheRest();
  AtServer(Sam(r, Now()).Set(kAreaField, "north"));

  const auto reader = server.Read();
  const auto pulled =
      Pull(*reader, "d1", scope, follower.cursor(), {}, PullTerms{});
  ASSERT_TRUE(pulled.ok());
  ASSERT_EQ(pulled->pages.size(), 1U);
  ASSERT_EQ(pulled->pages[0].items.size(), 1U);
  EXPECT_TRUE(pulled->pages[0].items[0].record.whole);
  PullTheRest();
  ExpectTheSameAsTheServer();
}

TEST_F(CounterexamplePullTest, Counterexample20_LeftOfOneBucketWhileInAnother) {
  scope = {kNorth, kAmas};
  Bring(r);
  AtServer(Sam(r, Now()).Set(kAssigneeField, "ama"));
  PullTheRest();
  AtServer(Sam(r, Now()).Set(kAssigneeField, "eva"));

  PullTheRest();

  ExpectTheSameAsTheServer();
  // And from one to the other, whichever is told first.
  AtServer(Sam(r, Now()).Set(kAreaField, "south").Set(kAssigneeField, "ama"));
  PullTheRest();
  ExpectTheSameAsTheServer();
}

TEST_F(CounterexamplePullTest, Counterexample26_ARowComesBackAsATorso) {
  Bring(r);
  const RowId w = RowNamed("w");
  d2.Send(Eva(r, Now()).AddRow(w).Set(kMemberName, "x@5", w), server);
  const Position before = Now();
  PullTheRest();
  d2.Send(Eva(r, Now()).DeleteRow(w), server);
  PullTheRest();
  d3.Send(Ama(r, before).Set(kMemberAge, Value::Integer(9), w), server);

  PullTheRest();

  ExpectTheSameAsTheServer();
  ASSERT_EQ(follower.view().at(r).rows.size(), 1U);
  EXPECT_EQ(follower.view().at(r).rows[0].fields.size(), 3U);
}

TEST_F(CounterexamplePullTest, Counterexample28_PageSurvivesACut) {
  Bring(r);
  for (const char* const name : {"s", "t", "u"}) Bring(RecordNamed(name));
  PullTheRest();
  d2.Send(Eva(r, Now()).Set(kX, "@10"), server);
  d2.Send(Eva(s, Now()).Set(kX, "@11"), server);
  d2.Send(Eva(RecordNamed("t"), Now()).Set(kX, "@12"), server);
  const Backup backup = server.Copy();
  d2.Send(Eva(RecordNamed("u"), Now()).Set(kX, "@13"), server);
  d2.Send(Eva(r, Now()).Set(kY, "moved"), server);
  PullOnce(2);  // s and t: r is at the end now

  server.Restore(backup);  // r is back before them
  PullTheRest();

  ExpectTheSameAsTheServer();
}

// Not in the table; found by the simulation.
TEST_F(CounterexamplePullTest, ACutRestartsEveryBucketOfTheCopy) {
  scope = {kNorth, kAmas};
  Bring(r, "south");
  AtServer(Sam(r, Now()).Set(kAssigneeField, "ama"));
  PullTheRest();
  const Backup backup = server.Copy();
  AtServer(Sam(r, Now()).Set(kAreaField, "north").Set(kX, "cut off"));
  PullOnce(1);  // through `north` only
  ASSERT_EQ(follower.copies().at(r).buckets.size(), 2U);

  server.Restore(backup);
  PullTheRest();

  ExpectTheSameAsTheServer();
}

}  // namespace
}  // namespace chasqui::testing
