// A whole fleet of tablets puts right a server that was restored from a backup
// (rules 9).

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

constexpr std::size_t kAreas = 20;
constexpr std::size_t kTablets = 200;
constexpr std::size_t kOfArea = 400;  // records, before the day that is lost

std::string AreaOf(std::size_t number) {
  return "area-" + std::to_string(number % kAreas);
}
// Letters as hard to foresee as those of a real name: a record is no smaller on
// the wire than one of a census.
std::string NameOf(std::size_t number) {
  std::string name;
  std::uint64_t state = number;
  for (int i = 0; i < 24; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    name.push_back(static_cast<char>('a' + (state >> 33) % 26));
  }
  return name;
}
std::string PersonOf(std::size_t number) {
  return "person-" + std::to_string(number % kAreas);
}

// Twenty areas, with a person for each.
SurveyConfig FleetConfig() {
  SurveyConfig config = testing::SchoolConfig();
  config.accepted_is_durable = false;
  for (std::size_t i = 0; i < kAreas; ++i) {
    Area area = config.areas.back();
    area.code = AreaOf(i);
    config.areas.push_back(std::move(area));
    Person person = config.people.front();
    person.name = PersonOf(i);
    person.areas = {AreaOf(i)};
    config.people.push_back(std::move(person));
  }
  return config;
}

RecordId RecordOf(std::size_t number) {
  RecordId id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[i] =
        static_cast<std::uint8_t>(reconcile::Mixed(number) >> (8 * i));
    id.bytes[8 + i] = static_cast<std::uint8_t>((number + 1) >> (8 * i));
  }
  return id;
}

struct Outcomes {
  std::map<std::pair<std::string, std::uint64_t>, OutcomeKind> of;
  std::size_t changes = 0;
};
// What became of every change of a device.
Outcomes OutcomesIn(const FieldWorld& world) {
  Outcomes outcomes;
  const auto reader = world.Read();
  for (Seq seq = 1; seq <= reader->head(); ++seq) {
    const auto info = *reader->FindEntry(seq);
    if (!info.has_value() || info->device.empty()) continue;
    ++outcomes.changes;
    outcomes.of[{info->device, info->number}] = info->outcome.kind;
  }
  return outcomes;
}

class FleetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t area = 0; area < kAreas; ++area) {
      FieldTablet loader(world_, "loader-" + std::to_string(area),
                         PersonOf(area));
      ASSERT_OK(loader.Sync());
      for (std::size_t i = 0; i < kOfArea; ++i) {
        loader.Create(RecordOf(area * kOfArea + i), AreaOf(area),
                      NameOf(area * kOfArea + i));
      }
      ASSERT_OK(loader.Sync());
    }
    // Tablets of one area have the same copies.
    for (std::size_t i = 0; i < kTablets; ++i) {
      tablets_.push_back(std::make_unique<FieldTablet>(
          world_, "tablet-" + std::to_string(i), PersonOf(i)));
      if (i >= kAreas) tablets_[i]->RestoreFrom(tablets_[i - kAreas]->memory());
      ASSERT_OK(tablets_[i]->Sync());
      if (i < kAreas) resync_bytes_ += tablets_[i]->link().bytes;
    }
    resync_bytes_ *= kTablets / kAreas;
  }

  // Each makes a record, and edits one that others have, too.
  void WorkADay() {
    for (std::size_t i = 0; i < kTablets; ++i) {
      tablets_[i]->Create(RecordOf(1'000'000 + i), AreaOf(i), "of the day");
      tablets_[i]->Write(RecordOf(i % kAreas * kOfArea + i / kAreas), "pupils",
                         Value::Integer(static_cast<std::int64_t>(i)));
      ASSERT_OK(tablets_[i]->Sync());
    }
  }
  void SyncAll() {
    for (const auto& tablet : tablets_) ASSERT_OK(tablet->Sync());
  }
  std::size_t Bytes() const {
    std::size_t bytes = 0;
    for (const auto& tablet : tablets_) bytes += tablet->link().bytes;
    return bytes;
  }
  std::size_t Records() const {
    std::size_t records = 0;
    for (const auto& tablet : tablets_) records += tablet->link().records;
    return records;
  }

  FieldWorld world_{FleetConfig()};
  std::vector<std::unique_ptr<FieldTablet>> tablets_;
  std::size_t resync_bytes_ = 0;  // what it takes to send everybody everything
};

TEST_F(FleetTest, RefillsARestoredServer) {
  const auto backup = world_.Backup();
  WorkADay();
  SyncAll();
  const Outcomes before = OutcomesIn(world_);
  world_.Restore(*backup);
  ASSERT_LT(OutcomesIn(world_).changes, before.changes);

  // Everybody syncs, as on any day; the last to come bring what the first to
  // come have not seen.
  const std::size_t records = Records();
  SyncAll();
  const std::size_t bytes = Bytes();
  SyncAll();
  const Outcomes after = OutcomesIn(world_);
  EXPECT_EQ(after.of, before.of) << "outcomes are what they were";
  EXPECT_EQ(after.changes, before.changes) << "and each change is there once";
  for (const auto& tablet : tablets_) {
    EXPECT_TRUE(tablet->survey().agrees());
    EXPECT_EQ(tablet->survey().outbox_size(), 0U);
  }
  // What travelled again are the records of that day, to those who share them:
  // two a tablet, and to each of ten.
  EXPECT_LE(Records() - records, 2 * kTablets * (kTablets / kAreas) * 2);
  EXPECT_LT(Bytes() - bytes, resync_bytes_);
}

// What a fleet that has lost nothing says to a server that lost nothing, but
// has another name and asks for a comparison: the traffic beyond lost changes.
TEST_F(FleetTest, ComparingCostsAHundredthOfSendingAll) {
  WorkADay();
  SyncAll();
  const auto backup = world_.Backup();
  const std::size_t records = Records();
  const std::size_t before = Bytes();
  SyncAll();
  const std::size_t idle = Bytes() - before;
  world_.Restore(*backup);
  const std::size_t start = Bytes();
  SyncAll();
  const std::size_t compared = Bytes() - start;
  EXPECT_EQ(Records(), records);
  EXPECT_LE(compared - idle, resync_bytes_ / 100)
      << compared << " of " << resync_bytes_;
}

}  // namespace
}  // namespace chasqui::client
