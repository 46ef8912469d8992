#ifndef CHASQUI_CLIENT_TRANSPORT_H_
#define CHASQUI_CLIENT_TRANSPORT_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "client/exchange.h"

namespace chasqui::client {

// What came of a request.
struct Completion {
  std::uint64_t id = 0;
  absl::StatusOr<Response> response;
};

// Carries exchanges. The device's core neither waits nor is called back: it
// asks, whenever it is stepped, whether an answer has come.
//
// Thread-compatible: Send, Poll and Cancel are called by one thread. What runs
// in between on other threads is the implementation's own affair.
class Transport {
 public:
  virtual ~Transport() = default;

  // Starts to send. Never blocks. A request may reach the server and its
  // answer be lost, or arrive twice: the core is made for that.
  virtual void Send(std::uint64_t id, const Request& request) = 0;

  // An answer, or an error, for one of the requests sent, in any order; at
  // most once each. Nullopt if there is none yet.
  //
  // Errors: Unavailable and DeadlineExceeded are tried again by themselves;
  // ResourceExhausted too, later; others are told to the person.
  virtual std::optional<Completion> Poll() = 0;

  // The core no longer wants the answer.
  virtual void Cancel(std::uint64_t id) = 0;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_TRANSPORT_H_
