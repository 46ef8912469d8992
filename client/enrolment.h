// Coming in by a code.

#ifndef CHASQUI_CLIENT_ENROLMENT_H_
#define CHASQUI_CLIENT_ENROLMENT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/credential.h"
#include "client/server_address.h"
#include "client/server_tls.h"
#include "sync/base/clock.h"
#include "sync/seal/key_pair.h"

namespace chasqui::client {

struct Enrolling {
  Ways ways;
  std::shared_ptr<ServerTls> tls;  // null: in plain text
  std::string code;
  std::string device;  // its name
  std::string person;  // whose it is already; empty: whoever the code is for
};

struct Enrolled {
  std::string person;
  std::vector<std::string> surveys;  // that they collect in
  Credential credential;
  std::string server_key;
};

// Has the server let in the device, which has that key. May be called again
// with the same code, if no answer came. By gRPC; where that cannot be reached,
// or there is no way to it, by HTTP/1.1. At most a minute each. Errors: see
// AccessService.Enrol; and those of ServerTls::Check().
absl::StatusOr<Enrolled> Enrol(const Enrolling& enrolling,
                               const seal::PublicKey& key, Clock& clock);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_ENROLMENT_H_
