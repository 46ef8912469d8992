// The table of counterexamples on the real device: schedules that a simpler
// rule of the device, or of what it tells the server, gets wrong. Named as in
// tests/sync/counterexamples_test.cc; tests/mutation sees each of them fail.

#include <string>
#include <utility>

#include "client/exchange_wire.h"
#include "client/sealing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;
using ::chasqui::testing::SchoolConfig;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Schools r and s in lga1, on the tablets of amina, who works there, and of
// sani, who supervises there and in lga2.
class DeviceCounterexampleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(amina_.Sync());
    amina_.Create(r, "lga1", "r");
    amina_.Create(s, "lga1", "s");
    ASSERT_OK(amina_.Sync());
    ASSERT_OK(sani_.Sync());
  }

  // Somebody else writes at the server, through a tablet of their own.
  void Elsewhere(const RecordId& school, std::string_view path,
                 const Value& value) {
    sani_.Write(school, path, value);
    ASSERT_OK(sani_.Sync());
  }
  // What a test is about did it, and not the comparison, which mends anything.
  static void ExpectNothingCompared(FieldTablet& tablet) {
    for (const v1::SyncRequest& request : tablet.link().requests) {
      EXPECT_EQ(request.surveys(0).questions_size(), 0);
    }
  }
  void SaveName(FieldTablet& tablet, Editing editing, std::string_view name) {
    editing.Set({RowId{}, world_.Field("name"), 0}, Value::Text(name));
    EXPECT_OK(tablet.survey().Save(editing));
  }
  void MoveTo(std::string_view area) {
    Editing editing = *sani_.survey().Open(r);
    editing.Set({RowId{}, kAreaField, 0}, Value::Text(area));
    ASSERT_OK(sani_.survey().Save(editing));
  }
  // An answer comes, and brings news, while `while_away` is being done.
  template <typename Action>
  void WhileExchanging(FieldTablet& tablet, Action while_away) {
    Link& link = tablet.link();
    link.keep_answers = true;
    tablet.device().Sync({});
    tablet.Step();
    while_away();
    link.arrived = std::exchange(link.kept, {});
    link.keep_answers = false;
    link.online = false;
    tablet.Step();
    tablet.device().Cancel();
    link.arrived.clear();
    link.online = true;
  }
  // What `tablet` sent first comes to the server, or comes to it again.
  void DeliverLate(const Request& request) {
    ASSERT_OK(world_.Exchange(request.device, RequestToWire(request)));
  }

  FieldWorld world_{ConfigWithBackup()};
  FieldTablet amina_{world_, "amina-tablet", "amina"};
  FieldTablet sani_{world_, "sani-tablet", "sani"};
  const RecordId r = School(1);
  const RecordId s = School(2);
};

TEST_F(DeviceCounterexampleTest, Counterexample06_BaseIsThePagesCursor) {
  sani_.Write(r, "name", Value::Text("@10"));
  sani_.Write(s, "name", Value::Text("@11"));
  sani_.Write(r, "pupils", Value::Integer(12));
  ASSERT_OK(sani_.Sync());
  amina_.link().news_bytes_max = 1;  // a page is one record
  amina_.ExchangeOnce();
  ASSERT_EQ(amina_.Shown(s, "name"), "@11");
  ASSERT_EQ(amina_.Shown(r, "name"), "r") << "r is not here yet";

  amina_.Write(r, "name", Value::Text("unseeing"));
  ASSERT_OK(amina_.Sync());

  EXPECT_EQ(world_.LiveWrites(r, "name"), 2u);
}

TEST_F(DeviceCounterexampleTest, Counterexample08_BaseAtSave) {
  Editing editing = *amina_.survey().Open(r);
  Elsewhere(r, "name", Value::Text("@7"));
  ASSERT_OK(amina_.Sync());
  ASSERT_EQ(amina_.Shown(r, "name"), "@7");
  SaveName(amina_, std::move(editing), "unseeing");
  ASSERT_OK(amina_.Sync());

  EXPECT_EQ(world_.LiveWrites(r, "name"), 2u);
}

TEST_F(DeviceCounterexampleTest, Counterexample09_OnesOwnPendingWriteHides) {
  Elsewhere(r, "name", Value::Text("@6"));
  WhileExchanging(amina_,
                  [this] { amina_.Write(r, "name", Value::Text("#1")); });
  ASSERT_EQ(amina_.Shown(r, "name"), "#1") << "@6 is here, and hidden";

  amina_.Write(r, "name", Value::Text("#2"));
  ASSERT_OK(amina_.Sync());

  EXPECT_EQ(world_.LiveWrites(r, "name"), 2u);
}

TEST_F(DeviceCounterexampleTest, Counterexample13_ResumeAtOneForEver) {
  FieldTablet bola(world_, "bola-tablet", "bola");
  ASSERT_OK(bola.Sync());
  const auto backup = world_.Backup();
  bola.Create(School(3), "lga2", "durable, and dropped");
  ASSERT_OK(bola.Sync());
  world_.backed_up().MoveTo(FieldWorld::kSurvey, world_.Head());
  ASSERT_OK(bola.Sync());
  ASSERT_THAT(*bola.survey().Changes(), IsEmpty());

  world_.Restore(*backup);
  bola.Create(School(4), "lga2", "after");
  ASSERT_OK(bola.Sync());

  EXPECT_EQ(world_.Shown(School(4), "name"), "after");
  EXPECT_EQ(bola.survey().outbox_size(), 0u);
  const auto chains = *world_.Read()->FindDevice("bola-tablet");
  ASSERT_THAT(chains->incarnations, SizeIs(1));
  EXPECT_TRUE(chains->incarnations[0].hole);
  EXPECT_FALSE(bola.survey().state().orphan);
}

TEST_F(DeviceCounterexampleTest, Counterexample16_PendingUntilAcknowledged) {
  Elsewhere(s, "name", Value::Text("page 1"));
  amina_.link().news_bytes_max = 1;
  amina_.Write(r, "name", Value::Text("typed once"));
  amina_.ExchangeOnce();
  ASSERT_EQ(amina_.Shown(s, "name"), "page 1");
  ASSERT_EQ(amina_.survey().outbox_size(), 0u) << "the outcome is here";

  EXPECT_EQ(amina_.Shown(r, "name"), "typed once");
  EXPECT_THAT(amina_.survey().View(r)->pending, SizeIs(1));
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.Shown(r, "name"), "typed once");
  EXPECT_THAT(amina_.survey().View(r)->pending, IsEmpty());
}

// What was acknowledged beyond the cut was in quarantine there: the survey was
// closed. Before the cut it was not, and the late duplicate applies; the tablet
// must not wait for ever for somebody to release the other.
TEST_F(DeviceCounterexampleTest, Counterexample17_HashOverTheBytesSent) {
  amina_.MakeKey();
  ASSERT_OK(amina_.Sync());
  amina_.Write(r, "pupils", Value::Integer(12));
  amina_.Write(s, "pupils", Value::Integer(34));
  const auto sealed = SealOutbox(amina_.device(), amina_.clock());
  ASSERT_OK(sealed);
  // By the network records go by short names.
  amina_.link().requests.clear();
  ASSERT_OK(amina_.Sync());
  EXPECT_NE(amina_.link().requests.front().surveys(0).batch().columns(), "");
  const Position head = world_.Head();
  const auto answer = world_.HandIn(sealed->file);
  ASSERT_OK(answer);
  EXPECT_EQ(answer->taken(), 2U);
  EXPECT_EQ(world_.Head(), head) << "nothing new has come";
  const auto device = world_.Read()->FindDevice("amina-tablet");
  ASSERT_OK(device);
  EXPECT_THAT((*device)->incarnations, SizeIs(1));
}

TEST_F(DeviceCounterexampleTest, Counterexample19_AcknowledgedBeyondTheCut) {
  const auto backup = world_.Backup();
  SurveyConfig closed = ConfigWithBackup();
  closed.closed = true;
  world_.Reconfigure(closed);
  amina_.link().sent.clear();
  amina_.Write(r, "name", Value::Text("mine"));
  ASSERT_OK(amina_.Sync());
  ASSERT_THAT(amina_.survey().View(r)->quarantined, SizeIs(1));
  const Position beyond = amina_.survey().Changes()->back().accepted;

  world_.Restore(*backup);
  DeliverLate(amina_.link().sent.at(0));
  ASSERT_EQ(world_.Shown(r, "name"), "mine");
  ASSERT_LE(world_.Head().seq, beyond.seq);
  ASSERT_OK(amina_.Sync());

  EXPECT_THAT(amina_.survey().View(r)->quarantined, IsEmpty());
  EXPECT_THAT(amina_.survey().View(r)->pending, IsEmpty());
  EXPECT_EQ(amina_.Shown(r, "name"), "mine");
  EXPECT_EQ(amina_.survey().Changes()->back().accepted, world_.Head());
}

TEST_F(DeviceCounterexampleTest, Counterexample20_LeftOfOneWhileInAnother) {
  for (const char* const area : {"lga2", "lga1"}) {
    MoveTo(area);
    ASSERT_OK(sani_.Sync());
    EXPECT_EQ(sani_.Shown(r, "name"), "r") << area;
    EXPECT_TRUE(sani_.survey().View(r)->confirmed) << area;
  }
  // Said page by page too.
  sani_.link().news_bytes_max = 1;
  MoveTo("lga2");
  ASSERT_OK(sani_.Sync());
  EXPECT_TRUE(sani_.survey().View(r)->confirmed);
  ExpectNothingCompared(sani_);  // it was never dropped
}

// D learns the name of the second branch, and then sends what it made in the
// first: its base is told with the lineage it was given there.
TEST_F(DeviceCounterexampleTest, Counterexample22_OneLineagePerDevice) {
  const RecordId t = School(3);
  sani_.Create(t, "lga1", "shared");
  ASSERT_OK(sani_.Sync());
  const auto backup = world_.Backup();
  world_.Restore(*backup);
  Elsewhere(t, "pupils", Value::Integer(1));  // only in the first branch
  ASSERT_OK(amina_.Sync());
  Editing editing = *amina_.survey().Open(t);
  editing.Set({RowId{}, world_.Field("pupils"), 0}, Value::Integer(2));

  world_.Restore(*backup);
  FieldTablet other(world_, "other-tablet", "sani");
  ASSERT_OK(other.Sync());
  other.Write(t, "pupils", Value::Integer(3));
  ASSERT_OK(other.Sync());
  ASSERT_OK(amina_.Sync());
  SaveName(amina_, std::move(editing), "having seen the shared one");
  ASSERT_OK(amina_.Sync());

  EXPECT_EQ(world_.LiveWrites(t, "name"), 1u) << "what both share counts";
  EXPECT_EQ(world_.LiveWrites(t, "pupils"), 2u) << "the rest does not";
}

TEST_F(DeviceCounterexampleTest, Counterexample23_PairsByTheRecordsBase) {
  const Position low = world_.Head();
  Elsewhere(r, "name", Value::Text("pulled, and hidden"));
  WhileExchanging(amina_,
                  [this] { amina_.Write(r, "name", Value::Text("pending")); });

  amina_.Write(r, "pupils", Value::Integer(3));

  const Change change = amina_.LastChange();
  EXPECT_EQ(change.positions[0], low) << "what a pair goes by";
  EXPECT_EQ(change.positions[change.ops.at(0).base], world_.Head());
}

TEST_F(DeviceCounterexampleTest, Counterexample28_PageSurvivesACut) {
  amina_.Create(School(3), "lga1", "t");
  amina_.Create(School(4), "lga1", "u");
  ASSERT_OK(amina_.Sync());
  ASSERT_OK(sani_.Sync());
  Elsewhere(r, "name", Value::Text("@10"));
  Elsewhere(s, "name", Value::Text("@11"));
  Elsewhere(School(3), "name", Value::Text("@12"));
  const auto backup = world_.Backup();
  Elsewhere(r, "pupils", Value::Integer(17));
  amina_.link().news_bytes_max = 1;
  amina_.ExchangeOnce();
  amina_.ExchangeOnce();
  ASSERT_EQ(amina_.Shown(s, "name"), "@11");
  ASSERT_EQ(amina_.Shown(r, "name"), "r");

  world_.Restore(*backup);  // r is back at 10
  amina_.link().requests.clear();
  ASSERT_OK(amina_.Sync());

  EXPECT_EQ(amina_.Shown(r, "name"), "@10");
  ExpectNothingCompared(amina_);
}

TEST_F(DeviceCounterexampleTest, Counterexample34_TimeEstimatedAnew) {
  const auto backup = world_.Backup();
  amina_.Write(r, "name", Value::Text("wrong"));
  ASSERT_OK(amina_.Sync());
  ASSERT_OK(sani_.Sync());
  sani_.Write(r, "name", Value::Text("corrected"));
  ASSERT_OK(sani_.Sync());
  ASSERT_EQ(world_.Shown(r, "name"), "corrected");

  world_.Restore(*backup);
  ASSERT_OK(sani_.Sync());
  // By amina's clock, which has jumped, hers was made just now.
  amina_.clock().boot = "another boot";
  ASSERT_OK(amina_.Sync());

  EXPECT_EQ(world_.LiveWrites(r, "name"), 2u);
  EXPECT_EQ(world_.Shown(r, "name"), "corrected");
}

// A digest in the middle of a pull, or with what is pending: devices that
// nothing is wrong with would have themselves repaired.
TEST_F(DeviceCounterexampleTest, Counterexample18_UndamagedDevicesAskNothing) {
  Elsewhere(r, "name", Value::Text("r of sani"));
  Elsewhere(s, "name", Value::Text("s of sani"));
  amina_.Write(r, "pupils", Value::Integer(7));
  amina_.link().news_bytes_max = 1;  // a page has one record
  amina_.link().sent.clear();
  ASSERT_OK(amina_.Sync());
  EXPECT_GE(amina_.link().sent.size(), 2U) << "it took several pages";
  for (const Request& request : amina_.link().sent) {
    EXPECT_THAT(request.surveys.at(0).questions, IsEmpty());
  }
  EXPECT_TRUE(amina_.survey().agrees());
}

// What a restored server has not sent is not seen, though the pull is at its
// head again.
TEST_F(DeviceCounterexampleTest, Counterexample29_WhatDiffersIsNoBase) {
  const auto backup = world_.Backup();
  Elsewhere(r, "pupils", Value::Integer(1));
  ASSERT_OK(amina_.Sync());
  world_.Restore(*backup);
  FieldTablet bola(world_, "bola-tablet", "sani");
  ASSERT_OK(bola.Sync());
  bola.Write(r, "name", Value::Text("unseen"));
  ASSERT_OK(bola.Sync());

  amina_.ExchangeOnce();
  ASSERT_FALSE(amina_.survey().agrees());
  ASSERT_EQ(amina_.Shown(r, "name"), "r") << "not repaired yet";
  amina_.Write(r, "name", Value::Text("without having seen it"));
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(world_.LiveWrites(r, "name"), 2U);
}

}  // namespace
}  // namespace chasqui::client
