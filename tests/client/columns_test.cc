// What travels as columns, between a tablet and the server's real side.

#include "client/columns.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/form_wire.h"
#include "sync/survey.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;
using ::chasqui::testing::StatusIs;
using ::testing::SizeIs;

class ColumnsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(amina_.Sync());
    ASSERT_OK(sani_.Sync());
    Forget(amina_);
    Forget(sani_);
  }

  static void Forget(FieldTablet& tablet) {
    tablet.link().sent.clear();
    tablet.link().requests.clear();
    tablet.link().responses.clear();
  }
  static const v1::ChangeBatch& SentBatch(FieldTablet& tablet,
                                          std::size_t request) {
    return tablet.link().requests.at(request).surveys(0).batch();
  }

  FieldWorld world_;
  FieldTablet amina_{world_, "amina-tablet", "amina"};
  FieldTablet sani_{world_, "sani-tablet", "sani"};
};

TEST_F(ColumnsTest, BothEndsHaveTheSameLayout) {
  const auto reader = world_.Read();
  const Survey& survey = reader->survey();
  for (std::uint32_t form = 1; form <= survey.forms.size(); ++form) {
    EXPECT_EQ(LayoutOf(server::FormToWire(survey, form)).columns(),
              wire::LayoutOf(survey.forms[form - 1].form, survey.numbering)
                  .columns());
  }
}

TEST_F(ColumnsTest, WhatIsSavedGoesAsColumns) {
  amina_.Create(School(1), "lga1", "One");
  const std::size_t row = EncodeChange(amina_.LastChange()).size();
  ASSERT_OK(amina_.Sync());
  const v1::ChangeBatch& batch = SentBatch(amina_, 0);
  EXPECT_EQ(batch.changes_size(), 0);
  EXPECT_FALSE(batch.columns().empty());
  EXPECT_FALSE(batch.with_statistics());
  EXPECT_LT(batch.columns().size(), row);
  EXPECT_EQ(amina_.survey().outbox_size(), 0U);
  EXPECT_EQ(world_.Shown(School(1), "name"), "One");
}

TEST_F(ColumnsTest, AKnownRecordIsNotNamedInFull) {
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  Forget(amina_);
  amina_.Write(School(1), "name", Value::Text("Uno"));
  ASSERT_OK(amina_.Sync());
  EXPECT_LT(SentBatch(amina_, 0).columns().size(), 24U);
  EXPECT_EQ(world_.Shown(School(1), "name"), "Uno");
}

TEST_F(ColumnsTest, ASeqIsGoodUnderAnEarlierNameOfTheLog) {
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  world_.Restart();
  Forget(amina_);
  amina_.Write(School(1), "name", Value::Text("Uno"));
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.link().responses[0].surveys(0).send_rows());
  EXPECT_LT(SentBatch(amina_, 0).columns().size(), 24U);
  EXPECT_EQ(world_.Shown(School(1), "name"), "Uno");
}

// After a restore it would be of another entry.
// It is in the log at a place that the device is not told of.
TEST_F(ColumnsTest, AReleasedChangeDoesNotNameItsRecord) {
  for (std::uint8_t school = 1; school <= 3; ++school) {
    amina_.Create(School(school), "lga1", "One");
  }
  ASSERT_OK(amina_.Sync());
  ASSERT_OK(sani_.Sync());
  Editing editing = *amina_.survey().Open(School(1));
  editing.SetStatus(RecordStatus::kReturned);  // not hers to give
  ASSERT_OK(amina_.survey().Save(editing));
  ASSERT_OK(amina_.Sync());
  const Seq held =
      amina_.survey().View(School(1))->quarantined.at(0).accepted.seq;
  world_.Restart();
  sani_.Write(School(3), "name", Value::Text("Three"));
  ASSERT_OK(sani_.Sync());
  world_.Append(QuarantineReleased{held, "sani"});
  sani_.Write(School(2), "name", Value::Text("Two"));
  ASSERT_OK(sani_.Sync());

  // The notice comes, and of the records the first.
  amina_.link().news_bytes_max = 1;
  amina_.ExchangeOnce();
  ASSERT_THAT(amina_.survey().View(School(1))->quarantined, SizeIs(0));
  ASSERT_EQ(amina_.Shown(School(2), "name"), "One");
  amina_.Write(School(1), "name", Value::Text("Uno"));
  ASSERT_OK_AND_ASSIGN(const SurveyRequest request,
                       amina_.survey().NextRequest(kRequestBytesMax));
  for (const auto& [record, seq] : request.columns.records) {
    EXPECT_EQ((*world_.Read()->FindEntry(seq))->record, record) << seq;
  }
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(world_.Shown(School(1), "name"), "Uno");
  EXPECT_EQ(world_.Shown(School(2), "name"), "Two");
}

TEST(RestoredColumnsTest, ASeqBeyondACutNamesNothing) {
  SurveyConfig config = testing::SchoolConfig();
  config.accepted_is_durable = false;
  FieldWorld world(config);
  FieldTablet amina(world, "amina-tablet", "amina");
  FieldTablet sani(world, "sani-tablet", "sani");
  ASSERT_OK(amina.Sync());
  ASSERT_OK(sani.Sync());
  const auto backup = world.Backup();
  amina.Create(School(1), "lga1", "One");
  ASSERT_OK(amina.Sync());
  world.Restore(*backup);
  sani.Create(School(2), "lga1", "Two");
  ASSERT_OK(sani.Sync());
  amina.link().responses.clear();
  amina.Write(School(1), "name", Value::Text("Uno"));
  ASSERT_OK(amina.Sync());
  EXPECT_TRUE(amina.link().responses[0].surveys(0).send_rows());
  EXPECT_EQ(world.Shown(School(1), "name"), "Uno");
  EXPECT_EQ(world.Shown(School(2), "name"), "Two");
  EXPECT_EQ(amina.survey().outbox_size(), 0U);
}

TEST_F(ColumnsTest, WhatCannotBeReadIsAskedForAsRows) {
  amina_.Create(School(1), "lga1", "One");
  amina_.link().on_the_way = [](v1::SyncRequest& request) {
    std::string* const columns =
        request.mutable_surveys(0)->mutable_batch()->mutable_columns();
    if (!columns->empty()) columns->front() ^= 1;
  };
  ASSERT_OK(amina_.Sync());
  ASSERT_THAT(amina_.link().responses, SizeIs(2));
  const v1::SurveyNews& refused = amina_.link().responses[0].surveys(0);
  EXPECT_TRUE(refused.send_rows());
  EXPECT_EQ(refused.error_code(), 0);
  EXPECT_FALSE(refused.has_end());
  EXPECT_TRUE(SentBatch(amina_, 1).columns().empty());
  EXPECT_EQ(SentBatch(amina_, 1).changes_size(), 1);
  EXPECT_EQ(world_.Shown(School(1), "name"), "One");
  EXPECT_EQ(amina_.survey().outbox_size(), 0U);
  // The next ones are tried as columns again.
  amina_.link().on_the_way = nullptr;
  Forget(amina_);
  amina_.Create(School(2), "lga1", "Two");
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(SentBatch(amina_, 0).changes_size(), 0);
}

TEST_F(ColumnsTest, NewsComeAsColumns) {
  for (std::uint8_t n = 1; n <= 20; ++n) {
    amina_.Create(School(n), "lga1", "A school");
  }
  ASSERT_OK(amina_.Sync());
  ASSERT_OK(sani_.Sync());
  std::size_t columns = 0;
  for (const v1::SyncResponse& response : sani_.link().responses) {
    for (const v1::BucketNews& bucket : response.surveys(0).buckets()) {
      EXPECT_EQ(bucket.items_size(), 0);
      columns += bucket.columns().size();
    }
  }
  EXPECT_GT(columns, 20U);
  EXPECT_LT(columns, 20 * 40U);
  for (std::uint8_t n = 1; n <= 20; ++n) {
    EXPECT_EQ(sani_.Shown(School(n), "name"), "A school");
  }
}

// The two ends may come to know different things; that never stops a tablet.
TEST_F(ColumnsTest, APageThatCannotBeReadComesAsRows) {
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  sani_.Create(School(2), "lga2", "Two");
  sani_.link().on_the_way_back = [](v1::SyncResponse& response) {
    for (auto& bucket : *response.mutable_surveys(0)->mutable_buckets()) {
      std::string* const columns = bucket.mutable_columns();
      if (!columns->empty()) columns->front() ^= 1;
    }
  };
  ASSERT_OK(sani_.Sync());
  ASSERT_THAT(sani_.link().responses, SizeIs(2));
  EXPECT_EQ(sani_.link().requests[1].surveys(0).columns(), 0U);
  EXPECT_EQ(sani_.survey().outbox_size(), 0U) << "the rest of it was taken";
  EXPECT_EQ(sani_.Shown(School(1), "name"), "One");
  EXPECT_EQ(sani_.Shown(School(2), "name"), "Two");
}

// The work of someone who has left is taken all the same, whichever way.
TEST_F(ColumnsTest, RowsAreSentAlsoWhereNothingIsTold) {
  amina_.Create(School(1), "lga1", "One");
  SurveyConfig config = testing::SchoolConfig();
  std::erase_if(config.people,
                [](const Person& person) { return person.name == "amina"; });
  world_.Reconfigure(config);
  amina_.link().on_the_way = [](v1::SyncRequest& request) {
    std::string* const columns =
        request.mutable_surveys(0)->mutable_batch()->mutable_columns();
    if (!columns->empty()) columns->front() ^= 1;
  };
  EXPECT_THAT(amina_.Sync(), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(amina_.survey().outbox_size(), 0U);
}

TEST_F(ColumnsTest, ADeviceThatReadsNoColumnsGetsRows) {
  amina_.Create(School(1), "lga1", "One");
  ASSERT_OK(amina_.Sync());
  sani_.link().on_the_way = [](v1::SyncRequest& request) {
    request.mutable_surveys(0)->set_columns(0);
  };
  ASSERT_OK(sani_.Sync());
  EXPECT_EQ(sani_.link().responses[0].surveys(0).buckets(0).items_size(), 1);
  EXPECT_EQ(sani_.Shown(School(1), "name"), "One");
}

// A survey with more people in it.
SurveyConfig WithHelpers() {
  SurveyConfig config = testing::SchoolConfig();
  for (char name = 'a'; name < 'g'; ++name) {
    config.people.push_back(
        {std::string(1, name), Role::kEnumerator, {"lga1"}});
  }
  return config;
}

TEST(StatisticsTest, AreTrainedAtMilestones) {
  EXPECT_EQ(server::MilestoneOf(0), 0U);
  EXPECT_EQ(server::MilestoneOf(255), 0U);
  EXPECT_EQ(server::MilestoneOf(256), 256U);
  EXPECT_EQ(server::MilestoneOf(2'047), 256U);
  EXPECT_EQ(server::MilestoneOf(2'048), 2'048U);
  EXPECT_EQ(server::MilestoneOf(UINT64_MAX), std::uint64_t{1} << 62);
}

TEST(StatisticsTest, ComeWhenTheLogHasGrownAndAreUsed) {
  FieldWorld world(WithHelpers());
  std::uint8_t school = 1;
  for (char name = 'a'; name < 'g'; ++name) {
    FieldTablet tablet(world, std::string(1, name) + "-tablet",
                       std::string(1, name));
    ASSERT_OK(tablet.Sync());
    for (int n = 0; n < 42; ++n) {
      tablet.Create(School(school++), "lga1", "LGEA Primary School");
    }
    ASSERT_OK(tablet.Sync());
  }
  ASSERT_EQ(world.Head().seq, 255U);  // one before the first milestone
  FieldTablet amina(world, "amina-tablet", "amina");
  const auto add = [&] {
    amina.link().requests.clear();
    amina.link().responses.clear();
    amina.Create(School(school++), "lga1", "LGEA Primary School");
    ASSERT_OK(amina.Sync());
    EXPECT_EQ(amina.survey().outbox_size(), 0U);
  };
  ASSERT_OK(amina.Sync());
  // The first exchanges have them trained, and bring them, but not over a link
  // that they are too large for.
  amina.link().news_bytes_max = 100;
  add();
  add();
  for (const v1::SyncResponse& response : amina.link().responses) {
    EXPECT_FALSE(response.surveys(0).has_statistics());
  }
  amina.link().news_bytes_max = 0;
  add();
  const std::size_t without =
      amina.link().requests[0].surveys(0).batch().columns().size();
  add();
  const v1::ChangeBatch& batch = amina.link().requests[0].surveys(0).batch();
  EXPECT_TRUE(batch.with_statistics());
  EXPECT_LE(batch.columns().size(), without);
  EXPECT_FALSE(amina.link().responses[0].surveys(0).send_rows());
  EXPECT_FALSE(amina.link().responses[0].surveys(0).has_statistics());
  // What they were trained from is still in the log when it has another name.
  world.Restart();
  amina.link().requests.clear();
  amina.link().responses.clear();
  amina.Write(School(school - 1), "name", Value::Text("Another"));
  ASSERT_OK(amina.Sync());
  EXPECT_TRUE(amina.link().requests[0].surveys(0).batch().with_statistics());
  EXPECT_FALSE(amina.link().responses[0].surveys(0).send_rows());
}

}  // namespace
}  // namespace chasqui::client
