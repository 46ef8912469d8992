#ifndef CHASQUI_CLIENT_TRANSPORT_H_
#define CHASQUI_CLIENT_TRANSPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "client/exchange.h"

namespace chasqui::client {

// What came of a request.
struct Completion {
  std::uint64_t id = 0;
  absl::StatusOr<Response> response;
  // Of the request and the response together, as they travelled. 0 if it is
  // not known.
  std::size_t bytes = 0;
  // What the server's clock says, where it refused a proof of another time.
  std::int64_t server_now_ms = 0;
  // For how long it asked not to be called, where it refused.
  std::uint32_t retry_after_ms = 0;
};

// Carries exchanges. The device's core neither waits nor is called back: it
// asks, whenever it is stepped, whether an answer has come.
//
// Thread-compatible: Send, Poll and Cancel are called by one thread. What runs
// in between on other threads is the implementation's own affair.
class Transport {
 public:
  virtual ~Transport() = default;

  // How many requests may be under way: more than one only where they reach the
  // server in the order they were sent, if at all, and their answers come back
  // in it.
  virtual std::size_t window() const { return 1; }

  // Starts to send. Never blocks. A request may reach the server and its
  // answer be lost, or arrive twice: the core is made for that.
  virtual void Send(std::uint64_t id, const Request& request) = 0;

  // An answer, or an error, for one of the requests sent, in any order; at
  // most once each. Nullopt if there is none yet.
  //
  // Errors: Unavailable and DeadlineExceeded are tried again by themselves;
  // ResourceExhausted too, later; others are told to the person.
  virtual std::optional<Completion> Poll() = 0;

  // The core no longer wants the answer, nor those to requests sent after it.
  virtual void Cancel(std::uint64_t id) = 0;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_TRANSPORT_H_
