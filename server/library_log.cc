#include "server/library_log.h"

#include <grpc/support/log.h>

#include <utility>

#include "sync/base/check.h"

namespace chasqui::server {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

// The library knows one function for the whole process, and its threads may be
// in it at any time.
Mutex taking;
LibraryLog* taker ABSL_GUARDED_BY(taking) = nullptr;

void TakeFromLibrary(gpr_log_func_args* said) {
  const MutexLock lock(taking);
  if (taker != nullptr) taker->Take(said->message);
}

}  // namespace

bool LibraryLog::MaySay() {
  const std::int64_t now_ms = clock_.MonotonicMillis();
  const MutexLock lock(mutex_);
  if (said_ == 0 || now_ms - began_ms_ >= kMinuteMs) {
    began_ms_ = now_ms;
    said_ = 0;
  }
  const bool may = said_ < kLinesPerMinute;
  ++(may ? said_ : left_out_);
  return may;
}

void LibraryLog::SayLeftOut() {
  std::int64_t left_out = 0;
  {
    const MutexLock lock(mutex_);
    left_out = std::exchange(left_out_, 0);
  }
  if (left_out == 0) return;
  log_.Say(Severity::kWarning, "gRPC said more", {{"lines", left_out}});
}

// Most of what it calls an error is a stranger's.
void LibraryLog::Take(std::string_view line) {
  const bool aborts = line.starts_with("assertion failed");
  if (!aborts && !MaySay()) return;
  SayLeftOut();
  log_.Say(aborts ? Severity::kError : Severity::kWarning, "gRPC",
           {{"message", line.substr(0, kLineBytesMax)}});
}

LibraryLogging::LibraryLogging(LibraryLog& log) {
  const MutexLock lock(taking);
  CHECK(taker == nullptr);
  taker = &log;
  gpr_set_log_function(&TakeFromLibrary);
}

// The library writes to stderr again, as it did before.
LibraryLogging::~LibraryLogging() {
  gpr_set_log_function(nullptr);
  const MutexLock lock(taking);
  taker = nullptr;
}

}  // namespace chasqui::server
