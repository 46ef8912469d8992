#ifndef CHASQUI_SERVER_CONNECT_CONNECTION_H_
#define CHASQUI_SERVER_CONNECT_CONNECTION_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "boost/asio/ip/tcp.hpp"
#include "grpcpp/generic/generic_stub.h"
#include "server/connect/call.h"
#include "server/connect/connect_server.h"
#include "server/connect/limits.h"

namespace chasqui::connect {

// What all connections together may hold of bodies. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes) : bytes_(bytes) {}

  // Takes `bytes`; false, and nothing taken, where that would be too many.
  bool Take(std::size_t bytes) {
    if (taken_.fetch_add(bytes) + bytes <= bytes_) return true;
    taken_.fetch_sub(bytes);
    return false;
  }
  void Give(std::size_t bytes) { taken_.fetch_sub(bytes); }

 private:
  const std::size_t bytes_;
  std::atomic<std::size_t> taken_ = 0;
};

// Metadata of every call: the address of whoever connected. What callers say
// under this name themselves is dropped.
inline constexpr char kPeerHeader[] = "connection-peer";

// What connections share; outlives them.
struct HttpSurroundings {
  grpc::GenericStub stub;
  const HttpLimits limits;
  const TlsSource tls;
  BodyBudget bodies{limits.bodies_bytes};
  // While there are any, this and all that it is used on stays.
  const std::shared_ptr<CallsUnderWay> calls =
      std::make_shared<CallsUnderWay>();
};

// One connection: reads a request, has it answered, reads the next. Whoever
// hangs up while a call is under way cancels it.
//
// Thread-safe; keeps itself for as long as it is open.
class Connection {
 public:
  virtual ~Connection() = default;

  // `closed` is called when it is gone, on any thread.
  static std::shared_ptr<Connection> Start(boost::asio::ip::tcp::socket socket,
                                           HttpSurroundings& around,
                                           std::function<void()> closed);

  // Takes no more requests: closes at once, or after the answer under way.
  virtual void Drain() = 0;
  // Closes, whatever is under way.
  virtual void Close() = 0;
};

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_CONNECTION_H_
