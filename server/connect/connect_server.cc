#include "server/connect/connect_server.h"

#include <array>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/strand.hpp"
#include "grpcpp/generic/generic_stub.h"
#include "server/connect/connection.h"
#include "sync/base/mutex.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// They read, write, compress and spell; the work itself is done by gRPC's and
// the services' threads.
constexpr std::size_t kThreads = 2;
// Out of descriptors, or the like: looked at again after this.
constexpr std::chrono::milliseconds kAcceptAgain{100};
// At the end, answers whose calls are over have so long to be written.
constexpr absl::Duration kEnding = absl::Seconds(1);

class Listener final : public ConnectServer {
 public:
  Listener(const HttpLimits& limits, std::shared_ptr<grpc::Channel> services,
           TlsSource tls)
      : around_{grpc::GenericStub(std::move(services)), limits,
                std::move(tls)} {}

  ~Listener() override {
    Drain();
    Await(absl::Now() + kEnding);
    ForEachOpen([](Connection& connection) { connection.Close(); });
    work_.reset();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
    // Their ends have been handled here, but gRPC's threads, which told of
    // them, may still be on their way out.
    around_.calls->AwaitNone();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  absl::Status Listen(const std::string& listen) {
    std::string host = listen.substr(0, listen.rfind(':'));
    const std::string port = listen.substr(listen.rfind(':') + 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
      host = host.substr(1, host.size() - 2);
    }
    error_code error;
    const auto found = tcp::resolver(context_).resolve(
        host, port, tcp::resolver::passive, error);
    if (!error) {
      const tcp::endpoint endpoint = found.begin()->endpoint();
      acceptor_.open(endpoint.protocol(), error);
      if (!error) {
        acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
      }
      if (!error) acceptor_.bind(endpoint, error);
      if (!error)
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
      if (!error) port_ = acceptor_.local_endpoint(error).port();
    }
    if (error) {
      return absl::UnavailableError(
          StrCat("cannot listen on ", listen, ": ", error.message()));
    }
    asio::post(acceptor_.get_executor(), [this] { Accept(); });
    for (std::thread& thread : threads_) {
      thread = std::thread([this] { context_.run(); });
    }
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  void Drain() override {
    asio::post(acceptor_.get_executor(), [this] {
      error_code ignored;
      draining_ = true;
      acceptor_.close(ignored);
      pause_.cancel();
      ForEachOpen([](Connection& connection) { connection.Drain(); });
    });
  }

  void Await(absl::Time until) override {
    MutexLock lock(mutex_);
    while (!open_.empty() && absl::Now() < until) {
      changed_.WaitFor(mutex_, until - absl::Now());
    }
  }

 private:
  // On the acceptor's strand.
  void Accept() {
    if (draining_) return;
    acceptor_.async_accept(asio::make_strand(context_),
                           [this](error_code error, tcp::socket socket) {
                             OnAccepted(error, std::move(socket));
                           });
  }

  void OnAccepted(error_code error, tcp::socket socket) {
    if (draining_) return;
    if (error) {
      pause_.expires_after(kAcceptAgain);
      return pause_.async_wait([this](error_code) { Accept(); });
    }
    if (Add(std::move(socket))) Accept();
  }

  // Returns whether there may be more.
  bool Add(tcp::socket socket) ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::uint64_t id = ++last_id_;
    {
      MutexLock lock(mutex_);
      open_.emplace(id, std::weak_ptr<Connection>());
    }
    const auto connection = Connection::Start(std::move(socket), around_,
                                              [this, id] { Remove(id); });
    MutexLock lock(mutex_);
    const auto self = open_.find(id);
    if (self != open_.end()) self->second = connection;
    full_ = open_.size() >= around_.limits.connections;
    return !full_;
  }

  void Remove(std::uint64_t id) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    open_.erase(id);
    changed_.SignalAll();
    if (std::exchange(full_, false)) {
      asio::post(acceptor_.get_executor(), [this] { Accept(); });
    }
  }

  template <typename Do>
  void ForEachOpen(Do act) ABSL_LOCKS_EXCLUDED(mutex_) {
    std::map<std::uint64_t, std::weak_ptr<Connection>> open;
    {
      MutexLock lock(mutex_);
      open = open_;
    }
    for (const auto& [id, weak] : open) {
      if (const auto connection = weak.lock()) act(*connection);
    }
  }

  HttpSurroundings around_;
  int port_ = 0;

  asio::io_context context_;
  // Until all connections have been told to close.
  asio::executor_work_guard<asio::io_context::executor_type> work_ =
      asio::make_work_guard(context_);
  // On the acceptor's strand.
  tcp::acceptor acceptor_{asio::make_strand(context_)};
  asio::steady_timer pause_{acceptor_.get_executor()};
  std::uint64_t last_id_ = 0;
  bool draining_ = false;

  Mutex mutex_;
  CondVar changed_;
  std::map<std::uint64_t, std::weak_ptr<Connection>> open_
      ABSL_GUARDED_BY(mutex_);
  bool full_ ABSL_GUARDED_BY(mutex_) = false;  // and Accept() waits

  std::array<std::thread, kThreads> threads_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ConnectServer>> ConnectServer::Start(
    const std::string& listen, const HttpLimits& limits,
    std::shared_ptr<grpc::Channel> services, TlsSource tls) {
  auto listener =
      std::make_unique<Listener>(limits, std::move(services), std::move(tls));
  if (absl::Status status = listener->Listen(listen); !status.ok()) {
    return status;
  }
  return listener;
}

}  // namespace chasqui::connect
