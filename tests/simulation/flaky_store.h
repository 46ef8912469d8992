// A device's memory in which a commit may fail, and with which the app may end.

#ifndef CHASQUI_TESTS_SIMULATION_FLAKY_STORE_H_
#define CHASQUI_TESTS_SIMULATION_FLAKY_STORE_H_

#include <cstdint>
#include <utility>

#include "client/memory_store.h"

namespace chasqui::testing {

enum class StoreFault : std::uint8_t {
  kNone,
  kFull,       // there is no room, once
  kEndBefore,  // the app ends before the commit
  kEndAfter,   // the app ends when it is committed, and never hears of it
};

// After the app's end nothing is committed any more: whatever runs on is a
// ghost, and must be destroyed.
class FlakyStore final : public client::DeviceStore {
 public:
  explicit FlakyStore(client::MemoryStore memory)
      : memory_(std::move(memory)) {}

  absl::StatusOr<std::optional<std::string>> Get(
      client::Table table, std::string_view key) const override {
    return memory_.Get(table, key);
  }
  absl::Status Scan(client::Table table, std::string_view prefix,
                    std::string_view after, Visitor visit) const override {
    return memory_.Scan(table, prefix, after, visit);
  }
  absl::Status Commit(const client::StoreBatch& batch) override {
    if (ended_) return absl::UnavailableError("the app has ended");
    const bool strikes = fault_ != StoreFault::kNone && commits_left_ == 0;
    if (!strikes) {
      if (commits_left_ > 0) --commits_left_;
      return memory_.Commit(batch);
    }
    struck_ = true;
    const StoreFault fault = std::exchange(fault_, StoreFault::kNone);
    if (fault == StoreFault::kFull) {
      return absl::ResourceExhaustedError("no room on the device");
    }
    ended_ = true;
    if (fault == StoreFault::kEndAfter) {
      absl::Status status = memory_.Commit(batch);
      if (!status.ok()) return status;
    }
    return absl::UnavailableError("the app ends");
  }

  // Lets `fault` strike at a commit, when `commits` more have been made.
  void Expect(StoreFault fault, std::uint64_t commits) {
    fault_ = fault;
    commits_left_ = commits;
  }
  // Whether the app has ended in a commit.
  bool ended() const { return ended_; }
  // Whether a fault has struck since this was asked last.
  bool TakeStruck() { return std::exchange(struck_, false); }

  const client::MemoryStore& memory() const { return memory_; }
  // The app starts on `memory`: what was expected is forgotten.
  void Start(client::MemoryStore memory) {
    *this = FlakyStore(std::move(memory));
  }

 private:
  client::MemoryStore memory_;
  StoreFault fault_ = StoreFault::kNone;
  std::uint64_t commits_left_ = 0;
  bool ended_ = false;
  bool struck_ = false;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_FLAKY_STORE_H_
