// What each caller may take, so that one that misbehaves slows only itself.

#ifndef CHASQUI_SERVER_RATE_LIMITS_H_
#define CHASQUI_SERVER_RATE_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/limits.h"
#include "sync/base/mutex.h"

namespace chasqui::server {

// Whose limits: numbered by how far they are trusted.
enum class CallerKind : std::uint8_t {
  kDevice,        // by its name
  kPerson,        // by their name
  kOrganisation,  // all of the above together
  kAddress,       // who is not let in yet, by where they call from
};

// A rate, and what may be taken at once after a quiet time. 0: no limit.
struct Rate {
  std::int64_t per_s = 0;
  std::int64_t burst = 0;
};

struct CallerLimits {
  Rate requests;
  Rate bytes;
  std::int64_t streams = 0;  // open at a time; 0: no limit
};

struct RateLimitOptions {
  CallerLimits device = {{kDeviceRequestsPerS, kDeviceRequestsBurst},
                         {kDeviceBytesPerS, kDeviceBytesBurst},
                         kDeviceStreamsMax};
  CallerLimits person = {{kPersonRequestsPerS, kPersonRequestsBurst}, {}, 0};
  CallerLimits organisation = {
      {kOrganisationRequestsPerS, kOrganisationRequestsBurst},
      {},
      kOrganisationStreamsMax};
  CallerLimits address = {{kAddressRequestsPerS, kAddressRequestsBurst},
                          {kDeviceBytesPerS, kDeviceBytesBurst},
                          0};
  // Wrong codes and passwords a minute, of one address.
  std::int64_t guesses_per_minute = kAddressGuessesPerMinute;
};

// A bucket of tokens, kept as the moment at which it will be full again:
//
//     full = max(full, now) + cost / rate        refused where full - now >
//     burst
//
// Thread-safe. `now_ms` is of any clock that never goes back. Errors are
// ResourceExhausted, and say the limit and when to come again.
class RateLimits {
 public:
  // Callers remembered. One whose buckets are full is as if it had never
  // called.
  static constexpr std::size_t kCallersMax = 200'000;

  explicit RateLimits(const RateLimitOptions& options = {})
      : options_(options) {}

  // One request of so many bytes. What was refused was not taken.
  absl::Status Take(CallerKind kind, std::string_view name, std::size_t bytes,
                    std::int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);

  // One more stream of it is open, until Close().
  absl::Status Open(CallerKind kind, std::string_view name)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Close(CallerKind kind, std::string_view name)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // A code or password is about to be tried from there. Give() it back unless
  // it was wrong.
  absl::Status TakeGuess(std::string_view address, std::int64_t now_ms)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void GiveGuess(std::string_view address) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Key = std::pair<CallerKind, std::string>;
  // In microseconds of the clock.
  struct Taken {
    std::int64_t requests_full_us = 0;
    std::int64_t bytes_full_us = 0;
    std::int64_t guesses_full_us = 0;
    std::int64_t streams = 0;
  };

  const CallerLimits& LimitsOf(CallerKind kind) const;
  Taken& Of(CallerKind kind, std::string_view name, std::int64_t now_us)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const RateLimitOptions options_;

  Mutex mutex_;
  std::map<Key, Taken> taken_ ABSL_GUARDED_BY(mutex_);
  // Who is beyond kCallersMax shares one.
  std::map<CallerKind, Taken> others_ ABSL_GUARDED_BY(mutex_);
  std::int64_t swept_us_ ABSL_GUARDED_BY(mutex_) = 0;
};

// For how many seconds whoever got this error is asked not to call; 0: it is
// none of the above.
std::int64_t RetryAfterS(const absl::Status& status);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_RATE_LIMITS_H_
