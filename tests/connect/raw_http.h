// HTTP/1.1 by hand, so that it can be wrong in every way.

#ifndef CHASQUI_TESTS_CONNECT_RAW_HTTP_H_
#define CHASQUI_TESTS_CONNECT_RAW_HTTP_H_

#include <string>
#include <string_view>

#include "connect/headers.h"

namespace chasqui::connect {

// What came back. Status 0: the connection ended before all of it was there.
struct RawAnswer {
  int status = 0;
  Headers headers;
  std::string body;  // without its chunking
};

// One connection to a port of this machine. Waits at most ten seconds for
// anything.
class RawHttp {
 public:
  explicit RawHttp(int port);
  ~RawHttp();
  RawHttp(const RawHttp&) = delete;
  RawHttp& operator=(const RawHttp&) = delete;

  // Sends as much as the other end takes.
  void Send(std::string_view bytes);
  RawAnswer Read();
  RawAnswer Ask(std::string_view request) {
    Send(request);
    return Read();
  }
  // Waits until `mark` has come, and leaves it to be read.
  bool Sees(std::string_view mark) { return FillTo(mark); }
  // Whether the other end closes, with nothing more to say.
  bool Ends();
  void HangUp();

 private:
  // Reads until `buffer_` has `bytes`, or `mark`; false at the end.
  bool Fill(std::size_t bytes);
  bool FillTo(std::string_view mark);
  bool More();
  std::string Take(std::size_t bytes);
  bool TakeChunks(std::string& body);

  int socket_ = -1;
  std::string buffer_;
};

// The text of a POST, `headers` being whole lines ("a: b\r\n").
std::string PostText(std::string_view path, std::string_view type,
                     std::string_view body, std::string_view headers = "");

}  // namespace chasqui::connect

#endif  // CHASQUI_TESTS_CONNECT_RAW_HTTP_H_
