// Schedules of identity, concurrency, policies and outcomes.

#include "tests/sync/counterexamples.h"

#include <algorithm>
#include <string>
#include <vector>

#include "sync/policy.h"

namespace chasqui::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using CounterexampleTest = Counterexample;

TEST_F(CounterexampleTest, Counterexample01_NumberBelowNextIsADuplicate) {
  Bring(r);
  const Position base = Now();
  Tablet clone = d1;
  d1.Save(Ama(r, base).Set(kX, "of the tablet"));
  clone.Save(Ama(r, base).Set(kX, "of the clone"));

  server.Take(d1.BatchFrom(1));
  const BatchAnswer answer = server.Take(clone.BatchFrom(1));

  ASSERT_EQ(answer.changes.size(), 1U);
  EXPECT_FALSE(answer.changes[0].duplicate);
  EXPECT_THAT(server.Live(r, kX),
              UnorderedElementsAre("of the tablet", "of the clone"));
}

TEST_F(CounterexampleTest, Counterexample02_OnAForkRekeyWhatIsUnacknowledged) {
  Bring(r);
  const Position base = Now();
  d1.Save(Ama(r, base).Set(kNotes, "one"));
  Tablet clone = d1;
  clone.Save(Ama(r, base).Set(kX, "of the clone"));

  server.Take(d1.BatchFrom(1));
  const Position head = Now();
  const BatchAnswer answer = server.Take(clone.BatchFrom(1));

  ASSERT_EQ(answer.changes.size(), 2U);
  EXPECT_TRUE(answer.changes[0].duplicate);
  EXPECT_FALSE(answer.changes[1].duplicate);
  EXPECT_EQ(Now().seq, head.seq + 1);
  EXPECT_THAT(server.Live(r, kNotes), ElementsAre("one"));
  EXPECT_EQ(server.Shown(r, kX), "of the clone");
}

TEST_F(CounterexampleTest, Counterexample05_BaseIsANumber) {
  Bring(r);
  const Backup backup = server.Copy();
  const ToldLineage before = server.lineage();
  AtServer(Sam(r, Now()).Set(kX, "cut off"));
  AtServer(Sam(r, Now()).Set(kX, "cut off too"));
  const Position seen = Now();

  server.Restore(backup);
  d2.Send(Eva(r, Now()).Set(kX, "grown again"), server);
  ASSERT_GE(seen.seq, Now().seq);  // as a number, the base covers it
  d1.told = {before};
  d1.Send(Ama(r, seen).Set(kX, "from before"), server);

  EXPECT_THAT(server.Live(r, kX),
              UnorderedElementsAre("grown again", "from before"));
}

TEST_F(CounterexampleTest, Counterexample07_MergedValueCarriesTheLastWriter) {
  Bring(r);
  const Position base = Now();
  d2.Send(Eva(r, base).Tick(kAssets, kChoiceB), server);
  d1.Send(Ama(r, base).Tick(kAssets, kChoiceA), server);
  d1.Send(Ama(r, base).Tick(kAssets, kChoiceC), server);

  EXPECT_EQ(server.Shown(r, kAssets, kChoiceA), "yes");
  EXPECT_EQ(server.Shown(r, kAssets, kChoiceB), "yes");
  EXPECT_EQ(server.Shown(r, kAssets, kChoiceC), "yes");
}

TEST(CounterexamplePolicyTest, Counterexample10_OverlappingTiesByDevice) {
  const Value values[] = {Value::Text("of 3"), Value::Text("of 2"),
                          Value::Text("of 1")};
  std::vector<Candidate> writes(3);
  writes[0] = {&values[0], 1, {0, 10, 5}, Role::kEnumerator, "3", 1, {}};
  writes[1] = {&values[1], 2, {5, 15, 10}, Role::kEnumerator, "2", 1, {}};
  writes[2] = {&values[2], 3, {12, 20, 16}, Role::kEnumerator, "1", 1, {}};
  std::vector<std::size_t> order = {0, 1, 2};
  do {
    const std::vector<Candidate> arrived = {writes[order[0]], writes[order[1]],
                                            writes[order[2]]};
    const Verdict verdict = Decide(Policy::kLatest, arrived);
    EXPECT_EQ(arrived[verdict.shown].value->payload, "of 1");
    EXPECT_EQ(arrived[verdict.least].value->payload, "of 3");
    EXPECT_TRUE(verdict.uncertain);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(CounterexampleTest, Counterexample11_ApproveWhatOneHasNotSeen) {
  Bring(r);
  d1.Send(
      Ama(r, Now()).Status(RecordStatus::kAssigned, RecordStatus::kSubmitted),
      server);
  const Position seen = Now();
  d1.Send(Ama(r, seen).Set(kX, "corrected"), server);
  AtServer(
      Sam(r, seen).Status(RecordStatus::kSubmitted, RecordStatus::kApproved));

  EXPECT_EQ(server.RecordOf(r).status(), RecordStatus::kApproved);
  EXPECT_TRUE(HasMark(r, MarkKind::kApproval));
  EXPECT_EQ(server.RecordOf(r).open_conflicts(), 1U);
}

TEST_F(CounterexampleTest, Counterexample11_AnswerWhatIsBeingApproved) {
  Bring(r);
  d1.Send(
      Ama(r, Now()).Status(RecordStatus::kAssigned, RecordStatus::kSubmitted),
      server);
  const Position seen = Now();
  AtServer(
      Sam(r, seen).Status(RecordStatus::kSubmitted, RecordStatus::kApproved));
  d1.Send(Ama(r, seen).Set(kX, "corrected"), server);

  EXPECT_EQ(server.Shown(r, kX), "corrected");
  EXPECT_TRUE(HasMark(r, MarkKind::kApproval));
}

TEST_F(CounterexampleTest, Counterexample13_ResumeAtOneForEver) {
  Bring(r);
  const Backup backup = server.Copy();
  d1.Send(Ama(r, Now()).Set(kX, "durable, and dropped"), server);
  server.Restore(backup);
  d1.Save(Ama(r, Now()).Set(kY, "after"));

  Batch rest = d1.BatchFrom(2);
  BatchAnswer answer = server.Take(rest);
  EXPECT_TRUE(answer.gap);
  EXPECT_THAT(answer.changes, IsEmpty());
  rest.orphan = true;
  answer = server.Take(rest);

  EXPECT_FALSE(answer.gap);
  ASSERT_EQ(answer.changes.size(), 1U);
  EXPECT_EQ(server.Shown(r, kY), "after");
}

TEST_F(CounterexampleTest, Counterexample14_CreationQuarantinedItsEditIsNot) {
  const Position base = Now();
  const ChangeAnswer created = d1.Send(
      Ama(r, base).Creates("north").Form(7).Set(kX, "unknown form"), server);
  const ChangeAnswer edited = d1.Send(Ama(r, base).Set(kY, "edit"), server);

  EXPECT_EQ(created.outcome.reason, QuarantineReason::kUnknownForm);
  EXPECT_EQ(edited.outcome.reason, QuarantineReason::kAwaitsCreation);
  EXPECT_FALSE(server.Has(r));

  server.Release(created.seq);
  EXPECT_EQ(server.Shown(r, kX), "unknown form");
  EXPECT_EQ(server.Shown(r, kY), "edit");
  EXPECT_EQ(server.OutcomeAt(edited.seq).kind, OutcomeKind::kApplied);
}

TEST_F(CounterexampleTest, Counterexample15_ReleasedConflictsWithItsAuthor) {
  Bring(r);
  const Position base = Now();
  const ChangeAnswer first =
      d1.Send(Ama(r, base).Form(7).Set(kChecked, "first"), server);
  d1.Send(Ama(r, base).Set(kChecked, "second"), server);
  server.Release(first.seq);

  EXPECT_THAT(server.Live(r, kChecked), ElementsAre("second"));
  EXPECT_EQ(server.RecordOf(r).review_conflicts, 0U);
  const Outcome outcome = server.OutcomeAt(first.seq);
  ASSERT_EQ(outcome.fields.size(), 1U);
  EXPECT_EQ(outcome.fields[0].kind, OutcomeKind::kSuperseded);
  EXPECT_TRUE(outcome.fields[0].history);
}

TEST_F(CounterexampleTest, Counterexample21_CountsAsTheLastShared) {
  Bring(r);
  const Position seen = Now();
  d2.Send(Eva(r, seen).Set(kX, "after what was seen"), server);
  server.Restart();  // all is shared, up to here
  AtServer(Sam(s, Now()).Creates("north"));

  d1.Send(Ama(r, seen).Set(kX, "unseeing"), server);

  EXPECT_THAT(server.Live(r, kX),
              UnorderedElementsAre("after what was seen", "unseeing"));
}

TEST_F(CounterexampleTest, Counterexample22_OneLineagePerDevice) {
  Bring(r);
  const Backup backup = server.Copy();
  server.Restore(backup);
  AtServer(Sam(s, Now()).Creates("north"));
  const Position seen = Now();
  const ToldLineage then = server.lineage();

  server.Restore(backup);
  d2.Send(Eva(r, Now()).Set(kX, "in the other branch"), server);
  ASSERT_GE(seen.seq, Now().seq);
  d1.told = {server.lineage(), then};
  d1.Send(Ama(r, seen).Set(kX, "unseeing"), server);

  EXPECT_THAT(server.Live(r, kX),
              UnorderedElementsAre("in the other branch", "unseeing"));
}

TEST_F(CounterexampleTest, Counterexample23_PairsByTheRecordsBase) {
  Bring(r);
  const Position low = Now();
  d2.Send(Eva(r, low).Set(kY, "pulled, and hidden"), server);
  const Position high = Now();
  d1.Save(Ama(r, low).Set(kY, "pending"));
  d1.Save(Ama(r, low).Set(kX, "beside it").Seen(high));
  const BatchAnswer answer = server.Take(d1.BatchFrom(1));

  ASSERT_EQ(answer.changes.size(), 2U);
  bool marked = false;
  for (const Mark& mark : server.RecordOf(r).marks) {
    marked |= mark.kind == MarkKind::kPair && mark.seq == answer.changes[1].seq;
  }
  EXPECT_TRUE(marked);
}

TEST_F(CounterexampleTest, Counterexample27_UntilReturned) {
  Bring(r);
  AtServer(
      Sam(r, Now()).Status(RecordStatus::kSubmitted, RecordStatus::kApproved));
  const ChangeAnswer answered =
      d1.Send(Ama(r, Now()).Set(kX, "after the approval"), server);
  ASSERT_EQ(answered.outcome.reason, QuarantineReason::kAfterApproval);

  AtServer(
      Sam(r, Now()).Status(RecordStatus::kApproved, RecordStatus::kAssigned));

  EXPECT_EQ(server.OutcomeAt(answered.seq).kind, OutcomeKind::kApplied);
  EXPECT_EQ(server.Shown(r, kX), "after the approval");
}

TEST_F(CounterexampleTest, Counterexample30_TheFifthWriteVanishes) {
  Bring(r);
  const Position base = Now();
  for (const char* const device : {"e1", "e2", "e3", "e4", "e5"}) {
    Tablet tablet(device);
    tablet.Send(Eva(r, base).Set(kX, device), server);
  }
  EXPECT_EQ(server.Live(r, kX).size(), kLiveWritesMax);
  EXPECT_TRUE(HasMark(r, MarkKind::kOverflow));

  // Somebody reads the four, and decides: the record still says that there was
  // a fifth.
  AtServer(Sam(r, Now()).Set(kX, "decided"));
  EXPECT_THAT(server.Live(r, kX), ElementsAre("decided"));
  EXPECT_TRUE(HasMark(r, MarkKind::kOverflow));
  AtServer(Sam(r, Now()).Review());
  EXPECT_FALSE(HasMark(r, MarkKind::kOverflow));
}

TEST_F(CounterexampleTest, Counterexample31_RejectedCreation) {
  const Position base = Now();
  const ChangeAnswer created =
      d1.Send(Ama(r, base).Creates("north").Form(7).Set(kX, "x"), server);
  const ChangeAnswer edited = d1.Send(Ama(r, base).Set(kY, "y"), server);
  ASSERT_EQ(edited.outcome.reason, QuarantineReason::kAwaitsCreation);

  server.Reject(created.seq);

  EXPECT_TRUE(server.OutcomeAt(created.seq).rejected);
  EXPECT_TRUE(server.OutcomeAt(edited.seq).rejected);
  const auto held = server.Read()->HeldAfter(0, 10);
  ASSERT_TRUE(held.ok());
  EXPECT_THAT(*held, IsEmpty());
}

TEST_F(CounterexampleTest, Counterexample34_TimeEstimatedAnewAfterARestore) {
  Bring(r);
  const Backup backup = server.Copy();
  const ToldLineage before = server.lineage();
  const Position base = Now();
  const auto clock = [this] { return EditClock{0, 0, server.now_ms()}; };
  const EditClock first = clock();
  d1.exchange = {0, 0, server.now_ms() + 1000, 0};
  const ChangeAnswer wrong =
      d1.Send(Ama(r, base).At(first).Set(kX, "wrong"), server);
  const EditClock second = clock();
  d2.exchange = {0, 0, server.now_ms() + 1000, 0};
  const ChangeAnswer right =
      d2.Send(Eva(r, Now()).At(second).Set(kX, "corrected"), server);
  ASSERT_LT(wrong.time.at, right.time.at);

  server.Restore(backup);
  server.SetNow(server.now_ms() + 3'600'000);
  // d1's clock has been set back since: by it, the edit was made just now.
  Batch again = d1.BatchFrom(1);
  again.exchange.wall_ms = first.wall_ms;
  again.changes[0].told = wrong.time;
  Batch correction = d2.BatchFrom(1);
  correction.exchange.wall_ms = server.now_ms() + 2000;
  correction.changes[0].told = right.time;
  correction.told = {before};
  server.Take(correction);
  server.Take(again);

  EXPECT_EQ(server.Live(r, kX).size(), 2U);
  EXPECT_EQ(server.Shown(r, kX), "corrected");
}

}  // namespace
}  // namespace chasqui::testing
