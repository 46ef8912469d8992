// What the server says about itself: one JSON object a line.
//
// No personal data: never a value, an answer, or the name of a person. Devices
// and surveys go by their names, records by nothing.

#ifndef CHASQUI_SERVER_EVENT_LOG_H_
#define CHASQUI_SERVER_EVENT_LOG_H_

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "sync/base/clock.h"
#include "sync/base/mutex.h"

namespace chasqui::server {

enum class Severity { kInfo, kWarning, kError };

// Thread-safe.
class EventLog {
 public:
  using Value = std::variant<std::string_view, std::int64_t, bool>;
  using Fields = std::initializer_list<std::pair<std::string_view, Value>>;

  // Both must outlive this. Nullptr as `out`: says nothing.
  EventLog(Clock& clock, std::FILE* out) : clock_(clock), out_(out) {}

  // {"time": …, "severity": …, "event": `event`, and `fields`}
  void Say(Severity severity, std::string_view event, Fields fields = {})
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Says what went wrong in `call`, if it is the server's fault: the errors
  // that clients are not told (errors.h).
  void SayFailure(std::string_view call, const absl::Status& status);

 private:
  Clock& clock_;
  Mutex mutex_;
  std::FILE* const out_ ABSL_PT_GUARDED_BY(mutex_);
};

// `text` as a JSON string, with its quotes. Bytes that are not UTF-8 come out
// as U+FFFD.
std::string JsonString(std::string_view text);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_EVENT_LOG_H_
