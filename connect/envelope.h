// The envelope around each message of a streaming call:
//
//     envelope = flags length message
//     flags    = 1 byte: 1 compressed, 2 the end of the stream; others reserved
//     length   = 4 bytes, big-endian
//     message  = `length` bytes

#ifndef CHASQUI_CONNECT_ENVELOPE_H_
#define CHASQUI_CONNECT_ENVELOPE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace chasqui::connect {

inline constexpr std::size_t kEnvelopeHeadBytes = 5;
inline constexpr std::uint8_t kCompressed = 1;
inline constexpr std::uint8_t kEndOfStream = 2;

struct Envelope {
  std::uint8_t flags = 0;
  std::string_view message;
};

// REQUIRES: the message is shorter than 4 GiB.
std::string EncodeEnvelope(const Envelope& envelope);

// Takes the first envelope off `bytes`, into which its message points.
// InvalidArgument: `bytes` end within it, or it has flags that are reserved.
absl::StatusOr<Envelope> TakeEnvelope(std::string_view& bytes);

}  // namespace chasqui::connect

#endif  // CHASQUI_CONNECT_ENVELOPE_H_
