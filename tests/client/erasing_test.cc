// What a tablet has of a record that is erased: nothing, once it has heard.

#include <string>
#include <string_view>

#include "client/local_state.h"
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

SurveyConfig PersonalConfig() {
  SurveyConfig config = SchoolConfig();
  config.personal = {"name"};
  return config;
}

// A school that both have, which amina made.
class ErasedRecordTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(amina_.Sync());
    ASSERT_OK(sani_.Sync());
    amina_.Create(School(1), "lga1", "Ada Obi");
    ASSERT_OK(amina_.Sync());
    ASSERT_OK(sani_.Sync());
    key_ = world_.KeyOf(School(1));
    ASSERT_FALSE(key_.empty());
  }

  // Whether `bytes` are anywhere in its memory.
  static bool Holds(const FieldTablet& tablet, std::string_view bytes) {
    bool holds = false;
    for (const Table table :
         {Table::kDevice, Table::kSurvey, Table::kRecord, Table::kChange,
          Table::kChangeOfRecord, Table::kLineage, Table::kForm,
          Table::kStatistics}) {
      EXPECT_OK(tablet.memory().Scan(
          table, "", "", [&](std::string_view, std::string_view value) {
            holds = holds || value.find(bytes) != value.npos;
            return true;
          }));
    }
    return holds;
  }
  // A save that no enumerator may make: it waits for a person.
  void WriteForAPerson(FieldTablet& tablet, const std::string& name) {
    Editing editing = *tablet.survey().Open(School(1));
    editing.SetStatus(RecordStatus::kApproved);
    editing.Set({RowId{}, world_.Field("name"), 0}, Value::Text(name));
    ASSERT_OK(tablet.survey().Save(editing));
  }

  FieldWorld world_{PersonalConfig()};
  FieldTablet amina_{world_, "amina-tablet", "amina"};
  FieldTablet sani_{world_, "sani-tablet", "sani"};
  std::string key_;
};

TEST_F(ErasedRecordTest, TheCopyGoesAndItsKey) {
  EXPECT_EQ(sani_.Shown(School(1), "name"), "Ada Obi");
  EXPECT_TRUE(Holds(sani_, key_));
  EXPECT_TRUE(Holds(amina_, key_));
  world_.Erase(School(1));
  for (FieldTablet* const tablet : {&amina_, &sani_}) {
    ASSERT_OK(tablet->Sync());
    EXPECT_FALSE(tablet->Has(School(1)));
    EXPECT_FALSE(Holds(*tablet, key_));
    EXPECT_FALSE(Holds(*tablet, "Ada Obi"));
    EXPECT_TRUE(tablet->survey().agrees());
  }
}

// It waited for a person when the record was erased: nobody can decide about it
// any more.
TEST_F(ErasedRecordTest, WhatWaitsForAPersonGoes) {
  WriteForAPerson(amina_, "Ada Obi of Kano");
  ASSERT_OK(amina_.Sync());
  ASSERT_THAT(amina_.survey().View(School(1))->quarantined, SizeIs(1));
  world_.Erase(School(1));
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(1)));
  EXPECT_THAT(*amina_.survey().Changes(), IsEmpty());
  EXPECT_FALSE(Holds(amina_, "Ada Obi"));
}

// So does what comes too late, for whatever other reason it would wait.
TEST_F(ErasedRecordTest, WhatComesTooLateGoes) {
  amina_.Write(School(1), "name", Value::Text("Ada Obi of Kano"));
  WriteForAPerson(sani_, "Ada Obi of Kaduna");
  world_.Erase(School(1));
  for (FieldTablet* const tablet : {&amina_, &sani_}) {
    ASSERT_OK(tablet->Sync());
    EXPECT_FALSE(tablet->Has(School(1)));
    EXPECT_THAT(*tablet->survey().Changes(), IsEmpty());
    EXPECT_FALSE(Holds(*tablet, "Ada Obi"));
  }
}

// Until it is durable it may have to be sent again; but nobody sees it.
TEST_F(ErasedRecordTest, WhatIsNotDurableIsKeptUnseen) {
  SurveyConfig config = PersonalConfig();
  config.accepted_is_durable = false;
  world_.Reconfigure(config);
  amina_.Write(School(1), "name", Value::Text("Ada Obi of Kano"));
  world_.Erase(School(1));
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.Has(School(1)));
  EXPECT_THAT(*amina_.survey().Changes(), SizeIs(1));
  world_.backed_up().MoveTo(FieldWorld::kSurvey, world_.Head());
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(Holds(amina_, "Ada Obi"));
}

// One that is damaged is no copy, and never said to leave; what it was is gone
// all the same.
TEST_F(ErasedRecordTest, ADamagedCopyGoesToo) {
  const std::string place = RecordKey(FieldWorld::kSurvey, School(1));
  auto copy = DecodeStoredRecord(**sani_.memory().Get(Table::kRecord, place));
  ASSERT_OK(copy);
  world_.Erase(School(1));
  ASSERT_OK(sani_.Sync());
  copy->following[0].bucket ^= 64U;
  MemoryStore memory = sani_.memory();
  StoreBatch batch;
  batch.Put(Table::kRecord, place, EncodeStored(*copy));
  ASSERT_OK(memory.Commit(batch));
  sani_.RestoreFrom(memory);
  EXPECT_TRUE(Holds(sani_, key_));
  ASSERT_OK(sani_.Sync());
  EXPECT_FALSE(Holds(sani_, key_));
}

// What opens a copy is as much a part of it as what it says.
TEST_F(ErasedRecordTest, AFlippedBitOfAKeyIsFound) {
  const std::string place = RecordKey(FieldWorld::kSurvey, School(1));
  const std::string good = **sani_.memory().Get(Table::kRecord, place);
  const std::size_t begin = good.find(key_);
  ASSERT_NE(begin, std::string::npos);
  for (std::size_t bit = 8 * begin; bit < 8 * (begin + key_.size()); ++bit) {
    std::string flipped = good;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    MemoryStore memory = sani_.memory();
    StoreBatch batch;
    batch.Put(Table::kRecord, place, flipped);
    ASSERT_OK(memory.Commit(batch));
    sani_.RestoreFrom(memory);
    ASSERT_OK(sani_.Sync());
    ASSERT_EQ(sani_.Shown(School(1), "name"), "Ada Obi") << "bit " << bit;
  }
}

}  // namespace
}  // namespace chasqui::client
