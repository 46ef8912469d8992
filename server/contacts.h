// When each device last called. Kept in memory only: it says who is out there
// now, not what happened.

#ifndef CHASQUI_SERVER_CONTACTS_H_
#define CHASQUI_SERVER_CONTACTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sync/base/mutex.h"

namespace chasqui::server {

// Thread-safe.
class Contacts {
 public:
  // Devices remembered per survey. Further ones are not noted: names cost
  // nothing to make up.
  static constexpr std::size_t kDevicesMax = 100'000;

  void Note(std::string_view survey, std::string_view device,
            std::int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);

  // Device to ms since 1970 UTC.
  std::map<std::string, std::int64_t, std::less<>> Of(
      std::string_view survey) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Times = std::map<std::string, std::int64_t, std::less<>>;

  mutable Mutex mutex_;
  std::map<std::string, Times, std::less<>> surveys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_CONTACTS_H_
