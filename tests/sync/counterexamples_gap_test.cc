// Schedules of sealed batches past a gap (rules 10).

#include <vector>

#include "tests/sync/counterexamples.h"

namespace chasqui::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using CounterexampleGapTest = Counterexample;

TEST_F(CounterexampleGapTest, Counterexample24_AGapChangeKeepsItsSeq) {
  Bring(r);
  const Position base = Now();
  d1.Save(Ama(r, base).Set(kY, "before it"));
  d1.Save(Ama(r, base).Set(kX, "by card"));
  server.Take(d1.CardOf(2, 2));
  const Position seen = Now();  // d2 has pulled, and seen nothing of it

  server.Take(d1.BatchOf(1, 1));
  d2.Send(Eva(r, seen).Set(kX, "unseeing"), server);

  EXPECT_THAT(server.Live(r, kX), UnorderedElementsAre("by card", "unseeing"));
}

TEST_F(CounterexampleGapTest, Counterexample25_AllThatWaitedGetsOneSeq) {
  Bring(r);
  Bring(s);
  const Position base = Now();
  d1.Save(Ama(r, base).Set(kX, "sent"));
  d1.Save(Ama(s, base).Set(kX, "by card"));
  server.Take(d1.CardOf(2, 2));
  server.Take(d1.BatchOf(1, 1));

  const std::vector<Bucket> scope = {{BucketKind::kArea, "north"}};
  Follower follower;
  PullAll(*server.Read(), "d2", scope, {}, 1, follower);

  EXPECT_THAT(follower.copies(), SizeIs(2));
  EXPECT_EQ(follower.view(), ViewOf(*server.Read(), scope));
}

TEST_F(CounterexampleGapTest, Counterexample32_TheLostTabletIsFound) {
  Bring(r);
  const Position base = Now();
  d1.Save(Ama(r, base).Set(kChecked, "first"));
  d1.Save(Ama(r, base).Set(kChecked, "second"));
  const BatchAnswer card = server.Take(d1.CardOf(2, 2));
  ASSERT_THAT(card.changes, SizeIs(1));
  server.Release(card.changes[0].seq);
  ASSERT_THAT(server.Live(r, kChecked), ElementsAre("second"));

  const BatchAnswer found = server.Take(d1.BatchOf(1, 1));

  EXPECT_THAT(server.Live(r, kChecked), ElementsAre("second"));
  EXPECT_EQ(server.RecordOf(r).review_conflicts, 0U);
  EXPECT_THAT(server.RecordOf(r).marks, IsEmpty());
  ASSERT_THAT(found.changes, SizeIs(1));
  const Outcome& outcome = found.changes[0].outcome;
  ASSERT_THAT(outcome.fields, SizeIs(1));
  EXPECT_EQ(outcome.fields[0].kind, OutcomeKind::kSuperseded);
  EXPECT_TRUE(outcome.fields[0].history);
}

}  // namespace
}  // namespace chasqui::testing
