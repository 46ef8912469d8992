// The server's own key pair, and the keys of devices: what sealed files are
// opened, checked and answered by.

#ifndef CHASQUI_SERVER_KEYRING_H_
#define CHASQUI_SERVER_KEYRING_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "sync/base/mutex.h"
#include "sync/seal/key_pair.h"

namespace chasqui::server {

// Kept in two files of a directory, beside the database and not in it:
//
//   server.key    the server's secret key: 64 hexadecimal digits. Made at the
//                 first start, for its owner's eyes only. Files sealed to a key
//                 that is lost can be opened by nobody
//   device.keys   of each device a line: its name, a blank, its public key in
//                 64 hexadecimal digits. Only ever appended to
//
// A device is known by the first key that was told in its name; nobody vouches
// for that one. To let it have another, as after it was made anew, a person
// takes its line out while the server is down.
//
// Thread-safe.
class Keyring {
 public:
  // Further devices are not registered: names cost nothing to make up.
  static constexpr std::size_t kDevicesMax = 100'000;

  // FailedPrecondition: a file is not what is said above, or others may read
  // server.key; nothing is changed then. Unavailable: I/O.
  static absl::StatusOr<std::unique_ptr<Keyring>> Open(
      const std::string& directory, std::size_t devices_max = kDevicesMax);
  ~Keyring();
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;

  const seal::KeyPair& own() const { return own_; }

  // The key that `device` is known by; nullopt: none yet.
  std::optional<seal::PublicKey> Find(const std::string& device)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The key that `device` is known by. From now on, and after a power cut, that
  // is `key`, if it has none yet. ResourceExhausted at the limit; Unavailable.
  //
  // REQUIRES: `device` is a name (IsName).
  absl::StatusOr<seal::PublicKey> Meet(const std::string& device,
                                       const seal::PublicKey& key)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Keyring(const seal::KeyPair& own, std::string path, std::size_t devices_max)
      : own_(own), path_(std::move(path)), devices_max_(devices_max) {}

  absl::Status Load() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Append(std::string_view line)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const seal::KeyPair own_;
  const std::string path_;  // of device.keys
  const std::size_t devices_max_;

  Mutex mutex_;
  int file_ ABSL_GUARDED_BY(mutex_) = -1;
  std::size_t size_ ABSL_GUARDED_BY(mutex_) = 0;  // of its whole lines
  std::map<std::string, seal::PublicKey, std::less<>> devices_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_KEYRING_H_
