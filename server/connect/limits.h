// Every limit of the HTTP port in one place, and what is past it.

#ifndef CHASQUI_SERVER_CONNECT_LIMITS_H_
#define CHASQUI_SERVER_CONNECT_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace chasqui::connect {

// Given as a value, so that a test need not wait for minutes.
struct HttpLimits {
  // One message in, before and after its compression: resource_exhausted.
  std::size_t message_bytes = std::size_t{4} << 20;

  // Request line and headers together; ours need some hundred bytes: status
  // 431. It bounds what a GET can carry, too. What comes beside the bytes of a
  // body in chunks, extensions and trailers, may have 8 KiB more: status 400.
  std::uint32_t head_bytes = 8 << 10;

  // Connections at a time; beyond it new ones wait to be accepted. A proxy in
  // front keeps some tens.
  std::size_t connections = 1'000;

  // Bodies that are arriving or being answered, and answers on their way, over
  // all connections; of each request the longer of the two, and of a stream
  // its longest message: unavailable, and whoever asked tries again.
  std::size_t bodies_bytes = std::size_t{64} << 20;

  // A connection between two requests is closed after this: longer than
  // proxies keep theirs, for which a close just then looks like a failure.
  std::int64_t idle_ms = 75'000;
  // From the first byte of a request to the end of its headers: closed.
  std::int64_t head_ms = 20'000;
  // From the end of its headers to the end of its body: closed. A batch of 256
  // KiB takes four minutes at 1 KiB/s.
  std::int64_t body_ms = 600'000;
  // No byte has moved in either direction, though one should: closed.
  std::int64_t silence_ms = 60'000;
  // What is still on its way when a request has been refused is read for so
  // long, for a close would take the refusal from under the reader.
  std::int64_t linger_ms = 2'000;
};

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_LIMITS_H_
