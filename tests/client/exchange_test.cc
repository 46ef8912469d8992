// What exchanges do to a tablet: view = confirmed ⊕ pending, whatever the link.

#include <string>
#include <utility>

#include "client/exchange_wire.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;
using ::chasqui::testing::SchoolConfig;
using ::chasqui::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ExchangeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // Nobody works without having got the form.
    ASSERT_OK(amina_.Sync());
    ASSERT_OK(sani_.Sync());
    amina_.link().sent.clear();
  }

  // One step with the answer held back; then it comes.
  void Release(FieldTablet& tablet) {
    Link& link = tablet.link();
    link.keep_answers = false;
    while (!link.kept.empty()) {
      link.arrived.push_back(std::move(link.kept.front()));
      link.kept.pop_front();
    }
  }

  FieldWorld world_;
  FieldTablet amina_{world_, "amina-tablet", "amina"};
  FieldTablet sani_{world_, "sani-tablet", "sani"};
};

TEST_F(ExchangeTest, WhatOneSavesTheOtherSees) {
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  ASSERT_OK(sani_.Sync());
  EXPECT_EQ(sani_.Shown(School(1), "name"), "One");

  sani_.Write(School(1), "name", Value::Text("Uno"));
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.Shown(School(1), "name"), "Uno");
}

TEST_F(ExchangeTest, OneRoundTripMovesEverythingBothWays) {
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  sani_.Create(School(2), "lga1", "Two");
  ASSERT_OK(sani_.Sync());
  amina_.link().sent.clear();
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  EXPECT_THAT(amina_.link().sent, SizeIs(1));
  EXPECT_EQ(amina_.survey().outbox_size(), 0u);
  EXPECT_EQ(amina_.Shown(School(2), "name"), "Two");
}

TEST_F(ExchangeTest, ALostAnswerDoesNothingTwice) {
  amina_.Create(School(1), "lga1", "One");
  amina_.link().lose_answers = 3;
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.survey().outbox_size(), 0u);
  // Created, opened, published; one creation.
  EXPECT_EQ(world_.Head().seq, 4u);
}

TEST_F(ExchangeTest, TheAppMayEndBetweenAnyTwoSteps) {
  for (int steps = 0; steps < 8; ++steps) {
    const auto id = static_cast<std::uint8_t>(10 + steps);
    amina_.Create(School(id), "lga1", "Name");
    amina_.device().Sync({});
    for (int i = 0; i < steps; ++i) amina_.Step();
    amina_.Kill();
    EXPECT_EQ(amina_.Shown(School(id), "name"), "Name") << steps;
  }
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.survey().outbox_size(), 0u);
  EXPECT_EQ(world_.Head().seq, 3u + 8u) << "each once";
}

TEST_F(ExchangeTest, AnAnswerThatComesLateOrTwiceIsHarmless) {
  amina_.Create(School(1), "lga1", "One");
  amina_.link().keep_answers = true;
  amina_.device().Sync({});
  amina_.Step();
  ASSERT_THAT(amina_.link().kept, SizeIs(1));
  const Completion late = amina_.link().kept.front();
  amina_.now_ms += kExchangeTimeoutMs;
  amina_.Step();
  EXPECT_EQ(amina_.device().state(), SyncState::kWaiting);
  EXPECT_THAT(amina_.link().cancelled, SizeIs(1));
  Release(amina_);  // to a request that was given up
  amina_.Step();
  EXPECT_EQ(amina_.survey().outbox_size(), 1u);

  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.survey().outbox_size(), 0u);
  amina_.link().arrived.push_back(late);
  amina_.Step();
  EXPECT_EQ(amina_.Shown(School(1), "name"), "One");
  EXPECT_EQ(amina_.device().state(), SyncState::kIdle);
}

// Counterexample 16.
TEST_F(ExchangeTest, AChangeIsPendingUntilTheCopyCoversIt) {
  amina_.Create(School(1), "lga1", "old");
  ASSERT_OK(amina_.Sync());
  // News of several responses, which comes before that of her own change.
  for (std::uint8_t i = 2; i <= 7; ++i) {
    sani_.Create(School(i), "lga1", std::string(100'000, 'x'));
  }
  ASSERT_OK(sani_.Sync());
  amina_.Write(School(1), "name", Value::Text("new"));
  amina_.device().Sync({});
  int acknowledged_and_not_covered = 0;
  while (amina_.device().state() != SyncState::kIdle) {
    amina_.Step();
    ASSERT_EQ(amina_.Shown(School(1), "name"), "new");
    const bool is_pending = !amina_.survey().View(School(1))->pending.empty();
    if (amina_.survey().outbox_size() == 0 && is_pending) {
      ++acknowledged_and_not_covered;
    }
  }
  EXPECT_GT(acknowledged_and_not_covered, 0);
  EXPECT_THAT(amina_.survey().View(School(1))->pending, IsEmpty());
}

TEST_F(ExchangeTest, ABatchKeepsWithinItsLimit) {
  const std::string large(60'000, 'x');
  for (std::uint8_t i = 1; i <= 20; ++i) {
    amina_.Create(School(i), "lga1", large);
  }
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.survey().outbox_size(), 0u);
  for (const Request& request : amina_.link().sent) {
    EXPECT_LE(RequestToWire(request).ByteSizeLong(), 256u << 10);
  }
  EXPECT_GE(amina_.link().sent.size(), 5u);
}

TEST_F(ExchangeTest, DurableAndCoveredChangesAreForgotten) {
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  EXPECT_THAT(*amina_.survey().Changes(), IsEmpty());
  EXPECT_EQ(amina_.Shown(School(1), "name"), "One");
}

TEST_F(ExchangeTest, ChangesAreKeptUntilABackupCoversThem) {
  SurveyConfig config = SchoolConfig();
  config.accepted_is_durable = false;
  FieldWorld world(config);
  FieldTablet amina(world, "t", "amina");
  ASSERT_OK(amina.Sync());
  amina.Create(School(1), "lga1", "One");
  ASSERT_OK(amina.Sync());
  EXPECT_EQ(amina.survey().outbox_size(), 0u);
  EXPECT_THAT(*amina.survey().Changes(), SizeIs(1));
  world.backed_up().MoveTo(FieldWorld::kSurvey, world.Head());
  ASSERT_OK(amina.Sync());
  EXPECT_THAT(*amina.survey().Changes(), IsEmpty());
}

TEST_F(ExchangeTest, QuarantineIsShownBesideTheField) {
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  Editing editing = *amina_.survey().Open(School(1));
  editing.SetStatus(RecordStatus::kApproved);  // not hers to give
  editing.Set({RowId{}, world_.Field("name"), 0}, Value::Text("Uno"));
  ASSERT_OK(amina_.survey().Save(editing));
  ASSERT_OK(amina_.Sync());

  const RecordView view = *amina_.survey().View(School(1));
  EXPECT_THAT(view.pending, IsEmpty());
  ASSERT_THAT(view.quarantined, SizeIs(1));
  EXPECT_EQ(view.quarantined[0].outcome.reason,
            QuarantineReason::kForbiddenStep);
  EXPECT_EQ(amina_.Shown(School(1), "name"), "One");

  // Released by a person: it is told, and shown.
  world_.Append(QuarantineReleased{view.quarantined[0].accepted.seq, "sani"});
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.Shown(School(1), "name"), "Uno");
  EXPECT_THAT(amina_.survey().View(School(1))->quarantined, IsEmpty());
}

TEST_F(ExchangeTest, WhatIsRejectedIsNoLongerShown) {
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  Editing editing = *amina_.survey().Open(School(1));
  editing.SetStatus(RecordStatus::kApproved);
  ASSERT_OK(amina_.survey().Save(editing));
  ASSERT_OK(amina_.Sync());
  const Seq held =
      amina_.survey().View(School(1))->quarantined.at(0).accepted.seq;
  world_.Append(QuarantineRejected{held, "sani"});
  ASSERT_OK(amina_.Sync());
  EXPECT_THAT(amina_.survey().View(School(1))->quarantined, IsEmpty());
  EXPECT_THAT(*amina_.survey().Changes(), IsEmpty());
}

TEST_F(ExchangeTest, ARecordThatLeavesTheScopeIsDropped) {
  sani_.Create(School(1), "lga1", "One");
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  ASSERT_TRUE(amina_.Has(School(1)));
  Editing editing = *sani_.survey().Open(School(1));
  editing.Set({RowId{}, kAreaField, 0}, Value::Text("lga2"));
  ASSERT_OK(sani_.survey().Save(editing));
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(1)));
  // Counterexample 20: who follows both areas keeps it.
  EXPECT_EQ(sani_.Shown(School(1), "name"), "One");
}

TEST_F(ExchangeTest, ALostBucketIsDroppedWithWhatOnlyItHeld) {
  sani_.Create(School(1), "lga1", "One");
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  SurveyConfig config = SchoolConfig();
  config.people[0].areas = {"lga2"};
  world_.Reconfigure(config);
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(1)));
}

TEST_F(ExchangeTest, ALostRecordWithUnacknowledgedChangesIsKeptReadOnly) {
  sani_.Create(School(1), "lga1", "One");
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  amina_.Write(School(1), "name", Value::Text("mine"));
  SurveyConfig config = SchoolConfig();
  config.people[0].areas = {"lga2"};
  world_.Reconfigure(config);

  // News alone: the change is not sent yet.
  SurveyRequest request = *amina_.survey().NextRequest(1 << 18);
  request.batch.reset();
  Request alone;
  alone.device = amina_.device().name();
  alone.surveys = {request};
  amina_.link().Send(1, alone);
  const auto answer = amina_.link().Poll();
  ASSERT_OK(answer->response);
  ASSERT_OK(amina_.survey().TakeIn(request, answer->response->surveys[0]));
  ASSERT_TRUE(amina_.Has(School(1)));
  EXPECT_TRUE(amina_.survey().View(School(1))->read_only);
  EXPECT_EQ(amina_.Shown(School(1), "name"), "mine");
  EXPECT_THAT(amina_.survey().Open(School(1)),
              StatusIs(absl::StatusCode::kFailedPrecondition));

  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(1)));
  // Its base precedes the revocation: it counts.
  EXPECT_EQ(world_.Shown(School(1), "name"), "mine");
}

TEST_F(ExchangeTest, ABucketGainedIsFilled) {
  sani_.Create(School(1), "lga2", "One");
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(1)));
  SurveyConfig config = SchoolConfig();
  config.people[0].areas = {"lga1", "lga2"};
  world_.Reconfigure(config);
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.Shown(School(1), "name"), "One");
}

TEST_F(ExchangeTest, FormsArriveWithTheNews) {
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.survey().state().forms, 1u);
  EXPECT_THAT(*amina_.survey().Forms(), SizeIs(1));
}

TEST_F(ExchangeTest, WhoIsNotOfTheSurveyKeepsTheCursorAndTheOutbox) {
  sani_.Create(School(1), "lga1", "One");
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  const std::string cursor = amina_.survey().state().cursor;
  ASSERT_NE(cursor, "");
  SurveyConfig without = SchoolConfig();
  without.people.erase(without.people.begin());
  world_.Reconfigure(without);
  EXPECT_THAT(amina_.Sync(), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(amina_.survey().state().cursor, cursor);
  EXPECT_TRUE(amina_.Has(School(1)));
}

TEST_F(ExchangeTest, ASurveyThatIsRefusedDoesNotStopTheOthers) {
  ASSERT_OK(amina_.device().Join("another", "amina"));
  // Three exchanges' worth.
  for (std::uint8_t i = 1; i <= 12; ++i) {
    amina_.Create(School(i), "lga1", std::string(60'000, 'x'));
  }
  EXPECT_THAT(amina_.Sync(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(amina_.survey().outbox_size(), 0u);
}

}  // namespace
}  // namespace chasqui::client
