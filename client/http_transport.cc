#include "client/http_transport.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/http/parser.hpp"
#include "boost/beast/http/read.hpp"
#include "boost/beast/http/string_body.hpp"
#include "client/device.h"
#include "client/http_exchange.h"
#include "client/http_link.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint32_t kAnswerHeadBytesMax = 32 << 10;
// Read at a time. With a head less than 64 KiB: a field that is longer, which
// only trailers could have, makes Beast throw.
constexpr std::size_t kReadBytes = std::size_t{16} << 10;
static_assert(kAnswerHeadBytesMax + kReadBytes < (64 << 10));
constexpr std::chrono::milliseconds kLimit(kExchangeTimeoutMs);

// One thread does all that touches the socket; the device's thread leaves
// requests with it and takes answers from the mailbox.
//
//   Send ──► waiting_ ──► connect, unless connected ──► write ──► read ──► Poll
class HttpCarrier final : public NetworkTransport {
 public:
  HttpCarrier(const std::string& address, std::string device,
              std::shared_ptr<ServerTls> tls)
      : address_(address),
        device_(std::move(device)),
        link_(context_, address, std::move(tls)),
        thread_([this] { context_.run(); }) {}

  ~HttpCarrier() override {
    asio::post(context_, [this] {
      waiting_.clear();
      link_.Close();
      work_.reset();
    });
    thread_.join();
  }
  HttpCarrier(const HttpCarrier&) = delete;
  HttpCarrier& operator=(const HttpCarrier&) = delete;

  void Send(std::uint64_t id, const Request& request) override {
    Asked asked{id, request, AskingOf(request, address_, device_)};
    {
      const std::scoped_lock lock(mutex_);
      ++traffic_.attempts;
      traffic_.bytes_sent += asked.asking.body_bytes;
    }
    asio::post(context_, [this, asked = std::move(asked)]() mutable {
      waiting_.push_back(std::move(asked));
      if (waiting_.size() == 1) Begin();
    });
  }

  std::optional<Completion> Poll() override {
    const std::scoped_lock lock(mutex_);
    if (answers_.empty()) return std::nullopt;
    Completion completion = std::move(answers_.front());
    answers_.pop_front();
    return completion;
  }

  void Cancel(std::uint64_t id) override {
    asio::post(context_, [this, id] {
      if (waiting_.empty()) return;
      while (waiting_.back().id >= id && waiting_.size() > 1) {
        const std::uint64_t last = waiting_.back().id;
        waiting_.pop_back();
        Tell({last, absl::UnavailableError("cancelled")}, 0);
      }
      if (waiting_.front().id < id) return;
      link_.Close();  // what is under way ends with an error
    });
  }

  Traffic traffic() const override {
    const std::scoped_lock lock(mutex_);
    return traffic_;
  }

  void Wait(std::int64_t ms) override {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::milliseconds(ms),
                      [this] { return !answers_.empty(); });
  }

 private:
  using Parser = http::response_parser<http::string_body>;

  struct Asked {
    std::uint64_t id = 0;
    Request said;  // with what the answer is read
    HttpAsking asking;
  };

  // On the thread, from here on; for the first that waits.
  void Begin();
  void Write();
  void Read();
  void ReadBody();
  void Fail(absl::Status status);
  void Fail(error_code error) { Fail(link_.ErrorOf(error)); }
  void Finish(absl::StatusOr<Response> response, std::size_t bytes,
              std::int64_t server_now_ms = 0, std::uint32_t retry_after_ms = 0);
  void Tell(Completion completion, std::size_t received);

  const std::string address_;
  const std::string device_;

  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_ =
      asio::make_work_guard(context_);
  // On the thread.
  HttpLink link_;
  // Has room for a head and a read: also the line before a chunk, and trailers,
  // must fit.
  boost::beast::flat_buffer buffer_{kAnswerHeadBytesMax + kReadBytes};
  std::optional<Parser> parser_;
  connect::Headers headers_;   // without trailers, which the parser adds
  std::deque<Asked> waiting_;  // the first is under way

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Completion> answers_;  // guarded by mutex_
  Traffic traffic_;                 // guarded by mutex_

  std::thread thread_;  // the last: it uses all of the above
};

void HttpCarrier::Begin() {
  link_.ExpireAfter(kLimit);
  if (link_.IsOpen()) return Write();
  buffer_.clear();
  link_.Open(kLimit, [this](const absl::Status& status) {
    if (!status.ok() || waiting_.empty()) return Fail(status);
    Write();
  });
}

void HttpCarrier::Write() {
  asio::async_write(
      link_.stream(), asio::buffer(waiting_.front().asking.text),
      [this](error_code error, std::size_t) { error ? Fail(error) : Read(); });
}

void HttpCarrier::Read() {
  parser_.emplace();
  parser_->header_limit(kAnswerHeadBytesMax);
  parser_->body_limit(kHttpAnswerBytesMax);
  http::async_read_header(link_.stream(), buffer_, *parser_,
                          [this](error_code error, std::size_t) {
                            if (error) return Fail(error);
                            headers_ = connect::HeadersIn(parser_->get());
                            ReadBody();
                          });
}

void HttpCarrier::ReadBody() {
  http::async_read(link_.stream(), buffer_, *parser_,
                   [this](error_code error, std::size_t) {
                     if (error) return Fail(error);
                     auto& message = parser_->get();
                     if (!message.keep_alive()) link_.Close();
                     const Request said =
                         waiting_.empty() ? Request() : waiting_.front().said;
                     Finish(AnswerOf(static_cast<int>(message.result_int()),
                                     headers_, message.body(), said),
                            message.body().size(), ServerNowIn(headers_),
                            RetryAfterIn(headers_));
                   });
}

void HttpCarrier::Fail(absl::Status status) {
  link_.Close();
  if (waiting_.empty()) return;  // the end
  Finish(std::move(status), 0);
}

void HttpCarrier::Finish(absl::StatusOr<Response> response, std::size_t bytes,
                         std::int64_t server_now_ms,
                         std::uint32_t retry_after_ms) {
  if (waiting_.empty()) return;  // the end
  const Asked asked = std::move(waiting_.front());
  waiting_.pop_front();
  const std::size_t moved = bytes == 0 ? 0 : asked.asking.body_bytes + bytes;
  Tell({asked.id, std::move(response), moved, server_now_ms, retry_after_ms},
       bytes);
  if (!waiting_.empty()) Begin();
}

void HttpCarrier::Tell(Completion completion, std::size_t received) {
  const std::scoped_lock lock(mutex_);
  traffic_.bytes_received += received;
  if (completion.response.ok()) ++traffic_.round_trips;
  answers_.push_back(std::move(completion));
  arrived_.notify_all();
}

}  // namespace

std::unique_ptr<NetworkTransport> NewHttpTransport(
    const std::string& address, const std::string& device,
    std::shared_ptr<ServerTls> tls) {
  return std::make_unique<HttpCarrier>(address, device, std::move(tls));
}

}  // namespace chasqui::client
