#include "server/connect/http_text.h"

#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

// For people who look at the wire; programs go by the number.
std::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Other";
  }
}

std::string HeadText(const HttpResponse& response, bool keep_alive,
                     absl::Time now) {
  std::string text = StrCat(
      "HTTP/1.1 ", response.status, " ", ReasonOf(response.status),
      "\r\ndate: ",
      absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", now, absl::UTCTimeZone()),
      "\r\n");
  for (const auto& [name, value] : response.headers) {
    text += StrCat(name, ": ", value, "\r\n");
  }
  if (!keep_alive) text += "connection: close\r\n";
  return text;
}

}  // namespace

std::string ResponseText(const HttpResponse& response, bool keep_alive,
                         absl::Time now) {
  return StrCat(HeadText(response, keep_alive, now),
                "content-length: ", response.body.size(), "\r\n\r\n",
                response.body);
}

std::string ChunkedHeadText(const HttpResponse& response, bool keep_alive,
                            absl::Time now) {
  return StrCat(HeadText(response, keep_alive, now),
                "transfer-encoding: chunked\r\n\r\n");
}

std::string ChunkText(std::string_view bytes) {
  CHECK(!bytes.empty());
  return StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
}

}  // namespace chasqui::connect
