// What is stored does not depend on how the deliveries came into groups, nor
// on where it is stored.

#include "storage/survey_core.h"

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "storage/memory_kv.h"
#include "storage/rocks_kv.h"
#include "storage/verify.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using ::testing::IsEmpty;

constexpr std::int64_t kNow = 1'400'000'000'000;

// The same deliveries for the same seed: three devices create, answer, add
// rows to and delete a dozen records, often without having seen each other,
// and sometimes ahead of the creation.
std::vector<Delivery> RandomDeliveries(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Chain> chains;
  for (const char* name : {"t1", "t2", "t3"}) {
    chains.emplace_back("census", name);
  }
  std::vector<Delivery> deliveries = {std::vector<ServerEntry>{SmallForm("1")}};
  for (unsigned i = 0; i < 120; ++i) {
    const RecordId record = RecordNumber(random() % 12);
    const Position base = {LogName{1}, random() % (i + 2)};
    Change change;
    switch (random() % 5) {
      case 0:
        change = Creation(record, random() % 2 == 0 ? "north" : "south", "A");
        break;
      case 1:
        change = NewRow(record, RowNumber(random() % 4), "child", base);
        break;
      case 2:
        change = Answer(record, kAgeField, Value::Text("not a number"), base);
        break;
      default:
        change = Answer(record, kAgeField, Value::Integer(random() % 9), base);
    }
    if (random() % 12 == 0) {
      Op gone;
      gone.kind = OpKind::kDelete;
      change.ops = {gone};
      change.creates = false;
    }
    Chain& chain = chains[random() % chains.size()];
    deliveries.emplace_back(chain.Next(change));
    if (random() % 10 == 0) deliveries.push_back(deliveries.back());
  }
  return deliveries;
}

std::map<std::string, std::string> Dump(const KvReader& kv) {
  std::map<std::string, std::string> all;
  for (std::size_t space = 0; space < kSpaces; ++space) {
    EXPECT_OK(kv.Scan(static_cast<Space>(space), "", std::string(64, '\xff'),
                      [&all](std::string_view key,
                             std::string_view value) -> absl::StatusOr<bool> {
                        all[PrintKey(key)] = value;
                        return true;
                      }));
  }
  return all;
}

enum class Overlap { kNo, kYes };

// Commits the deliveries, `group` at a time; with overlap, each group is
// written when the next one has been applied.
void CommitAll(Kv& kv, const std::vector<Delivery>& deliveries,
               std::size_t group, Overlap overlap = Overlap::kNo) {
  const Keys keys(kOrganisationNumber, 1);
  ASSERT_OK(WriteLayout(kv));
  ASSERT_OK_AND_ASSIGN(
      const auto core,
      SurveyCore::Create(kv, keys, "census", SmallConfig(), {LogName{1}, kNow},
                         [](KvBatch& batch) {
                           PutSurvey({"census", 1}, batch);
                         }));
  SurveyCore::Prepared under_way;
  for (std::size_t i = 0; i < deliveries.size(); i += group) {
    const std::size_t end = std::min(deliveries.size(), i + group);
    const std::vector<Delivery> some(
        deliveries.begin() + static_cast<std::ptrdiff_t>(i),
        deliveries.begin() + static_cast<std::ptrdiff_t>(end));
    SurveyCore::Prepared prepared = core->Prepare(some, kNow);
    for (const auto& answer : prepared.answers) ASSERT_OK(answer);
    ASSERT_OK(core->Write(under_way));
    under_way = std::move(prepared);
    if (overlap == Overlap::kNo) {
      ASSERT_OK(core->Write(under_way));
    }
  }
  ASSERT_OK(core->Write(under_way));
}

class SurveyCoreTest : public ::testing::TestWithParam<std::uint32_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, SurveyCoreTest,
                         ::testing::Range<std::uint32_t>(0, 20));

TEST_P(SurveyCoreTest, GroupsMakeNoDifference) {
  const std::vector<Delivery> deliveries = RandomDeliveries(GetParam());
  MemoryKv one_by_one;
  CommitAll(one_by_one, deliveries, 1);
  MemoryKv in_groups;
  CommitAll(in_groups, deliveries, 2 + GetParam());
  MemoryKv at_once;
  CommitAll(at_once, deliveries, deliveries.size());
  MemoryKv overlapping;
  CommitAll(overlapping, deliveries, 1 + GetParam() % 3, Overlap::kYes);
  const auto expected = Dump(one_by_one);
  EXPECT_EQ(Dump(overlapping), expected);
  EXPECT_EQ(Dump(in_groups), expected);
  EXPECT_EQ(Dump(at_once), expected);
  EXPECT_THAT(VerifyKv(one_by_one, true)->findings, IsEmpty());
}

TEST(SurveyCoreOnRocksTest, KeepsTheSameAsMemory) {
  for (const std::uint32_t seed : {100U, 101U, 102U}) {
    const std::vector<Delivery> deliveries = RandomDeliveries(seed);
    MemoryKv memory;
    CommitAll(memory, deliveries, 7);
    const FreshDirectory directory;
    ASSERT_OK_AND_ASSIGN(const auto rocks, OpenRocksKv(directory.path(), {}));
    CommitAll(*rocks, deliveries, 7);
    EXPECT_EQ(Dump(*rocks), Dump(memory)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace chasqui::storage
