// Changes on their way into the log of a survey with personal fields.

#include "sync/personal/sealing.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/personal/memory_key_store.h"
#include "tests/testing/household_form.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/survey_server.h"

namespace chasqui::personal {
namespace {

using chasqui::testing::SurveyServer;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint32_t kName = testing::kX;
constexpr std::uint32_t kNobodysField = 4000;

SurveyConfig PersonalConfig() {
  SurveyConfig config = testing::HouseholdConfig();
  config.personal = {"x", "member/name"};
  return config;
}

RecordId House(std::uint8_t number) {
  RecordId id;
  id.bytes[15] = number;
  return id;
}

class SealingTest : public ::testing::Test {
 protected:
  SealingTest() : server_(PersonalConfig()) { server_.Publish(1); }

  static Op Set(std::uint32_t field, Value value) {
    Op op;
    op.at.field = field;
    op.value = std::move(value);
    return op;
  }
  Change Creation(std::uint8_t number, std::vector<Op> ops) const {
    Change change;
    change.record = House(number);
    change.creates = true;
    change.form = 1;
    change.person = "ama";
    change.positions = {server_.head()};
    change.salt.assign(kSaltBytes, 's');
    change.ops = {Set(kAreaField, Value::Text("north"))};
    change.ops.insert(change.ops.end(), ops.begin(), ops.end());
    return change;
  }
  Batch BatchOf(const std::vector<std::string>& rows) {
    Batch batch;
    batch.device = "tablet";
    batch.first = next_;
    batch.before = h_;
    for (const std::string& bytes : rows) {
      batch.changes.emplace_back().bytes = bytes;
    }
    ReadBatch(batch);
    h_ = batch.changes.back().h;
    next_ += rows.size();
    return batch;
  }
  // As the server does.
  BatchAnswer Deliver(const std::vector<std::string>& rows) {
    Batch batch = BatchOf(rows);
    EXPECT_OK(SealBatch(server_.Read()->survey(), keys_, batch));
    return server_.Commit({std::move(batch)})[0]->batch;
  }
  ChangeReceived Logged(Seq seq) const {
    return std::get<ChangeReceived>(server_.Read()->ReadLog(seq)->body);
  }
  QuarantineReason ReasonOf(const BatchAnswer& answer) const {
    return answer.changes.back().outcome.reason;
  }

  SurveyServer server_;
  MemoryKeyStore store_;
  SurveyKeys keys_{"survey", SurveyKey::Draw(), store_};
  std::uint64_t next_ = 1;
  ChainHash h_ = ChainStart("survey", "tablet");
};

TEST_F(SealingTest, OnlyWhatIsPersonalIsSealed) {
  const std::string sent =
      EncodeChange(Creation(1, {Set(kName, Value::Text("Ada Obi")),
                                Set(testing::kY, Value::Text("two rooms"))}));
  const ChainHash h = ChainNext(h_, sent);
  const BatchAnswer answer = Deliver({sent});
  EXPECT_EQ(answer.changes[0].outcome.kind, OutcomeKind::kApplied);
  const ChangeReceived logged = Logged(answer.changes[0].seq);
  EXPECT_EQ(logged.h, h);
  EXPECT_EQ(logged.sealing, (Sealing{SealedPart::kAnswers, false, false}));
  EXPECT_THAT(logged.bytes, Not(HasSubstr("Ada")));
  EXPECT_THAT(logged.bytes, Not(HasSubstr(std::string(kSaltBytes, 's'))));
  EXPECT_THAT(logged.bytes, HasSubstr("two rooms"));
  const Record record = server_.RecordOf(House(1));
  const auto key = keys_.Find(House(1));
  ASSERT_TRUE(key.ok() && key->has_value());
  EXPECT_EQ(*(*key)->Open({{}, kName, 0}, record.Find(kName)->value()),
            Value::Text("Ada Obi"));
}

TEST_F(SealingTest, WhatIsNoAnswerAndWhatIsNotPersonalStaysAsItCame) {
  const std::string sent =
      EncodeChange(Creation(1, {Set(kName, Value::Cleared()),
                                Set(testing::kY, Value::Text("two rooms"))}));
  const BatchAnswer answer = Deliver({sent});
  const ChangeReceived logged = Logged(answer.changes[0].seq);
  EXPECT_EQ(logged.bytes, sent);
  EXPECT_EQ(logged.sealing, Sealing());
  EXPECT_THAT(store_.Find("survey", House(1)),
              chasqui::testing::IsOkAndHolds(std::nullopt));
}

// Whether an answer fits its field only its sealer can tell.
TEST_F(SealingTest, AnAnswerOfAnotherTypeGoesToQuarantineUnread) {
  const BatchAnswer answer =
      Deliver({EncodeChange(Creation(1, {Set(kName, Value::Integer(7))}))});
  EXPECT_EQ(ReasonOf(answer), QuarantineReason::kWrongType);
  EXPECT_TRUE(server_.IsSound());
  EXPECT_FALSE(server_.Has(House(1)));
  server_.Release(answer.changes[0].seq);
  EXPECT_TRUE(server_.Has(House(1)));
}

// Whoever forgets to seal is not let in.
TEST_F(SealingTest, AnAnswerInTheClearIsOfNoPersonalFieldsType) {
  const BatchAnswer answer = server_.Take(
      BatchOf({EncodeChange(Creation(1, {Set(kName, Value::Text("Ada"))}))}));
  EXPECT_EQ(ReasonOf(answer), QuarantineReason::kWrongType);
}

TEST_F(SealingTest, WhatNobodyKnowsIsSealedToo) {
  const BatchAnswer answer =
      Deliver({EncodeChange(Creation(
                   1, {Set(kNobodysField, Value::Text("phone 0803"))})),
               "no change: phone 0804"});
  EXPECT_EQ(answer.changes[0].outcome.reason, QuarantineReason::kUnknownField);
  EXPECT_EQ(answer.changes[1].outcome.reason, QuarantineReason::kUnreadable);
  const ChangeReceived unread = Logged(answer.changes[1].seq);
  EXPECT_EQ(unread.sealing.part, SealedPart::kAll);
  for (const ChangeAnswer& each : answer.changes) {
    EXPECT_THAT(Logged(each.seq).bytes, Not(HasSubstr("080")));
  }
  const auto key = keys_.Find(PlaceOfUnread(unread.h));
  ASSERT_TRUE(key.ok() && key->has_value());
  EXPECT_EQ((*key)->Open({}, {ValueKind::kSealed, unread.bytes})->payload,
            "no change: phone 0804");
  EXPECT_TRUE(server_.IsSound());
}

// From outside it is none: and it is not let in as one that was made here.
TEST_F(SealingTest, ASealedAnswerThatIsSentIsNoChange) {
  const BatchAnswer answer = Deliver({EncodeChange(
      Creation(1, {Set(kName, {ValueKind::kSealed, std::string(40, 'f')})}))});
  EXPECT_EQ(ReasonOf(answer), QuarantineReason::kUnreadable);
  EXPECT_TRUE(server_.IsSound());
  server_.Release(answer.changes[0].seq);
  EXPECT_FALSE(server_.Has(House(1)));
}

TEST_F(SealingTest, WhatWasTooLargeIsSoAsItWasSent) {
  std::vector<Op> ops;
  while (EncodeChange(Creation(1, ops)).size() + 2100 < kChangeBytesMax) {
    ops.push_back(Set(kName, Value::Text(std::string(2000, 'n'))));
  }
  const BatchAnswer fits = Deliver({EncodeChange(Creation(1, ops))});
  EXPECT_GT(Logged(fits.changes[0].seq).bytes.size() + 2100, kChangeBytesMax);
  EXPECT_EQ(fits.changes[0].outcome.kind, OutcomeKind::kApplied);
  ops.push_back(Set(kName, Value::Text(std::string(3000, 'n'))));
  const BatchAnswer large = Deliver({EncodeChange(Creation(2, ops))});
  EXPECT_EQ(ReasonOf(large), QuarantineReason::kOversized);
  EXPECT_TRUE(server_.IsSound());
}

// Two who write the same, unseeing, do not disagree; also once nobody can read.
TEST_F(SealingTest, TheSameAnswerIsNoConflict) {
  Deliver({EncodeChange(Creation(1, {Set(kName, Value::Text("Ada"))}))});
  const Position base = server_.head();
  const auto edit = [&](const std::string& name) {
    Change change;
    change.record = House(1);
    change.form = 1;
    change.person = "eva";
    change.positions = {base};
    change.ops = {Set(kName, Value::Text(name))};
    std::vector<ServerEntry> entries;
    ChangeReceived received;
    received.bytes = EncodeChange(change);
    received.counts = {base.seq};
    entries.emplace_back(std::move(received));
    EXPECT_OK(SealEntries(server_.Read()->survey(), keys_, entries));
    server_.Append(std::move(entries[0]));
  };
  edit("Ada O.");
  edit("Ada O.");
  EXPECT_FALSE(server_.RecordOf(House(1)).Find(kName)->IsConflict());
  edit("Ada Obi");
  EXPECT_TRUE(server_.RecordOf(House(1)).Find(kName)->IsConflict());
  EXPECT_TRUE(server_.IsSound());
}

TEST_F(SealingTest, OfOneThatIsErasedNothingIsKept) {
  ASSERT_OK(store_.Destroy("survey", {{House(1), 9}}));
  const BatchAnswer answer = Deliver(
      {EncodeChange(Creation(1, {Set(kName, Value::Text("Ada Obi"))}))});
  const ChangeReceived logged = Logged(answer.changes[0].seq);
  EXPECT_THAT(logged.bytes, Not(HasSubstr("Ada")));
  EXPECT_EQ(logged.sealing.part, SealedPart::kAnswers);
  EXPECT_FALSE(keys_.Find(House(1))->has_value());
}

}  // namespace
}  // namespace chasqui::personal
