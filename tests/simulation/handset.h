// A device of the simulation: the real device library, on a memory that may
// fail, with clocks that may be wrong and a link that the world carries.
//
// What it remembers is a value, so a copy of that is a clone, and an older copy
// put back is a tablet restored from a backup. What only the app's memory
// holds, the form that is open and the exchange under way, is lost by
// Restart().

#ifndef CHASQUI_TESTS_SIMULATION_HANDSET_H_
#define CHASQUI_TESTS_SIMULATION_HANDSET_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/device.h"
#include "client/memory_store.h"
#include "client/transport.h"
#include "sync/base/clock.h"
#include "tests/simulation/flaky_store.h"
#include "tests/testing/follower.h"
#include "tests/testing/random.h"

namespace chasqui::testing {

// Which records are in which bucket.
using Members = std::map<Bucket, std::set<RecordId>>;

class HandsetClock final : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixMillis(wall_ms); }
  std::int64_t MonotonicMillis() override { return mono_ms; }
  std::string BootId() override { return boot; }

  std::string boot;  // empty on a device that cannot tell
  std::int64_t mono_ms = 0;
  std::int64_t wall_ms = 0;
};

// Puts down what is sent, and hands over what the world has brought.
class HandsetLink final : public client::Transport {
 public:
  // The network keeps no order, whatever is said here: the device must live
  // with answers that overtake others.
  std::size_t window() const override { return room; }
  void Send(std::uint64_t id, const client::Request& request) override {
    awaited.insert(id);
    sent.emplace_back(id, request);
  }
  std::optional<client::Completion> Poll() override {
    if (arrived.empty()) return std::nullopt;
    client::Completion completion = std::move(arrived.front());
    arrived.pop_front();
    awaited.erase(awaited.begin(), awaited.upper_bound(completion.id));
    return completion;
  }
  void Cancel(std::uint64_t id) override {
    awaited.erase(awaited.lower_bound(id), awaited.end());
  }

  std::size_t room = 1;
  std::vector<std::pair<std::uint64_t, client::Request>> sent;
  std::deque<client::Completion> arrived;
  std::set<std::uint64_t> awaited;
};

// How a link is broken, without either end being told.
enum class LinkState : std::uint8_t { kOpen, kNothingOut, kNothingIn };

class Handset {
 public:
  using OwnRows = std::map<RecordId, std::map<RowId, std::uint32_t>>;
  // All that outlasts the app.
  struct Memory {
    client::MemoryStore store;
    OwnRows own_rows;
  };

  // A device that is new; or one that remembers what another does.
  Handset(std::string device, std::string person, std::uint64_t seed);
  Handset(const Handset& other, std::uint64_t seed);

  const std::string& device() const { return device_; }
  const std::string& person() const { return person_; }
  client::Device& app() { return *app_; }
  client::LocalSurvey& survey() const { return *app_->Find(kSurvey); }
  HandsetClock& clock() { return clock_; }
  HandsetLink& link() { return link_; }
  FlakyStore& store() { return store_; }
  const client::MemoryStore& memory() const { return store_.memory(); }

  Memory Remembered() const { return {store_.memory(), own_rows_}; }
  // The app ends, wherever it is, and starts again: on what was committed, or
  // on an older copy.
  void Restart();
  void RestoreFrom(const Memory& memory);
  // Its memory loses something, or keeps it wrongly; what, for people.
  std::string Damage();
  // As by switching it off and on.
  void Reboot(const std::string& boot);

  // Lets the app do what it can. An error is none of the store's faults.
  absl::Status Step();
  bool Awaits(std::uint64_t id) const;
  // Time passes until the app tries again, or gives up waiting for an answer.
  void WaitForNextAttempt();
  void WaitForTimeout() { patience_ms_ += client::kExchangeTimeoutMs; }
  void Advance(std::int64_t ms);

  // Records there is something of on the device, gone ones too.
  std::vector<RecordId> Records() const;
  // Opens it, or a new one. False if it may not be written any more.
  bool Open(const RecordId& record, bool creates);
  bool is_open() const { return editing_.has_value(); }
  client::Editing& editing() { return *editing_; }
  // Saves what is open, and closes it, unless there is no room.
  absl::Status Save();
  OwnRows& own_rows() { return own_rows_; }

  // Copies that no bucket holds any more, kept until what was written on them
  // is acknowledged.
  View Kept() const;
  // Which of them it has in which bucket.
  Members Following() const;
  View Confirmed() const { return ConfirmedIn(store_.memory()); }
  static View ConfirmedIn(const client::MemoryStore& store);
  // Nothing left to tell the server, nothing that the copies do not cover.
  bool IsSettled() const { return Unsettled().empty(); }
  std::string Unsettled() const;  // what is left, for people

  static constexpr char kSurvey[] = "survey";

  LinkState link_state = LinkState::kOpen;

 private:
  void Start();

  const std::string device_;
  const std::string person_;
  FlakyStore store_;
  OwnRows own_rows_;
  HandsetClock clock_;
  HandsetLink link_;
  Random random_;
  std::int64_t patience_ms_ = 0;  // what the app is stepped by
  std::unique_ptr<client::Device> app_;
  std::optional<client::Editing> editing_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_HANDSET_H_
