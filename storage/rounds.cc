#include "storage/rounds.h"

#include <utility>

#include "absl/time/clock.h"

namespace chasqui::storage {

Rounds::Rounds(absl::Duration every, std::function<void()> round)
    : every_(every), round_(std::move(round)), thread_([this] { Run(); }) {}

Rounds::~Rounds() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
    ended_.SignalAll();
  }
  thread_.join();
}

void Rounds::Run() {
  do {
    round_();
  } while (Wait());
}

bool Rounds::Wait() {
  const absl::Time until = absl::Now() + every_;
  MutexLock lock(mutex_);
  while (!ending_ && absl::Now() < until) {
    ended_.WaitFor(mutex_, until - absl::Now());
  }
  return !ending_;
}

}  // namespace chasqui::storage
