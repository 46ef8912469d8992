#include "connect/envelope.h"

#include <limits>

#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {

std::string EncodeEnvelope(const Envelope& envelope) {
  CHECK(envelope.message.size() <= std::numeric_limits<std::uint32_t>::max());
  const auto length = static_cast<std::uint32_t>(envelope.message.size());
  std::string bytes;
  bytes.reserve(kEnvelopeHeadBytes + length);
  bytes += static_cast<char>(envelope.flags);
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>((length >> shift) & 0xff);
  }
  bytes += envelope.message;
  return bytes;
}

absl::StatusOr<Envelope> TakeEnvelope(std::string_view& bytes) {
  if (bytes.size() < kEnvelopeHeadBytes) {
    return absl::InvalidArgumentError(
        StrCat("the stream ends within the head of a message: ", bytes.size(),
               " of ", kEnvelopeHeadBytes, " bytes"));
  }
  Envelope envelope;
  envelope.flags = static_cast<std::uint8_t>(bytes[0]);
  if ((envelope.flags & ~(kCompressed | kEndOfStream)) != 0) {
    return absl::InvalidArgumentError(
        StrCat("a message has the flags ", envelope.flags,
               ", of which only 1 and 2 have a meaning"));
  }
  std::size_t length = 0;
  for (std::size_t i = 1; i < kEnvelopeHeadBytes; ++i) {
    length = (length << 8) | static_cast<std::uint8_t>(bytes[i]);
  }
  const std::size_t there = bytes.size() - kEnvelopeHeadBytes;
  if (length > there) {
    return absl::InvalidArgumentError(StrCat(
        "the stream ends within a message: ", there, " of ", length, " bytes"));
  }
  envelope.message = bytes.substr(kEnvelopeHeadBytes, length);
  bytes.remove_prefix(kEnvelopeHeadBytes + length);
  return envelope;
}

}  // namespace chasqui::connect
