// When each device last called, and how it was.

#ifndef CHASQUI_SERVER_ACCESS_CONTACTS_H_
#define CHASQUI_SERVER_ACCESS_CONTACTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/access/v1/contact.pb.h"
#include "sync/base/mutex.h"
#include "sync/notes.h"

namespace chasqui::access {

// Thread-safe.
class Contacts {
 public:
  // Devices remembered. Further ones are not noted: where names are believed,
  // they cost nothing to make up.
  static constexpr std::size_t kDevicesMax = 100'000;
  static constexpr int kSurveysMax = 64;      // of a device
  static constexpr std::size_t kAppMax = 64;  // bytes
  static constexpr std::int64_t kKeepMs = 5'000;

  // Remembers until destroyed.
  Contacts() = default;
  // Takes up what is in `notes`, which must outlive it, and keeps there what is
  // new when a call comes and kKeepMs have passed since it last did, and when
  // destroyed. DataLoss: a note is none of a contact.
  static absl::StatusOr<std::unique_ptr<Contacts>> Open(Notes& notes);
  ~Contacts();
  Contacts(const Contacts&) = delete;
  Contacts& operator=(const Contacts&) = delete;

  // What `news` has takes the place of what was known; of a survey too.
  // REQUIRES: it has called_ms.
  void Note(std::string_view device, const v1::Contact& news)
      ABSL_LOCKS_EXCLUDED(keeping_, mutex_);

  // By device.
  using ByDevice = std::map<std::string, v1::Contact, std::less<>>;
  ByDevice All() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Keeps what is new, now. The notes' errors: it will be tried again.
  absl::Status Keep() ABSL_LOCKS_EXCLUDED(keeping_, mutex_);

 private:
  Notes* notes_ = nullptr;
  Mutex keeping_;  // One at a time: what is newer comes last.
  mutable Mutex mutex_;
  ByDevice devices_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string, std::less<>> unkept_ ABSL_GUARDED_BY(mutex_);
  std::int64_t kept_ms_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_CONTACTS_H_
