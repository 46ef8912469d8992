// A device kept in a directory of this machine.

#ifndef CHASQUI_CLIENT_INSTALLED_H_
#define CHASQUI_CLIENT_INSTALLED_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/device.h"
#include "client/device_store.h"
#include "client/network_transport.h"
#include "client/server_address.h"
#include "client/server_tls.h"
#include "sync/base/system_clock.h"

namespace chasqui::client {

// What `chasqui device init` is told.
struct Installation {
  std::string device;
  std::string person;
  std::string survey;
  std::string server;  // see server_address.h
  std::string http;    // to fall back to; may be empty
  // By which the server lets it in: it says then who the person is, and which
  // the survey is if none is named here. Empty: the server believes names.
  // What it was given with the code (invitation.h) may be here as a whole: then
  // it says the server and the pins.
  std::string code;
  // By which the server is known, where it is reached by TLS.
  std::vector<std::string> pins;  // see trust.h
  std::string authorities_file;
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

  // Has the server let in, by the code of `given`, the device that is in
  // `directory`: one that it did not know any more, or knew by its name alone,
  // or that does not know its server any more. Where server, pins or
  // authorities are given, too, they are as told now. What is on it stays.
  // NotFound if there is none; FailedPrecondition where the code is for another
  // person; else as Enrol().
  static absl::Status ComeInAgain(const std::string& directory,
                                  Installation given);

  // Opens it. `server` and `http` override those it was made with, unless
  // empty; without `online` nothing is ever connected to. NotFound if there is
  // none. FailedPrecondition: it has come in by TLS, and would go on without.
  static absl::StatusOr<std::unique_ptr<Installed>> Open(
      const std::string& directory, const std::string& server, bool online,
      const std::string& http = "");

  // Keeps the session of TLS for the next start.
  ~Installed();
  Installed(const Installed&) = delete;
  Installed& operator=(const Installed&) = delete;

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

  // How it reaches its server. Errors as Open().
  absl::Status Connect(const std::string& server, const std::string& http,
                       const std::string& name);
  // FailedPrecondition: it was told to forget everything, and has.
  absl::Status CheckItIsNotWiped(const std::string& directory) const;

  std::string directory_;
  std::unique_ptr<DeviceStore> store_;
  SystemClock clock_;
  std::string survey_;
  Ways ways_;
  std::shared_ptr<ServerTls> tls_;  // null: in plain text
  std::unique_ptr<NetworkTransport> transport_;
  std::unique_ptr<Device> device_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_INSTALLED_H_
