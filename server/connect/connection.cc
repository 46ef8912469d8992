#include "server/connect/connection.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/time/clock.h"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/post.hpp"
#include "server/connect/answer.h"
#include "server/connect/call.h"
#include "server/connect/http_socket.h"
#include "server/connect/http_text.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

namespace asio = boost::asio;

// Has the requests of one socket answered.
//
//   OnRequest ──► answered at once: it is refused
//             └─► Call ──► head ──► messages ──► ending ──► EndAnswer
//
// What is public comes from any thread and is done on the strand.
class HttpConnection final : public Connection,
                             public Caller,
                             public HttpSocket {
 public:
  using HttpSocket::HttpSocket;

  void Begin() {
    OnStrand([](HttpConnection& self) { self.Open(); });
  }
  void Drain() override {
    OnStrand([](HttpConnection& self) { self.StartDraining(); });
  }
  void Close() override {
    OnStrand([](HttpConnection& self) { self.Lose(); });
  }

  void OnHead(Headers head) override {
    OnStrand([head = std::move(head)](HttpConnection& self) mutable {
      self.TakeHead(std::move(head));
    });
  }
  void OnMessage(std::string message) override {
    OnStrand([message = std::move(message)](HttpConnection& self) mutable {
      self.TakeMessage(std::move(message));
    });
  }
  void OnEnd(Ending ending) override {
    OnStrand([ending = std::move(ending)](HttpConnection& self) mutable {
      self.TakeEnd(std::move(ending));
    });
  }

 private:
  std::shared_ptr<HttpConnection> Self() {
    return std::static_pointer_cast<HttpConnection>(shared_from_this());
  }
  template <typename Do>
  void OnStrand(Do act) {
    asio::post(executor(),
               [self = Self(), act = std::move(act)]() mutable { act(*self); });
  }

  void OnRequest(HttpRequest request, bool keep_alive) override;
  void OnUnreadable(int http_status, const Headers& headers,
                    const absl::Status& why) override;
  void OnLost() override {
    if (call_ != nullptr) call_->Cancel();
  }

  void StartCall(CallRequest request);
  void TakeHead(Headers head);
  void TakeMessage(std::string message);
  void TakeEnd(Ending ending);
  void AnswerUnary(Ending ending);

  void Respond(const HttpResponse& response);
  void Refuse(const AnswerForm& form, const absl::Status& why);
  void SendStreamHead(const AnswerForm& form, const Headers& head);
  void SendStreamEnd(const Ending& ending);

  bool keep_alive_ = true;
  CallRequest request_;
  std::shared_ptr<Call> call_;
  // The threads stay while gRPC alone knows of this connection.
  std::optional<asio::executor_work_guard<Stream::executor_type>> guard_;
  Headers head_;
  std::optional<std::string> message_;  // of a unary call
  bool head_sent_ = false;
  absl::Status failure_;  // of ours: the answer cannot be spelt
};

void HttpConnection::OnRequest(HttpRequest request, bool keep_alive) {
  keep_alive_ = keep_alive;
  auto read = ReadCall(request, around().limits.message_bytes);
  if (const auto* const response = std::get_if<HttpResponse>(&read)) {
    return Respond(*response);
  }
  if (const auto* const refused = std::get_if<Refused>(&read)) {
    return Refuse(refused->form, refused->why);
  }
  auto& call = std::get<CallRequest>(read);
  if (!Charge(request.body.size() + call.message.size())) {
    return Refuse(call.form, Busy());
  }
  StartCall(std::move(call));
}

void HttpConnection::OnUnreadable(int http_status, const Headers& headers,
                                  const absl::Status& why) {
  if (http_status != 0) return Respond(WithStatus(http_status));
  Refuse(FormOf(headers), why);
}

void HttpConnection::StartCall(CallRequest request) {
  request_ = std::move(request);
  std::erase_if(request_.metadata,
                [](const auto& each) { return each.first == kPeerHeader; });
  request_.metadata.emplace_back(kPeerHeader, peer());
  head_.clear();
  message_.reset();
  head_sent_ = false;
  failure_ = absl::OkStatus();
  guard_.emplace(executor());
  call_ = Call::Start(around().stub, request_, Self(), around().calls);
  request_.message = std::string();
  // Weak: this waits for the next request, and the call need not.
  WatchForHangup([this, call = std::weak_ptr<Call>(call_)] {
    return call_ != nullptr && call.lock() == call_;
  });
}

void HttpConnection::TakeHead(Headers head) {
  head_ = std::move(head);
  if (request_.form.streaming) SendStreamHead(request_.form, head_);
}

void HttpConnection::TakeMessage(std::string message) {
  if (lost() || !failure_.ok()) return call_->ReadNext();
  if (!request_.form.streaming) {
    message_ = std::move(message);
    return call_->ReadNext();
  }
  absl::StatusOr<std::string> enveloped =
      StreamMessage(request_.form, message, *request_.method->output_type());
  if (enveloped.ok() && !Charge(enveloped->size())) enveloped = Busy();
  if (!enveloped.ok()) {
    failure_ = enveloped.status();
    call_->Cancel();
    return call_->ReadNext();
  }
  Send(ChunkText(*enveloped), [this] { call_->ReadNext(); });
}

void HttpConnection::TakeEnd(Ending ending) {
  call_.reset();
  guard_.reset();
  if (lost()) return;
  if (!failure_.ok()) ending = EndingOf(failure_);
  if (!request_.form.streaming) return AnswerUnary(std::move(ending));
  if (!head_sent_) SendStreamHead(request_.form, head_);
  SendStreamEnd(ending);
}

void HttpConnection::AnswerUnary(Ending ending) {
  const auto message = std::exchange(message_, std::nullopt);
  if (ending.ok() && message.has_value()) {
    absl::StatusOr<HttpResponse> response = MessageResponse(
        request_.form, *message, *request_.method->output_type(), head_,
        ending.trailers);
    if (response.ok() && !Charge(response->body.size())) response = Busy();
    if (response.ok()) return Respond(*response);
    ending = EndingOf(response.status());
  }
  if (ending.ok()) {
    ending = EndingOf(absl::UnimplementedError("the call has no answer"));
  }
  Respond(ErrorResponse(ending, head_));
}

void HttpConnection::Respond(const HttpResponse& response) {
  keep_alive_ = keep_alive_ && MayKeep();
  Send(ResponseText(response, keep_alive_, absl::Now()),
       [this] { EndAnswer(keep_alive_); });
}

void HttpConnection::Refuse(const AnswerForm& form, const absl::Status& why) {
  if (!form.streaming) return Respond(ErrorResponse(EndingOf(why), {}));
  SendStreamHead(form, {});
  SendStreamEnd(EndingOf(why));
}

void HttpConnection::SendStreamHead(const AnswerForm& form,
                                    const Headers& head) {
  head_sent_ = true;
  keep_alive_ = keep_alive_ && MayKeep();
  Send(ChunkedHeadText(StreamHead(form, head), keep_alive_, absl::Now()),
       [] {});
}

void HttpConnection::SendStreamEnd(const Ending& ending) {
  Send(StrCat(ChunkText(StreamEnd(ending)), kLastChunk),
       [this] { EndAnswer(keep_alive_); });
}

}  // namespace

std::shared_ptr<Connection> Connection::Start(
    boost::asio::ip::tcp::socket socket, HttpSurroundings& around,
    std::function<void()> closed) {
  const auto connection = std::make_shared<HttpConnection>(
      std::move(socket), around, std::move(closed));
  connection->Begin();
  return connection;
}

}  // namespace chasqui::connect
