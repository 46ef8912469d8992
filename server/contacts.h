// When each device last called, and over what link. Kept in memory only: it
// says who is out there now, not what happened.

#ifndef CHASQUI_SERVER_CONTACTS_H_
#define CHASQUI_SERVER_CONTACTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "chasqui/v1/link.pb.h"
#include "sync/base/mutex.h"

namespace chasqui::server {

struct Contact {
  std::int64_t called_ms = 0;  // since 1970 UTC
  v1::LinkEstimate link;       // as it last said; all 0: nothing
};

// Thread-safe.
class Contacts {
 public:
  // Devices remembered per survey. Further ones are not noted: names cost
  // nothing to make up.
  static constexpr std::size_t kDevicesMax = 100'000;

  // `link` may be null: nothing new is said of it.
  void Note(std::string_view survey, std::string_view device,
            std::int64_t now_ms, const v1::LinkEstimate* link)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // By device.
  using ByDevice = std::map<std::string, Contact, std::less<>>;
  ByDevice Of(std::string_view survey) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  std::map<std::string, ByDevice, std::less<>> surveys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_CONTACTS_H_
