// What befalls devices, and how they sync.

#include <array>
#include <utility>

#include "tests/simulation/world.h"

namespace chasqui::testing {
namespace {

constexpr std::size_t kHandsetsMax = 6;

}  // namespace

Handset& World::AnyHandset() {
  return *handsets_[static_cast<std::size_t>(random_.Below(handsets_.size()))];
}

// If the app has ended in the middle of a commit, it starts again.
void World::Break(Handset& handset) {
  if (!handset.store().ended()) return;
  ++result_.ends;
  Say(handset.device() + "'s app ends in a commit");
  handset.Restart();
}

void World::StepHandset(std::size_t index) {
  Handset& handset = *handsets_[index];
  const absl::Status stepped = handset.Step();
  if (!stepped.ok()) {
    Fail(handset.device() + " cannot go on: " + stepped.ToString());
  }
  CheckSyncStatus(handset);
  for (auto& [id, request] : std::exchange(handset.link().sent, {})) {
    std::string text = handset.device() + " sends a request";
    for (const client::SurveyRequest& part : request.surveys) {
      if (!part.batch.has_value()) continue;
      text += ", " + std::to_string(part.batch->changes.size()) +
              " changes from " + std::to_string(part.batch->first) +
              (part.batch->orphan ? ", orphaned" : "");
    }
    Say(text);
    const client::SurveyRequest& part = request.surveys.at(0);
    if (!healed_ && part.last() != 0 && random_.Chance(20)) Keep(part);
    if (!healed_ && random_.Chance(5)) {
      handset.link().arrived.push_back({id, absl::UnavailableError("away")});
      continue;
    }
    if (handset.link_state == LinkState::kNothingOut && !healed_) continue;
    Send(SentRequest{index, id, std::move(request)});
  }
  Break(handset);
}

void World::SyncSomeone() {
  const auto index = static_cast<std::size_t>(random_.Below(handsets_.size()));
  Handset& handset = *handsets_[index];
  const std::uint64_t what = random_.Below(100);
  switch (handset.app().state()) {
    case client::SyncState::kIdle: {
      client::SyncOptions options;
      // Some links carry only small messages: a change or two at a time.
      if (random_.Chance(50))
        options.request_bytes_max = 1 + random_.Below(400);
      handset.app().Sync(std::move(options));
      break;
    }
    case client::SyncState::kExchanging:
      // An exchange that got no answer is given up, later or sooner.
      if (what < 20) handset.WaitForTimeout();
      if (what >= 95) handset.app().Cancel();
      break;
    case client::SyncState::kWaiting:
      if (what < 70) handset.WaitForNextAttempt();
      if (what >= 95) handset.app().Cancel();
      break;
  }
  StepHandset(index);
}

void World::Clone(const Handset& handset) {
  const std::uint64_t seed = random_.Next();
  handsets_.push_back(std::make_unique<Handset>(handset, seed));
  handsets_.back()->Reboot(std::to_string(random_.Next()));
  Say(handset.device() + " is cloned");
}

// Somebody misses a tablet, or has found it.
void World::LockOrUnlock(const Handset& handset) {
  if (locked_.erase(handset.device()) > 0) {
    Say(handset.device() + " is unlocked");
    return;
  }
  if (revoked_.erase(handset.device()) > 0) {
    Say(handset.device() + " comes in again");
    return;
  }
  ++result_.locks;
  if (step_ % 2 == 0) {
    revoked_.insert(handset.device());
    ++result_.revocations;
    Say(handset.device() + " is revoked");
    return;
  }
  locked_.insert(handset.device());
  Say(handset.device() + " is locked");
}

void World::MishapOfDevice() {
  Handset& handset = AnyHandset();
  const std::uint64_t what = random_.Below(100);
  if (random_.Chance(5)) {
    LockOrUnlock(handset);
  } else if (random_.Chance(25)) {
    ++result_.damages;
    Say(handset.device() + handset.Damage());
  } else if (what < 12) {
    handset.clock().wall_ms += random_.Between(-400'000'000, 400'000'000);
    Say(handset.device() + "'s clock is set");
  } else if (what < 20) {
    handset.Reboot(std::to_string(random_.Next()));
    Say(handset.device() + " restarts");
  } else if (what < 28) {
    handset.Restart();
    Say(handset.device() + "'s app is killed");
  } else if (what < 45) {
    constexpr std::array kFaults = {StoreFault::kFull, StoreFault::kEndBefore,
                                    StoreFault::kEndAfter};
    const StoreFault fault = random_.OneOf(kFaults);
    handset.store().Expect(fault, random_.Below(3));
  } else if (what < 58) {
    constexpr std::array kStates = {LinkState::kOpen, LinkState::kNothingOut,
                                    LinkState::kNothingIn};
    handset.link_state = random_.OneOf(kStates);
    Say(handset.device() + "'s link is " +
        (handset.link_state == LinkState::kOpen ? "mended" : "half open"));
  } else if (what < 68) {
    old_copies_.push_back(
        {handset.device(), handset.person(), handset.Remembered()});
    Say(handset.device() + " is copied");
  } else if (what < 75) {
    Seal(handset);
  } else if (what < 80) {
    LoseSomeone();
  } else if (what < 85) {
    FindSomeone();
  } else if (what < 93 && !old_copies_.empty()) {
    const OldCopy& old = random_.OneOf(old_copies_);
    for (const auto& other : handsets_) {
      if (other->device() != old.device) continue;
      other->RestoreFrom(old.memory);
      Say(old.device + " is restored from an old copy");
      break;
    }
  } else if (handsets_.size() < kHandsetsMax) {
    Clone(handset);
  }
}

}  // namespace chasqui::testing
