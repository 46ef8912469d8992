// What the gRPC library says about itself, in the server's own log.
//
// It has a line for every handshake that fails: how many there are is up to
// strangers.

#ifndef CHASQUI_SERVER_LIBRARY_LOG_H_
#define CHASQUI_SERVER_LIBRARY_LOG_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "server/event_log.h"
#include "sync/base/clock.h"
#include "sync/base/mutex.h"

namespace chasqui::server {

// Of each minute, the first kLinesPerMinute lines, and whatever comes before
// the process aborts; how many were left out is said before the next one, and
// at the end. Thread-safe.
class LibraryLog {
 public:
  // Enough for what a start or a misconfiguration has to say.
  static constexpr std::int64_t kLinesPerMinute = 20;
  // Of a line: what comes from outside may be long.
  static constexpr std::size_t kLineBytesMax = 1'000;

  // Both must outlive this.
  LibraryLog(Clock& clock, EventLog& log) : clock_(clock), log_(log) {}
  ~LibraryLog() { SayLeftOut(); }
  LibraryLog(const LibraryLog&) = delete;
  LibraryLog& operator=(const LibraryLog&) = delete;

  void Take(std::string_view line) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Whether one more line may be said now; begins a minute.
  bool MaySay() ABSL_LOCKS_EXCLUDED(mutex_);
  void SayLeftOut() ABSL_LOCKS_EXCLUDED(mutex_);

  Clock& clock_;
  EventLog& log_;
  Mutex mutex_;
  std::int64_t began_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t said_ ABSL_GUARDED_BY(mutex_) = 0;  // since then
  std::int64_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

// While it lives, what the library says goes to `log`. There is one at a time.
class LibraryLogging {
 public:
  explicit LibraryLogging(LibraryLog& log);
  ~LibraryLogging();
  LibraryLogging(const LibraryLogging&) = delete;
  LibraryLogging& operator=(const LibraryLogging&) = delete;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_LIBRARY_LOG_H_
