#include "sync/wire/statistics.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/wire/batch.h"
#include "tests/testing/random.h"
#include "tests/testing/status_matchers.h"
#include "tests/wire/household_conversation.h"

namespace chasqui::wire {
namespace {

using testing::Household;
using testing::HouseholdConversation;
using testing::Random;
using testing::StatusIs;

// A name that nobody else has, of the letters that all names have.
std::string AnyPersonsName(Random& random) {
  static constexpr std::string_view kLetters = "aeioubdgklmnrst";
  std::string name;
  for (int i = 0; i < 12; ++i) {
    name.push_back(kLetters[random.Below(kLetters.size())]);
  }
  return name;
}

// `people` enumerators who made `each` households, named by `name`.
template <typename Name>
std::vector<TrainingBatch> Batches(std::uint32_t people, std::uint8_t each,
                                   Name name) {
  std::vector<TrainingBatch> batches;
  for (std::uint32_t person = 0; person < people; ++person) {
    TrainingBatch batch{person, {}};
    for (std::uint8_t n = 0; n < each; ++n) {
      batch.changes.push_back(EncodeChange(Household(n, name())));
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

// One of four names, in turn, so that it is seldom the same as the one before.
auto FourNames() {
  return [n = std::size_t{0}]() mutable {
    static constexpr std::string_view kNames[] = {
        "LGEA Primary School", "Government Day School", "Saint Augustine",
        "Model Nursery School"};
    return kNames[n++ % 4];
  };
}

std::size_t BytesAlone(const Change& change, const Statistics* statistics) {
  Conversation conversation = HouseholdConversation();
  conversation.statistics = statistics;
  return EncodeBatch({{EncodeChange(change)}}, conversation, RecordNames())
      ->size();
}

TEST(StatisticsTest, MakeARecordThatComesAloneCheap) {
  const Statistics trained =
      Train(Batches(10, 40, FourNames()), HouseholdConversation());
  const Change change = Household(3, "Model Nursery School");
  EXPECT_LT(BytesAlone(change, &trained) + 20, BytesAlone(change, nullptr));
}

TEST(StatisticsTest, HaveOneSpelling) {
  const Statistics trained =
      Train(Batches(10, 40, FourNames()), HouseholdConversation());
  EXPECT_GT(trained.size(), 20U);
  const std::string bytes = trained.Encode();
  EXPECT_LE(bytes.size(), kStatisticsBytesMax);
  const auto read = Statistics::Decode(bytes);
  ASSERT_OK(read);
  EXPECT_EQ(read->Encode(), bytes);
  // Both ends predict the same.
  const Change change = Household(3, "Saint Model");
  Conversation conversation = HouseholdConversation();
  conversation.statistics = &trained;
  const auto batch =
      EncodeBatch({{EncodeChange(change)}}, conversation, RecordNames());
  conversation.statistics = &*read;
  const auto rows = DecodeBatch(*batch, conversation, RecordNames());
  ASSERT_OK(rows);
  EXPECT_EQ(rows->front(), EncodeChange(change));
}

TEST(StatisticsTest, AreTheSameEveryTime) {
  const auto batches = Batches(6, 20, [] { return "same"; });
  EXPECT_EQ(Train(batches, HouseholdConversation()).Encode(),
            Train(batches, HouseholdConversation()).Encode());
}

TEST(StatisticsTest, NeedTwentyRecordsAndFiveEnumerators) {
  const auto size = [](std::uint32_t people, std::uint8_t each) {
    return Train(Batches(people, each, [] { return "x"; }),
                 HouseholdConversation())
        .size();
  };
  EXPECT_GT(size(5, 4), 0U);
  EXPECT_EQ(size(4, 50), 0U);  // one enumerator too few
  EXPECT_EQ(size(19, 1), 0U);  // one record too few
  EXPECT_GT(size(20, 1), 0U);
}

// Names that were trained from are no cheaper than names of the same letters
// that nobody ever had: nothing of them is there to be looked for.
TEST(StatisticsTest, HoldNoNames) {
  Random random(7);
  std::vector<std::string> trained_names;
  const Statistics trained =
      Train(Batches(10, 40,
                    [&] {
                      trained_names.push_back(AnyPersonsName(random));
                      return trained_names.back();
                    }),
            HouseholdConversation());
  EXPECT_GT(trained.size(), 0U);
  std::size_t known = 0;
  std::size_t unknown = 0;
  for (const std::string& name : trained_names) {
    known += BytesAlone(Household(3, name), &trained);
    unknown += BytesAlone(Household(3, AnyPersonsName(random)), &trained);
  }
  EXPECT_GE(known * 100, unknown * 99);
  // The same test finds a name that enough people share.
  const Statistics shared = Train(Batches(10, 40,
                                          [&, n = std::size_t{0}]() mutable {
                                            return trained_names[n++ % 5];
                                          }),
                                  HouseholdConversation());
  EXPECT_LT(BytesAlone(Household(3, trained_names[0]), &shared) + 4,
            BytesAlone(Household(3, trained_names[9]), &shared));
}

TEST(StatisticsTest, WhatIsMalformedIsRefused) {
  const std::string bytes =
      Train(Batches(5, 20, [] { return "x"; }), HouseholdConversation())
          .Encode();
  const auto refused = [](const std::string& spelled, const char* why) {
    EXPECT_THAT(Statistics::Decode(spelled),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         ::testing::HasSubstr(why)));
  };
  refused("", "of no version");
  refused("\x02", "of no version");
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    refused(bytes.substr(0, size), "cut short");
  }
  refused(bytes + "x", "malformed");
  refused(std::string(kStatisticsBytesMax, '\x01'), "malformed");
  refused(std::string(kStatisticsBytesMax + 1, '\x01'), "the limit is 65536");
}

}  // namespace
}  // namespace chasqui::wire
