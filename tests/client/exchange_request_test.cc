#include <string>

#include "client/exchange_wire.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui::client {
namespace {

using ::testing::ElementsAre;

Request FullRequest() {
  Request request;
  request.device = "tablet-1";
  request.clock = {1, 2'000, 3'000, 40};
  SurveyRequest& survey = request.surveys.emplace_back();
  survey.survey = "census";
  survey.person = "amina";
  survey.cursor = "opaque";
  survey.log = LogName{0xabc};
  survey.lineages = {{{{LogName{0x123}, 1}, {LogName{0xabc}, 40}}}};
  survey.forms = 2;
  Batch batch;
  batch.first = 8;
  batch.before = *ChainHash::FromBytes(std::string(16, 9));
  batch.orphan = true;
  batch.changes.resize(2);
  batch.changes[0].bytes = "eighth";
  batch.changes[1].bytes = "ninth";
  batch.changes[1].told = TimeInterval{10, 30, 20};
  survey.batch = batch;
  return request;
}

TEST(RequestToWireTest, SaysWhereTheDeviceIs) {
  const v1::SyncRequest wire = RequestToWire(FullRequest());
  EXPECT_EQ(wire.clock().boot(), 1U);
  EXPECT_EQ(wire.clock().mono_ms(), 2'000);
  EXPECT_EQ(wire.clock().wall_ms(), 3'000);
  EXPECT_EQ(wire.clock().round_trip_ms(), 40);
  ASSERT_EQ(wire.surveys_size(), 1);
  const v1::SurveyExchange& survey = wire.surveys(0);
  EXPECT_EQ(survey.survey(), "census");
  EXPECT_EQ(survey.person(), "amina");
  EXPECT_EQ(survey.cursor(), "opaque");
  EXPECT_EQ(survey.log(), 0xabcU);
  EXPECT_EQ(survey.forms(), 2U);
  EXPECT_TRUE(survey.pull());
  ASSERT_EQ(survey.lineages_size(), 1);
  ASSERT_EQ(survey.lineages(0).names_size(), 2);
  EXPECT_EQ(survey.lineages(0).names(1).log(), 0xabcU);
  EXPECT_EQ(survey.lineages(0).names(1).seq(), 40U);
}

TEST(RequestToWireTest, CarriesChangesAsTheyAreAndTimesByTheirPlace) {
  const v1::SyncRequest wire = RequestToWire(FullRequest());
  ASSERT_TRUE(wire.surveys(0).has_batch());
  const v1::ChangeBatch& batch = wire.surveys(0).batch();
  EXPECT_EQ(batch.first(), 8U);
  EXPECT_EQ(batch.before(), std::string(16, 9));
  EXPECT_TRUE(batch.orphan());
  EXPECT_THAT(batch.changes(), ElementsAre("eighth", "ninth"));
  ASSERT_EQ(batch.told_size(), 1);
  EXPECT_EQ(batch.told(0).index(), 1U);
  EXPECT_EQ(batch.told(0).lo_ms(), 10);
  EXPECT_EQ(batch.told(0).at_ms(), 20);
  EXPECT_EQ(batch.told(0).hi_ms(), 30);
}

TEST(RequestToWireTest, AsksNothingOfTheChainWithoutABatch) {
  Request request = FullRequest();
  request.surveys[0].batch.reset();
  EXPECT_FALSE(RequestToWire(request).surveys(0).has_batch());
}

}  // namespace
}  // namespace chasqui::client
