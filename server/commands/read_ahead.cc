#include "server/commands/read_ahead.h"

#include <utility>

namespace chasqui::commands {

ReadAhead::ReadAhead(Reader& reader)
    : reader_(reader), thread_([this] { Run(); }) {}

ReadAhead::~ReadAhead() {
  {
    const MutexLock lock(mutex_);
    wanted_ = false;
    changed_.SignalAll();
  }
  thread_.join();
}

bool ReadAhead::Next(Message& message) {
  const MutexLock lock(mutex_);
  while (read_.empty() && !over_) changed_.Wait(mutex_);
  if (read_.empty()) return false;
  message.Swap(&read_.front());
  spare_.push_back(std::move(read_.front()));
  read_.pop_front();
  changed_.SignalAll();
  return true;
}

bool ReadAhead::BeginMessage(Message& message) {
  const MutexLock lock(mutex_);
  while (read_.size() >= kMessagesMax && wanted_) changed_.Wait(mutex_);
  if (!spare_.empty()) {
    message = std::move(spare_.back());
    spare_.pop_back();
  }
  return wanted_;
}

void ReadAhead::Run() {
  while (true) {
    Message message;
    const bool more = BeginMessage(message) && reader_.Read(&message);
    const MutexLock lock(mutex_);
    if (more) {
      read_.push_back(std::move(message));
    } else {
      over_ = true;
    }
    changed_.SignalAll();
    if (!more) return;
  }
}

}  // namespace chasqui::commands
