#include "tests/simulation/world.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tests/simulation/oracle_check.h"
#include "tests/simulation/simulated_survey.h"

namespace chasqui::testing {
namespace {

constexpr std::size_t kStepsPerRun = 300;
constexpr std::size_t kHealingRounds = 10;
constexpr std::size_t kHealingSteps = 400;  // of one sync
constexpr std::int64_t kStartMs = 1'400'000'000'000;

struct Owner {
  const char* device;
  const char* person;
};
constexpr Owner kOwners[] = {{"d1", "ama"}, {"d2", "ben"},  {"d3", "eva"},
                             {"d4", "sam"}, {"d5", "rosa"}, {"d6", "olga"}};

// What is sealed must be the same each time the seed is run.
personal::RecordKey KeyDrawnOf(Random& random) {
  personal::Secret secret;
  for (std::size_t i = 0; i < personal::Secret::kSize; ++i) {
    secret.data()[i] = static_cast<unsigned char>(random.Below(256));
  }
  return personal::RecordKey(secret);
}

}  // namespace

World::World(std::uint64_t seed, bool story)
    : seed_(seed),
      story_(story),
      random_(seed),
      server_(SimulatedConfig()),
      key_random_(~seed),
      keys_(Handset::kSurvey, personal::SurveyKey::Draw(), key_store_,
            [this] { return KeyDrawnOf(key_random_); }) {
  server_.Publish(1);
  const std::size_t count = 2 + random_.Below(5);
  for (std::size_t i = 0; i < count; ++i) {
    handsets_.push_back(std::make_unique<Handset>(
        kOwners[i].device, kOwners[i].person, random_.Next()));
    // A wall clock may be years off; some devices cannot tell their boot.
    HandsetClock& clock = handsets_.back()->clock();
    if (random_.Chance(80)) clock.boot = std::to_string(random_.Next());
    clock.wall_ms = kStartMs;
    if (random_.Chance(50)) {
      clock.wall_ms += random_.Between(-2'000'000'000, 2'000'000'000);
    }
  }
  CatchUp(*server_.Read(), plaintexts_, oracle_);
}

void World::Say(const std::string& text) const {
  if (!story_) return;
  std::printf("%4zu  %s\n", step_, text.c_str());
  std::fflush(stdout);
}

void World::Fail(const std::string& what) {
  Say("FAILED: " + what);
  if (!result_.failure.empty()) return;
  result_.failure = "seed " + std::to_string(seed_) + ", step " +
                    std::to_string(step_) + ": " + what +
                    "\n  again: simulation --seeds " + std::to_string(seed_) +
                    " --story";
}

void World::Step() {
  ++step_;
  for (const auto& handset : handsets_) {
    handset->Advance(random_.Between(10, 5'000));
  }
  server_.SetNow(server_.now_ms() + random_.Between(10, 5'000));
  const std::uint64_t what = random_.Below(100);
  if (what < 34) {
    EditSomewhere();
  } else if (what < 58) {
    SyncSomeone();
  } else if (what < 84) {
    if (random_.Chance(15)) {
      HandInAny();
    } else if (random_.Chance(8)) {
      BeginSomewhere();
    } else {
      Deliver();
    }
  } else if (what < 94) {
    WorkAtServer();
  } else if (what < 98) {
    MishapOfDevice();
  } else {
    MishapOfServer();
  }
}

bool World::AllSettled() const {
  const auto reader = server_.Read();
  return std::all_of(
      handsets_.begin(), handsets_.end(), [&](const auto& handset) {
        const Member* const member =
            reader->survey().FindMember(handset->person());
        // Who is no longer of the survey is told nothing more.
        if (member == nullptr || member->left != 0) {
          return handset->survey().outbox_size() == 0;
        }
        return handset->IsSettled() &&
               handset->Confirmed() ==
                   ViewOf(*reader,
                          ScopeOf(reader->survey(), handset->person()));
      });
}

void World::SyncToTheEnd(std::size_t index) {
  Handset& handset = *handsets_[index];
  handset.app().Sync({});
  for (std::size_t n = 0; handset.app().state() != client::SyncState::kIdle;
       ++n) {
    ++step_;
    handset.WaitForNextAttempt();
    StepHandset(index);
    for (; !network_.empty() && n < kHealingSteps; ++n) Deliver();
    if (n == kHealingSteps) {
      Fail("the sync of " + handset.device() + " does not come to an end");
    }
    if (!result_.failure.empty()) return;
  }
}

// Nothing goes wrong any more, and nobody writes: whoever has something to say
// gets it across.
void World::Heal() {
  healed_ = true;
  network_.clear();
  locked_.clear();
  revoked_.clear();
  // Whoever has a card brings it.
  for (const Batch& card : cards_) HandIn(card);
  for (const auto& handset : handsets_) handset->Restart();
  Settle();
}

void World::Settle() {
  for (std::size_t round = 0; round < kHealingRounds; ++round) {
    const Seq before = server_.head().seq;
    for (std::size_t i = 0; i < handsets_.size(); ++i) {
      SyncToTheEnd(i);
      if (!result_.failure.empty()) return;
    }
    // What was done last may have changed what others believe of theirs.
    if (AllSettled() && server_.head().seq == before) return;
  }
  for (const auto& handset : handsets_) {
    if (handset->IsSettled()) continue;
    Fail("the outbox of " + handset->device() +
         " never empties: " + handset->Unsettled());
  }
  Fail("the devices do not come to see what the server says");
}

RunResult World::Run() {
  while (step_ < kStepsPerRun && result_.failure.empty()) {
    Step();
    if (step_ % 20 == 0) CheckAcknowledged();
  }
  if (result_.failure.empty()) Heal();
  if (result_.failure.empty()) {
    CheckState();
    CheckAcknowledged();
    CheckCursorLaw();
    CheckErased();
  }
  result_.hash = Hash();
  result_.entries = server_.head().seq;
  result_.steps = step_;
  return result_;
}

RunResult RunSeed(std::uint64_t seed, bool story) {
  return World(seed, story).Run();
}

}  // namespace chasqui::testing
