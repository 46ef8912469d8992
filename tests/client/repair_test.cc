// Copies that are not what the server has, and how they are put right (rules
// 9).

#include <string>
#include <vector>

#include "client/copies.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;
using ::chasqui::testing::SchoolConfig;
using ::testing::HasSubstr;

SurveyConfig BackedUpConfig() {
  SurveyConfig config = SchoolConfig();
  config.accepted_is_durable = false;
  return config;
}

constexpr std::uint8_t kSchools = 40;

// Schools 1 to kSchools in lga1, made by sani, on the tablet of amina.
class RepairTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(sani_.Sync());
    for (std::uint8_t i = 1; i <= kSchools; ++i) {
      sani_.Create(School(i), "lga1", "school " + std::to_string(i));
    }
    ASSERT_OK(sani_.Sync());
    ASSERT_OK(amina_.Sync());
    ASSERT_TRUE(amina_.survey().agrees());
    amina_.link().sent.clear();
    amina_.link().records = 0;
  }

  // Changes what is in the memory of amina's tablet while it is switched off.
  void InMemory(const StoreBatch& batch) {
    MemoryStore memory = amina_.memory();
    ASSERT_OK(memory.Commit(batch));
    amina_.RestoreFrom(memory);
  }
  std::string KeyOfCopy(std::uint8_t school) const {
    return RecordKey(FieldWorld::kSurvey, School(school));
  }
  std::string CopyOf(std::uint8_t school) const {
    return **amina_.memory().Get(Table::kRecord, KeyOfCopy(school));
  }
  void LoseCursor() {
    SurveyState state = amina_.survey().state();
    state.cursor.clear();
    StoreBatch batch;
    batch.Put(Table::kSurvey, FieldWorld::kSurvey, EncodeState(state));
    InMemory(batch);
  }
  void ExpectAllSchools() {
    EXPECT_TRUE(amina_.survey().agrees());
    for (std::uint8_t i = 1; i <= kSchools; ++i) {
      EXPECT_EQ(amina_.Shown(School(i), "name"),
                world_.Shown(School(i), "name"));
    }
  }

  FieldWorld world_{BackedUpConfig()};
  FieldTablet amina_{world_, "amina-tablet", "amina"};
  FieldTablet sani_{world_, "sani-tablet", "sani"};
};

// Whichever bit of a copy it is, the record comes again, and it alone. In steps
// of a prime number: a byte has 8.
TEST_F(RepairTest, AFlippedBitCostsOneRecord) {
  const std::string good = CopyOf(7);
  for (std::size_t bit = 0; bit < 8 * good.size(); bit += 13) {
    std::string flipped = good;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    StoreBatch batch;
    batch.Put(Table::kRecord, KeyOfCopy(7), flipped);
    InMemory(batch);
    amina_.link().records = 0;
    ASSERT_OK(amina_.Sync()) << "bit " << bit;
    ExpectAllSchools();
    EXPECT_LE(amina_.link().records, 1U) << "bit " << bit;
  }
}

// It is in a bucket, it says, that the tablet has never followed: nobody would
// tell that it has left that one.
TEST_F(RepairTest, ACopyOfNoBucketDoesNotStay) {
  auto copy = DecodeStoredRecord(CopyOf(7));
  ASSERT_OK(copy);
  copy->following[0].bucket ^= 64U;
  StoreBatch batch;
  batch.Put(Table::kRecord, KeyOfCopy(7), EncodeStored(*copy));
  InMemory(batch);
  SurveyConfig config = BackedUpConfig();
  config.people[0].areas = {"lga2"};
  world_.Reconfigure(config);
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(7)));
  EXPECT_TRUE(amina_.survey().agrees());
}

// Whatever the copy says that it was saved on: a save that could not be read
// again would be lost, and with it the list of all records.
TEST_F(RepairTest, ASaveOnADamagedCopyCanBeRead) {
  const MemoryStore before = amina_.memory();
  const std::string good = CopyOf(7);
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string flipped = good;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    StoreBatch batch;
    batch.Put(Table::kRecord, KeyOfCopy(7), flipped);
    InMemory(batch);
    auto editing = amina_.survey().Open(School(7));
    if (editing.ok()) {
      editing->SetStatus(RecordStatus::kReturned);
      ASSERT_OK(amina_.survey().Save(*editing)) << "bit " << bit;
    }
    ASSERT_OK(amina_.survey().List()) << "bit " << bit;
    amina_.RestoreFrom(before);
  }
}

TEST_F(RepairTest, ALostCopyComesAgain) {
  StoreBatch batch;
  batch.Erase(Table::kRecord, KeyOfCopy(7));
  InMemory(batch);
  ASSERT_OK(amina_.Sync());
  ExpectAllSchools();
  EXPECT_EQ(amina_.link().records, 1U);
}

// A record of a future that a restore has cut off.
TEST_F(RepairTest, ACopyThatTheServerDoesNotHaveGoes) {
  const auto backup = world_.Backup();
  sani_.Create(School(99), "lga1", "of a future");
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  ASSERT_TRUE(amina_.Has(School(99)));
  world_.Restore(*backup);
  amina_.link().records = 0;
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(99)));
  ExpectAllSchools();
  EXPECT_EQ(amina_.link().records, 0U);
}

TEST_F(RepairTest, ALostCursorCostsADigest) {
  LoseCursor();
  ASSERT_OK(amina_.Sync());
  ExpectAllSchools();
  EXPECT_EQ(amina_.link().records, 0U);
  EXPECT_EQ(amina_.link().sent.size(), 1U);
}

TEST_F(RepairTest, WhatCameWhileTheCursorWasLostIsFound) {
  LoseCursor();
  sani_.Write(School(3), "name", Value::Text("renamed"));
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  ExpectAllSchools();
  EXPECT_EQ(amina_.link().records, 1U);
}

// The server cannot tell from a cursor that is gone what it told of.
TEST_F(RepairTest, ABucketLostWhileTheCursorWasIsForgotten) {
  amina_.Write(School(7), "name", Value::Text("hers"));
  ASSERT_OK(amina_.Sync());
  LoseCursor();
  SurveyConfig config = BackedUpConfig();
  config.people[0].areas = {"lga2"};
  world_.Reconfigure(config);
  amina_.Write(School(8), "name", Value::Text("hers"));
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(7)));
  EXPECT_FALSE(amina_.Has(School(8)));
  const auto state = amina_.survey().state();
  for (const FollowedBucket& followed : state.buckets) {
    EXPECT_NE(followed.bucket.name, "lga1");
  }
}

TEST_F(RepairTest, ARestoredServerCostsWhatItLost) {
  const auto backup = world_.Backup();
  for (std::uint8_t i = 1; i <= 5; ++i) {
    sani_.Write(School(i), "name", Value::Text("renamed"));
  }
  ASSERT_OK(sani_.Sync());
  ASSERT_OK(amina_.Sync());
  world_.Restore(*backup);
  ASSERT_OK(sani_.Sync());
  amina_.link().records = 0;
  ASSERT_OK(amina_.Sync());
  ExpectAllSchools();
  EXPECT_EQ(amina_.Shown(School(5), "name"), "renamed");
  EXPECT_EQ(amina_.link().records, 5U);
}

// A copy that is pending is one of its own: it is not compared.
TEST_F(RepairTest, WhatIsPendingStaysOverARepair) {
  StoreBatch batch;
  batch.Erase(Table::kRecord, KeyOfCopy(7));
  amina_.Write(School(7), "name", Value::Text("hers"));
  InMemory(batch);
  EXPECT_EQ(amina_.Shown(School(7), "name"), "hers");
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(world_.Shown(School(7), "name"), "hers");
  ExpectAllSchools();
}

TEST_F(RepairTest, NothingIsABaseWhileTheCopiesDiffer) {
  StoreBatch batch;
  batch.Erase(Table::kRecord, KeyOfCopy(7));
  InMemory(batch);
  amina_.ExchangeOnce();
  EXPECT_FALSE(amina_.survey().agrees());
  const auto state = amina_.survey().state();
  for (const FollowedBucket& followed : state.buckets) {
    EXPECT_EQ(followed.agreed, Position{});
    EXPECT_NE(followed.complete, Position{});
  }
}

TEST_F(RepairTest, ATabletThatLostAllButItsNameGetsAllBack) {
  amina_.Create(School(50), "lga1", "hers");
  ASSERT_OK(amina_.Sync());
  FieldTablet again(world_, "amina-tablet", "amina");
  ASSERT_OK(again.Sync());
  EXPECT_TRUE(again.survey().agrees());
  EXPECT_EQ(again.Shown(School(50), "name"), "hers");
  EXPECT_EQ(again.Shown(School(7), "name"), "school 7");
  EXPECT_EQ(again.survey().state().number, amina_.survey().state().number);
  EXPECT_EQ(again.survey().state().h, amina_.survey().state().h);

  again.Write(School(50), "name", Value::Text("hers again"));
  ASSERT_OK(again.Sync());
  EXPECT_EQ(world_.Shown(School(50), "name"), "hers again");
  const auto device = *world_.Read()->FindDevice("amina-tablet");
  EXPECT_EQ(device->incarnations.size(), 1U) << "the chain goes on";
}

// What was saved before the tablet had heard anything is a branch of its own.
TEST_F(RepairTest, ATabletThatWroteFirstKeepsItsOwnChain) {
  amina_.Create(School(50), "lga1", "hers");
  ASSERT_OK(amina_.Sync());
  FieldTablet again(world_, "amina-tablet", "amina");
  again.Create(School(51), "lga1", "before any sync");
  ASSERT_OK(again.Sync());
  EXPECT_EQ(again.survey().outbox_size(), 0U);
  EXPECT_EQ(again.survey().state().number, 1U);
  const auto device = *world_.Read()->FindDevice("amina-tablet");
  EXPECT_EQ(device->incarnations.size(), 2U);
}

// The server's own memory has kept a record wrongly: a device that has it right
// finds out, the server does not send what is wrong, and a rebuild heals both.
TEST_F(RepairTest, WhatTheServerKeptWronglyIsFoundAndRebuilt) {
  world_.Damage(School(7));
  FieldTablet fresh(world_, "fresh-tablet", "amina");
  ASSERT_OK(fresh.Sync());
  EXPECT_FALSE(fresh.survey().agrees());
  EXPECT_TRUE(fresh.survey().differs());
  // It does not go on asking about what cannot be helped.
  fresh.link().sent.clear();
  ASSERT_OK(fresh.Sync());
  EXPECT_EQ(fresh.link().sent.size(), 1U);

  world_.Rebuild();
  ASSERT_OK(fresh.Sync());
  EXPECT_TRUE(fresh.survey().agrees());
  EXPECT_FALSE(fresh.survey().differs());
  EXPECT_EQ(fresh.Shown(School(7), "name"), "school 7");
}

// One that has the record right keeps it.
TEST_F(RepairTest, WhatTheServerKeptWronglyIsNotSpread) {
  world_.Damage(School(7));
  ASSERT_OK(amina_.Sync());
  EXPECT_TRUE(amina_.survey().agrees());
  EXPECT_EQ(amina_.Shown(School(7), "name"), "school 7");
}

// What no device of ours asks is refused, and says why; the rest of the
// exchange is not touched.
TEST_F(RepairTest, MalformedQuestionsAreRefused) {
  v1::SyncRequest request;
  v1::SurveyExchange& part = *request.add_surveys();
  part.set_survey(FieldWorld::kSurvey);
  part.set_person("amina");
  part.set_pull(true);
  v1::RangeQuestion& question = *part.add_questions();
  question.mutable_bucket()->set_kind(v1::BUCKET_KIND_AREA);
  question.mutable_bucket()->set_name("lga1");
  question.set_asked(v1::RANGE_ASKED_SYMBOLS);
  question.set_symbols(8);
  const auto error = [&] {
    return world_.Exchange("other-tablet", request)->surveys(0).error_message();
  };
  EXPECT_EQ(error(), "");
  question.set_digest("fifteen bytes..");
  EXPECT_THAT(error(), HasSubstr("its digest has 15 bytes; it must have 16"));
  question.clear_digest();
  question.set_bits(3);
  EXPECT_THAT(error(), HasSubstr("bucket area/lga1: no range"));
  // Of a kind that is not known: as if it had not been asked.
  question.set_asked(static_cast<v1::RangeAsked>(77));
  EXPECT_EQ(error(), "");
}

}  // namespace
}  // namespace chasqui::client
