// What sync/gap.h promises, seen through a whole server.

#include "sync/gap.h"

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sync/counterexamples.h"

namespace chasqui::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class GapTest : public Counterexample {
 protected:
  GapTest() {
    Bring(r);
    base = Now();
  }

  // d1 saves `count` changes more, each of a value of its own.
  void SaveOnD1(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      d1.Save(Ama(r, base).Set(kX, std::to_string(++saved)));
    }
  }
  std::vector<Seq> SeqsInQuarantine() const {
    std::vector<Seq> seqs;
    const auto all = server.Read()->HeldAfter(0, 10);
    EXPECT_TRUE(all.ok());
    for (const auto& [seq, held] : *all) seqs.push_back(seq);
    return seqs;
  }
  Device OnServer() const { return **server.Read()->FindDevice("d1"); }
  Outcome OutcomeOf(const BatchAnswer& answer, std::size_t index) const {
    return server.OutcomeAt(answer.changes.at(index).seq);
  }

  Position base;
  std::uint64_t saved = 0;
};

TEST_F(GapTest, WhatIsPastAGapWaitsInQuarantineAndIsTold) {
  SaveOnD1(3);
  const Seq head = Now().seq;
  const BatchAnswer answer = server.Take(d1.CardOf(2, 3));

  EXPECT_TRUE(answer.gap);
  EXPECT_FALSE(answer.full);
  ASSERT_THAT(answer.changes, SizeIs(2));
  for (const ChangeAnswer& change : answer.changes) {
    EXPECT_FALSE(change.duplicate);
    EXPECT_EQ(change.outcome.kind, OutcomeKind::kQuarantined);
    EXPECT_EQ(change.outcome.reason, QuarantineReason::kGap);
  }
  EXPECT_EQ(answer.changes[0].seq, head + 1);
  EXPECT_THAT(SeqsInQuarantine(), ElementsAre(head + 1, head + 2));
  EXPECT_EQ(server.Shown(r, kX), "");
  EXPECT_THAT(OnServer().incarnations, IsEmpty());
}

TEST_F(GapTest, WhoCanBeAskedIsAskedForWhatIsMissing) {
  SaveOnD1(3);
  server.Take(d1.CardOf(2, 2));
  const Seq head = Now().seq;
  for (std::uint64_t first = 2; first <= 3; ++first) {
    const BatchAnswer answer = server.Take(d1.BatchFrom(first));
    EXPECT_TRUE(answer.gap);
    EXPECT_THAT(answer.changes, IsEmpty());
    EXPECT_THAT(answer.ends, IsEmpty());
  }
  EXPECT_EQ(Now().seq, head);
}

TEST_F(GapTest, WhenTheMissingArrivesAllGoesOnInTheOrderOfTheChain) {
  SaveOnD1(4);
  const BatchAnswer last = server.Take(d1.CardOf(4, 4));
  const BatchAnswer middle = server.Take(d1.CardOf(2, 3));
  const Seq before = Now().seq;

  const BatchAnswer first = server.Take(d1.BatchOf(1, 1));

  EXPECT_EQ(Now().seq, before + 4);
  EXPECT_FALSE(first.gap);
  EXPECT_EQ(server.Shown(r, kX), "4");
  EXPECT_THAT(server.Live(r, kX), ElementsAre("4"));
  EXPECT_THAT(SeqsInQuarantine(), IsEmpty());
  EXPECT_EQ(OutcomeOf(middle, 1).kind, OutcomeKind::kApplied);
  EXPECT_EQ(OutcomeOf(last, 0).kind, OutcomeKind::kApplied);
  ASSERT_THAT(OnServer().incarnations, SizeIs(1));
  EXPECT_EQ(OnServer().incarnations[0].end, 4U);
  EXPECT_FALSE(OnServer().incarnations[0].hole);
  EXPECT_EQ(OnServer().in_gap, 0U);
}

TEST_F(GapTest, TheDeviceIsToldOfTheNewOutcome) {
  SaveOnD1(2);
  const BatchAnswer card = server.Take(d1.CardOf(2, 2));
  server.Take(d1.BatchOf(1, 1));
  const Seq head = Now().seq;

  const auto notices = server.Read()->Notices("d1", 0, 10);
  ASSERT_TRUE(notices.ok());
  EXPECT_THAT(*notices, ElementsAre(Pair(head, card.changes[0].seq)));
  const BatchAnswer again = server.Take(d1.BatchOf(1, 2));
  ASSERT_THAT(again.changes, SizeIs(2));
  EXPECT_TRUE(again.changes[1].duplicate);
  EXPECT_EQ(again.changes[1].outcome.kind, OutcomeKind::kApplied);
  // Not where it waited: who has pulled up to there has not got it.
  EXPECT_EQ(again.changes[1].seq, head);
  EXPECT_EQ(Now().seq, head);
}

TEST_F(GapTest, TheSameChangeCountsOnceByWhateverWay) {
  SaveOnD1(3);
  const BatchAnswer once = server.Take(d1.CardOf(2, 3));
  const std::uint64_t state = server.Hash();
  for (const Batch& card :
       {d1.CardOf(2, 3), d1.CardOf(3, 3), d1.CardOf(2, 2)}) {
    const BatchAnswer again = server.Take(card);
    EXPECT_TRUE(again.gap);
    for (const ChangeAnswer& change : again.changes) {
      EXPECT_TRUE(change.duplicate);
      EXPECT_EQ(change.outcome.reason, QuarantineReason::kGap);
      EXPECT_EQ(change.seq, once.changes.at(change.number - 2).seq);
    }
  }
  EXPECT_EQ(server.Hash(), state);

  server.Take(d1.BatchFrom(1));
  const std::uint64_t joined = server.Hash();
  for (const Batch& card :
       {d1.CardOf(2, 3), d1.CardOf(1, 3), d1.BatchFrom(2)}) {
    const BatchAnswer again = server.Take(card);
    EXPECT_FALSE(again.gap);
    for (const ChangeAnswer& change : again.changes) {
      EXPECT_TRUE(change.duplicate);
      EXPECT_EQ(change.outcome.kind, OutcomeKind::kApplied);
    }
  }
  EXPECT_EQ(server.Hash(), joined);
}

TEST_F(GapTest, BothBranchesOfACloneWaitForTheSameChange) {
  SaveOnD1(1);
  Tablet clone = d1;
  d1.Save(Ama(r, base).Set(kNotes, "of the tablet"));
  clone.Save(Ama(r, base).Set(kNotes, "of the clone"));
  clone.Save(Ama(r, base).Set(kY, "further"));
  server.Take(clone.CardOf(3, 3));
  server.Take(d1.CardOf(2, 2));
  server.Take(clone.CardOf(2, 2));
  EXPECT_EQ(OnServer().in_gap, 3U);

  server.Take(d1.BatchOf(1, 1));

  EXPECT_THAT(server.Live(r, kNotes),
              ElementsAre("of the tablet", "of the clone"));
  EXPECT_EQ(server.Shown(r, kY), "further");
  EXPECT_THAT(OnServer().incarnations, SizeIs(2));
  EXPECT_EQ(OnServer().in_gap, 0U);
}

TEST_F(GapTest, APersonsReleaseBeginsAnIncarnationThatFollowersContinue) {
  SaveOnD1(5);
  const BatchAnswer card = server.Take(d1.CardOf(3, 4));
  server.Release(card.changes[0].seq);

  EXPECT_EQ(server.Shown(r, kX), "4");
  ASSERT_THAT(OnServer().incarnations, SizeIs(1));
  EXPECT_TRUE(OnServer().incarnations[0].hole);
  EXPECT_EQ(OnServer().incarnations[0].branch_point, 2U);
  EXPECT_EQ(OnServer().incarnations[0].end, 4U);

  // It goes on there, with or without the rest.
  EXPECT_FALSE(server.Take(d1.BatchOf(5, 5)).gap);
  EXPECT_EQ(server.Shown(r, kX), "5");
  EXPECT_FALSE(server.Take(d1.BatchOf(1, 2)).gap);
  EXPECT_THAT(server.Live(r, kX), ElementsAre("5"));
  ASSERT_THAT(OnServer().incarnations, SizeIs(2));
  EXPECT_FALSE(OnServer().incarnations[0].hole);
  EXPECT_EQ(OnServer().incarnations[0].parent, 2U);
}

TEST_F(GapTest, WhatIsFoundAfterAReleaseStaysBelowWhatCameAfterIt) {
  d1.Save(Ama(r, base).Set(kX, "early").Set(kY, "only here"));
  d1.Save(Ama(r, base).Set(kX, "late"));
  const BatchAnswer card = server.Take(d1.CardOf(2, 2));
  server.Release(card.changes[0].seq);
  server.Take(d1.BatchOf(1, 1));

  EXPECT_THAT(server.Live(r, kX), ElementsAre("late"));
  EXPECT_EQ(server.Shown(r, kY), "only here");
  EXPECT_THAT(server.RecordOf(r).marks, IsEmpty());  // x and y are a pair
}

TEST_F(GapTest, ACreationThatIsMissingIsWaitedForEvenAfterARelease) {
  d1.Save(Ama(s, base).Creates("north").Set(kY, "created"));
  d1.Save(Ama(s, base).Set(kX, "by card"));
  const BatchAnswer card = server.Take(d1.CardOf(2, 2));
  server.Release(card.changes[0].seq);
  EXPECT_EQ(OutcomeOf(card, 0).reason, QuarantineReason::kAwaitsCreation);

  server.Take(d1.BatchOf(1, 1));
  EXPECT_EQ(server.Shown(s, kX), "by card");
  EXPECT_EQ(server.Shown(s, kY), "created");
}

TEST_F(GapTest, WhatFollowsOneThatIsRejectedGoesOn) {
  SaveOnD1(3);
  const BatchAnswer card = server.Take(d1.CardOf(2, 3));
  server.Reject(card.changes[0].seq);

  EXPECT_TRUE(OutcomeOf(card, 0).rejected);
  EXPECT_EQ(OutcomeOf(card, 1).kind, OutcomeKind::kApplied);
  EXPECT_EQ(server.Shown(r, kX), "3");
  server.Take(d1.BatchOf(1, 1));
  EXPECT_THAT(server.Live(r, kX), ElementsAre("3"));
  EXPECT_THAT(SeqsInQuarantine(), IsEmpty());
}

// Another tablet's edit waits for the creation of s, which is still missing
// when a later change to s is rejected.
TEST_F(GapTest, ARejectionDoesNotSpeakForTheCreationThatIsMissing) {
  d1.Save(Ama(s, base).Creates("north"));
  d1.Save(Ama(s, base).Set(kX, "rejected"));
  const BatchAnswer card = server.Take(d1.CardOf(2, 2));
  d2.Send(Eva(s, base).Set(kY, "waits"), server);
  server.Reject(card.changes[0].seq);
  EXPECT_THAT(SeqsInQuarantine(), SizeIs(1));

  server.Take(d1.BatchOf(1, 1));
  EXPECT_EQ(server.Shown(s, kY), "waits");
}

TEST_F(GapTest, ADeviceMaySayThatNothingComesBeforeWhatWaits) {
  SaveOnD1(4);
  const BatchAnswer card = server.Take(d1.CardOf(2, 3));
  Batch rest = d1.BatchFrom(2);
  rest.orphan = true;
  const BatchAnswer answer = server.Take(rest);

  EXPECT_FALSE(answer.gap);
  ASSERT_THAT(answer.changes, SizeIs(3));
  EXPECT_TRUE(answer.changes[1].duplicate);
  EXPECT_FALSE(answer.changes[2].duplicate);
  EXPECT_EQ(OutcomeOf(card, 0).kind, OutcomeKind::kApplied);
  EXPECT_EQ(server.Shown(r, kX), "4");
  ASSERT_THAT(OnServer().incarnations, SizeIs(1));
  EXPECT_TRUE(OnServer().incarnations[0].hole);
}

TEST_F(GapTest, WhatNobodyCanReadDoesNotHoldUpWhatFollows) {
  SaveOnD1(1);
  d1.SaveRaw("nonsense");
  SaveOnD1(1);
  const BatchAnswer card = server.Take(d1.CardOf(2, 3));
  server.Take(d1.BatchOf(1, 1));

  EXPECT_EQ(OutcomeOf(card, 0).reason, QuarantineReason::kUnreadable);
  EXPECT_EQ(OutcomeOf(card, 1).kind, OutcomeKind::kApplied);
}

// A base is judged by what the log had given when the change came.
TEST_F(GapTest, ABaseOfTheFutureIsNoBetterForHavingWaited) {
  SaveOnD1(1);
  const Position future{base.log, base.seq + 2};
  d1.Save(Ama(r, future).Set(kY, "by card"));
  const BatchAnswer card = server.Take(d1.CardOf(2, 2));
  ASSERT_EQ(Now().seq, base.seq + 1);
  AtServer(Sam(r, Now()).Set(kZ, "one"));
  AtServer(Sam(r, Now()).Set(kZ, "two"));
  ASSERT_GT(Now().seq, future.seq);

  server.Take(d1.BatchOf(1, 1));
  EXPECT_EQ(OutcomeOf(card, 0).reason, QuarantineReason::kFromTheFuture);
}

TEST_F(GapTest, WhenASealedBatchWasSentSaysNothing) {
  const std::int64_t made_ms = server.now_ms() + 5000;
  server.SetNow(server.now_ms() + 86'400'000);
  d1.Save(Ama(r, base).At({7, 100, made_ms}).Set(kX, "a day under way"));
  d1.exchange = {7, 200, made_ms + 100, 50};
  const BatchAnswer card = server.Take(d1.CardOf(1, 1));

  ASSERT_THAT(card.changes, SizeIs(1));
  const TimeInterval& time = card.changes[0].time;
  EXPECT_EQ(time.at, made_ms);
  EXPECT_LT(time.lo, made_ms);
  EXPECT_EQ(time.hi, server.now_ms());
}

TEST_F(GapTest, ARestartForgetsNothing) {
  SaveOnD1(3);
  server.Take(d1.CardOf(2, 2));
  server.Restart();
  server.Take(d1.CardOf(3, 3));
  server.Restart();
  server.Take(d1.BatchOf(1, 1));
  EXPECT_EQ(server.Shown(r, kX), "3");
  EXPECT_THAT(SeqsInQuarantine(), IsEmpty());
}

TEST_F(GapTest, SoManyMayWaitAndNoMore) {
  SaveOnD1(1);
  // Small, and cheap to release: they are about nothing.
  const auto most = static_cast<std::uint64_t>(kGapChangesMax);
  for (std::uint64_t i = 0; i < most + 2; ++i) {
    d1.SaveRaw("change " + std::to_string(i));
  }
  const BatchAnswer filled = server.Take(d1.CardOf(2, most));
  EXPECT_FALSE(filled.full);
  const BatchAnswer last = server.Take(d1.CardOf(most + 1, most + 1));
  EXPECT_FALSE(last.full);
  ASSERT_THAT(last.changes, SizeIs(1));
  EXPECT_EQ(OnServer().in_gap, most);

  const Seq head = Now().seq;
  const BatchAnswer over = server.Take(d1.CardOf(most + 1, most + 3));
  EXPECT_TRUE(over.full);
  EXPECT_TRUE(over.gap);
  ASSERT_THAT(over.changes, SizeIs(1));  // it waits already
  EXPECT_TRUE(over.changes[0].duplicate);
  EXPECT_EQ(Now().seq, head);
  // Of another device they may.
  d2.SaveRaw("one");
  d2.SaveRaw("two");
  EXPECT_FALSE(server.Take(d2.CardOf(2, 2)).full);

  server.Take(d1.BatchOf(1, 1));
  EXPECT_EQ(OnServer().in_gap, 0U);
  const BatchAnswer again = server.Take(d1.CardOf(most + 1, most + 3));
  EXPECT_FALSE(again.full);
  EXPECT_THAT(again.changes, SizeIs(3));
}

}  // namespace
}  // namespace chasqui::testing
