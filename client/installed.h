// A device kept in a directory of this machine.

#ifndef CHASQUI_CLIENT_INSTALLED_H_
#define CHASQUI_CLIENT_INSTALLED_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/device.h"
#include "client/device_store.h"
#include "client/network_transport.h"
#include "sync/base/system_clock.h"

namespace chasqui::client {

// What `chasqui device init` is told.
struct Installation {
  std::string device;
  std::string person;
  std::string survey;
  std::string server;  // HOST:PORT, or http://HOST:PORT
  std::string http;    // HOST:PORT to fall back to; may be empty
  // By which the server lets it in: it says then who the person is, and which
  // the survey is if none is named here. Empty: the server believes names.
  std::string code;
};

// Thread-compatible.
class Installed {
 public:
  // Makes the device in `directory`, with a key pair of its own, and completes
  // `installation` by what the server says. AlreadyExists if one is there. With
  // a code it may be called again if it fails; errors are also those of
  // Enrol().
  static absl::Status Make(const std::string& directory,
                           Installation& installation);

  // Has the server let in, by `code`, the device that is in `directory`: one
  // that it did not know any more, or knew by its name alone. What is on it
  // stays. NotFound if there is none; FailedPrecondition where the code is for
  // another person; else as Enrol().
  static absl::Status ComeInAgain(const std::string& directory,
                                  const std::string& code);

  // Opens it. `server` and `http` override those it was made with, unless
  // empty; without `online` nothing is ever connected to. NotFound if there is
  // none.
  static absl::StatusOr<std::unique_ptr<Installed>> Open(
      const std::string& directory, const std::string& server, bool online,
      const std::string& http = "");

  Device& device() { return *device_; }
  // The survey it was made for.
  LocalSurvey& survey() { return *device_->Find(survey_); }
  NetworkTransport& transport() { return *transport_; }
  Clock& clock() { return clock_; }
  DeviceStore& store() { return *store_; }
  // Where it is kept.
  const std::string& directory() const { return directory_; }

 private:
  Installed() = default;

  std::string directory_;
  std::unique_ptr<DeviceStore> store_;
  SystemClock clock_;
  std::string survey_;
  std::unique_ptr<NetworkTransport> transport_;
  std::unique_ptr<Device> device_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_INSTALLED_H_
