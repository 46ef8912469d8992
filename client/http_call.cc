#include "client/http_call.h"

#include <optional>
#include <utility>

#include "boost/asio/io_context.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/http/parser.hpp"
#include "boost/beast/http/read.hpp"
#include "boost/beast/http/string_body.hpp"
#include "client/http_exchange.h"
#include "client/http_link.h"
#include "connect/headers.h"

namespace chasqui::client {
namespace {

// What such calls are answered is small.
constexpr std::size_t kCallAnswerBytesMax = std::size_t{1} << 20;
constexpr std::uint32_t kCallHeadBytesMax = 16 << 10;
constexpr std::size_t kCallReadBytes = std::size_t{16} << 10;

//   Run ──► connect ──► write ──► read ──► the context has nothing more to do
class OneCall {
 public:
  OneCall(const std::string& address, std::shared_ptr<ServerTls> tls,
          std::string text)
      : text_(std::move(text)), link_(context_, address, std::move(tls)) {
    parser_.header_limit(kCallHeadBytesMax);
    parser_.body_limit(kCallAnswerBytesMax);
  }

  absl::StatusOr<std::string> Run(std::chrono::milliseconds limit) {
    link_.Open(limit, [this](const absl::Status& status) {
      status.ok() ? Write() : End(status);
    });
    context_.run();
    return std::move(answer_);
  }

 private:
  using Error = boost::system::error_code;
  using Parser =
      boost::beast::http::response_parser<boost::beast::http::string_body>;

  void Write() {
    boost::asio::async_write(link_.stream(), boost::asio::buffer(text_),
                             [this](Error error, std::size_t) {
                               error ? End(link_.ErrorOf(error)) : ReadHead();
                             });
  }
  void ReadHead() {
    boost::beast::http::async_read_header(
        link_.stream(), buffer_, parser_, [this](Error error, std::size_t) {
          if (error) return End(link_.ErrorOf(error));
          headers_ = connect::HeadersIn(parser_.get());
          ReadBody();
        });
  }
  void ReadBody() {
    boost::beast::http::async_read(
        link_.stream(), buffer_, parser_, [this](Error error, std::size_t) {
          if (error) return End(link_.ErrorOf(error));
          const auto& message = parser_.get();
          End(MessageIn(static_cast<int>(message.result_int()), headers_,
                        message.body()));
        });
  }
  void End(absl::StatusOr<std::string> answer) {
    answer_ = std::move(answer);
    link_.Close();
  }

  const std::string text_;
  boost::asio::io_context context_;
  HttpLink link_;
  boost::beast::flat_buffer buffer_{kCallHeadBytesMax + kCallReadBytes};
  Parser parser_;
  connect::Headers headers_;
  absl::StatusOr<std::string> answer_;
};

}  // namespace

absl::StatusOr<std::string> CallByHttp(const std::string& address,
                                       const std::shared_ptr<ServerTls>& tls,
                                       const std::string& path,
                                       std::string message,
                                       std::chrono::milliseconds limit) {
  const HttpAsking asking = PostOf(path, address, std::move(message), "");
  return OneCall(address, tls, asking.text).Run(limit);
}

}  // namespace chasqui::client
