#include "sync/repair.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/bucket_index.h"
#include "sync/lineage.h"
#include "sync/pull.h"
#include "tests/testing/household_form.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/survey_server.h"
#include "tests/testing/tablet.h"

namespace chasqui::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Bucket kNorthern{BucketKind::kArea, "north"};

RecordId Numbered(int number) {
  return RecordNamed("r" + std::to_string(number));
}

// Records in the north, made on one tablet.
class NorthernTest : public ::testing::Test {
 protected:
  NorthernTest() {
    server_.Publish(1);
    Make(1, 20);
  }

  void Make(int first, int last) {
    for (int i = first; i <= last; ++i) {
      tablet_.Send(Edit("ama", Numbered(i), server_.head()).Creates("north"),
                   server_);
    }
  }
  void Rename(int number) {
    tablet_.Send(
        Edit("ama", Numbered(number), server_.head()).Set(kChecked, "renamed"),
        server_);
  }
  BucketIndex NewIndex() const {
    const auto reader = server_.Read();
    BucketIndex index(server_.name(), PresentName(reader->survey().lineage),
                      kNorthern);
    EXPECT_OK(index.Advance(*reader));
    return index;
  }
  absl::StatusOr<Repaired> Ask(const std::vector<RepairQuestion>& questions,
                               std::size_t bytes_max = 1 << 20) {
    const auto reader = server_.Read();
    return Repair(
        *reader, {kNorthern}, questions,
        [this](const Bucket&,
               absl::FunctionRef<absl::Status(BucketIndex&)> use) {
          BucketIndex index = NewIndex();
          return use(index);
        },
        bytes_max);
  }
  static RepairQuestion About(RepairAsked asked) {
    RepairQuestion question;
    question.bucket = kNorthern;
    question.asked = asked;
    if (asked == RepairAsked::kSymbols) question.count = 8;
    return question;
  }
  std::vector<std::uint32_t> Names() const {
    std::vector<std::uint32_t> names;
    NewIndex().VisitRange({}, 0, [&names](reconcile::Word word, const auto&) {
      names.push_back(reconcile::NameOf(word));
      return true;
    });
    return names;
  }

  SurveyServer server_{HouseholdConfig()};
  Tablet tablet_{"t"};
};

using BucketIndexTest = NorthernTest;

// Its words are those whose elements the digest is the sum of.
TEST_F(BucketIndexTest, HasTheRecordsOfTheFeed) {
  const auto reader = server_.Read();
  const auto feed = *reader->Feed(kNorthern, 0, 1'000);
  const DigestKey key(server_.name(), PresentName(reader->survey().lineage),
                      kNorthern);
  BucketDigest digest;
  std::vector<std::pair<reconcile::Word, RecordId>> expected;
  for (const FeedItem& item : feed) {
    if (item.entry.left) continue;
    digest.Add(key.ElementOf(item.entry.content));
    expected.emplace_back(WordOfElement(key.ElementOf(item.entry.content)),
                          item.entry.record);
  }
  EXPECT_EQ(*reader->DigestOf(kNorthern), digest);
  EXPECT_EQ(digest.records, 20U);
  std::sort(expected.begin(), expected.end());
  std::vector<std::pair<reconcile::Word, RecordId>> visited;
  NewIndex().VisitRange({}, 0, [&visited](auto word, const auto& record) {
    visited.emplace_back(word, record);
    return true;
  });
  EXPECT_EQ(visited, expected);
}

TEST_F(BucketIndexTest, FollowsTheLog) {
  BucketIndex index = NewIndex();
  Rename(3);
  Make(21, 22);
  // One leaves for the south.
  tablet_.Send(
      Edit("sam", Numbered(4), server_.head()).Set(kAreaField, "south"),
      server_);
  ASSERT_OK(index.Advance(*server_.Read()));
  BucketIndex fresh = NewIndex();
  EXPECT_EQ(index.records(), fresh.records());
  EXPECT_EQ(index.AnswerTo({{}, reconcile::Asked::kSymbols, 0, 512}).symbols,
            fresh.AnswerTo({{}, reconcile::Asked::kSymbols, 0, 512}).symbols);
  EXPECT_EQ(index.AnswerTo({{}, reconcile::Asked::kParts, 0, 0}).parts,
            fresh.AnswerTo({{}, reconcile::Asked::kParts, 0, 0}).parts);
}

using RepairTest = NorthernTest;

TEST_F(RepairTest, EqualDigestsAreTheAnswer) {
  RepairQuestion question = About(RepairAsked::kSymbols);
  question.digest = server_.Read()->DigestOf(kNorthern)->sum;
  const auto repaired = *Ask({question});
  ASSERT_THAT(repaired.answers, SizeIs(1));
  EXPECT_TRUE(repaired.answers[0].equal);
  EXPECT_THAT(repaired.answers[0].answer.symbols, IsEmpty());
}

TEST_F(RepairTest, AnotherDigestIsAnsweredWithSymbols) {
  RepairQuestion question = About(RepairAsked::kSymbols);
  question.digest = 7;
  const auto repaired = *Ask({question});
  ASSERT_THAT(repaired.answers, SizeIs(1));
  EXPECT_FALSE(repaired.answers[0].equal);
  EXPECT_THAT(repaired.answers[0].answer.symbols, SizeIs(8));
  EXPECT_EQ(repaired.answers[0].answer.words, 20U);
}

TEST_F(RepairTest, ABucketThatHasMovedOnSaysSo) {
  RepairQuestion question = About(RepairAsked::kSymbols);
  question.from = 8;
  question.at = Ask({About(RepairAsked::kSymbols)})->answers.at(0).at;
  EXPECT_THAT(Ask({question})->answers.at(0).answer.symbols, SizeIs(8));
  Rename(1);
  const RepairAnswer moved = Ask({question})->answers.at(0);
  EXPECT_NE(moved.at, question.at);
  EXPECT_THAT(moved.answer.symbols, IsEmpty());
}

TEST_F(RepairTest, RecordsComeWholeAndByName) {
  RepairQuestion question = About(RepairAsked::kRecords);
  question.names = Names();
  question.names.push_back(question.names.back() ^ 1);  // there is none
  const auto repaired = *Ask({question});
  EXPECT_EQ(repaired.answers.at(0).served, 21U);
  ASSERT_THAT(repaired.pages, SizeIs(1));
  EXPECT_THAT(repaired.pages[0].records, SizeIs(20));
  for (const PulledRecord& record : repaired.pages[0].records) {
    EXPECT_TRUE(record.whole);
  }
  EXPECT_THAT(repaired.damaged, IsEmpty());
}

TEST_F(RepairTest, WhatDoesNotFitIsLeftForAnotherTime) {
  RepairQuestion question = About(RepairAsked::kRecords);
  question.names = Names();
  const auto repaired = *Ask({question}, 1);
  EXPECT_EQ(repaired.answers.at(0).served, 1U);
  EXPECT_THAT(repaired.pages.at(0).records, SizeIs(1));
}

TEST_F(RepairTest, AWholeRangeComesPageByPage) {
  RepairQuestion question = About(RepairAsked::kWhole);
  std::vector<RecordId> came;
  for (bool done = false; !done;) {
    const auto repaired = *Ask({question}, 100);
    for (const RepairPage& page : repaired.pages) {
      for (const PulledRecord& record : page.records) came.push_back(record.id);
    }
    done = repaired.answers.at(0).done;
    question.after = repaired.answers.at(0).upto;
    ASSERT_LE(came.size(), 20U);
  }
  EXPECT_THAT(came, SizeIs(20));
  std::sort(came.begin(), came.end());
  EXPECT_EQ(std::unique(came.begin(), came.end()), came.end());
}

TEST_F(RepairTest, BucketsOutOfScopeAreNotSpokenOf) {
  RepairQuestion question = About(RepairAsked::kWhole);
  question.bucket.name = "south";
  const auto repaired = *Ask({question});
  EXPECT_THAT(repaired.answers, IsEmpty());
  EXPECT_THAT(repaired.pages, IsEmpty());
}

TEST_F(RepairTest, SaysTheLastChangeOfADevice) {
  const auto last = *LastChangeOf(*server_.Read(), "t");
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->number, 20U);
  EXPECT_EQ(*LastChangeOf(*server_.Read(), "nobody"), std::nullopt);
}

// Limits: at each, and one past it.
class CheckRepairTest : public ::testing::Test {
 protected:
  static RepairQuestion Good() {
    RepairQuestion question;
    question.bucket = kNorthern;
    question.count = 8;
    return question;
  }
  static void ExpectRefused(const std::vector<RepairQuestion>& questions,
                            const std::string& why) {
    EXPECT_THAT(CheckRepair(questions),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)));
  }
};

TEST_F(CheckRepairTest, SoManyQuestionsAndNoMore) {
  std::vector<RepairQuestion> questions;
  for (std::size_t i = 0; i < kRepairQuestionsMax; ++i) {
    questions.push_back(Good());
    questions.back().bucket.name = std::to_string(i);
  }
  EXPECT_OK(CheckRepair(questions));
  questions.push_back(Good());
  ExpectRefused(questions, "257 questions on buckets; the limit is 256");
}

TEST_F(CheckRepairTest, SoManySymbolsAndNoMore) {
  RepairQuestion question = Good();
  question.from = 500;
  question.count = 12;
  EXPECT_OK(CheckRepair({question}));
  question.count = 13;
  ExpectRefused({question}, "symbols 500 and 13 more; there are 512");
  question.from = 0xffffffff;
  question.count = 0xffffffff;
  ExpectRefused({question}, "there are 512");
}

TEST_F(CheckRepairTest, SoManyNamesAndNoMore) {
  RepairQuestion question = Good();
  question.asked = RepairAsked::kRecords;
  question.names.resize(kRepairNamesMax);
  EXPECT_OK(CheckRepair({question}));
  question.names.push_back(1);
  ExpectRefused({question}, "4097 records; the limit is 4096");
}

TEST_F(CheckRepairTest, RangesThatAreNone) {
  RepairQuestion question = Good();
  question.range = {5, 0};
  ExpectRefused({question}, "no range");
  question.range = {32, 0};
  EXPECT_OK(CheckRepair({question}));
  question.asked = RepairAsked::kParts;
  ExpectRefused({question}, "its range has no parts");
}

TEST_F(CheckRepairTest, TheSameRangeTwice) {
  ExpectRefused({Good(), Good()}, "bucket area/north: the same range twice");
}

}  // namespace
}  // namespace chasqui::testing
