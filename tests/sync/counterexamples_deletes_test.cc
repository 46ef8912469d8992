// Schedules of deletes and what comes back.

#include "tests/sync/counterexamples.h"

namespace chasqui::testing {
namespace {

using CounterexampleDeletesTest = Counterexample;

TEST_F(CounterexampleDeletesTest, Counterexample12_DeleteWinsIfItComesLast) {
  Bring(r);
  const Position base = Now();
  d1.Send(Ama(r, base).Set(kX, "unseen"), server);
  d3.Send(Eva(r, base).Delete(), server);

  EXPECT_FALSE(server.RecordOf(r).gone);
  EXPECT_TRUE(HasMark(r, MarkKind::kUndeleted));
  // Somebody who has seen the answer deletes: gone.
  d3.Send(Eva(r, Now()).Delete(), server);
  EXPECT_TRUE(server.RecordOf(r).gone);
}

TEST_F(CounterexampleDeletesTest,
       Counterexample33_RecordsDeleteTakesRowsOneByOne) {
  Bring(r);
  const RowId w1 = RowNamed("w1");
  const RowId w2 = RowNamed("w2");
  const Position base = Now();
  d2.Save(Eva(r, base).AddRow(w2).Set(kMemberName, "second", w2));
  d2.Save(Eva(r, base).Delete());
  server.Take(d2.BatchFrom(1));
  EXPECT_TRUE(server.RecordOf(r).gone);

  d1.Send(Ama(r, base).AddRow(w1).Set(kMemberName, "first", w1), server);
  d1.Send(Ama(r, base).Set(kX, "passing by"), server);

  EXPECT_FALSE(server.RecordOf(r).gone);
  EXPECT_TRUE(HasMark(r, MarkKind::kUndeleted));
  const auto rows = server.Read()->RowsOf(r);
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_FALSE(rows->at(0).gone);
  EXPECT_FALSE(rows->at(1).gone);
}

// Not in the table; found by the simulation: a second delete, of somebody who
// had not seen what was released since, took the place of one that had.
TEST_F(CounterexampleDeletesTest, ASecondDeleteBringsNothingBack) {
  Bring(r);
  const Seq held = d1.Send(Ama(r, Now()).Form(7).Set(kX, "x"), server).seq;
  d1.Send(Ama(r, Now()).Delete(), server);
  const Position seen = Now();
  server.Release(held);
  ASSERT_TRUE(server.RecordOf(r).gone) << "its author deleted it after that";

  d3.Send(Eva(r, seen).Delete(), server);

  EXPECT_TRUE(server.RecordOf(r).gone);
}

}  // namespace
}  // namespace chasqui::testing
