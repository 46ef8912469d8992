#include "sync/bytes.h"

#include <limits>

namespace chasqui {

std::uint64_t ByteReader::Varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) break;
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    // The tenth byte holds one bit; a last byte of zero is a longer spelling.
    if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0)) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  Fail();
  return 0;
}

std::uint32_t ByteReader::Varint32() {
  const std::uint64_t value = Varint();
  if (value > std::numeric_limits<std::uint32_t>::max()) {
    Fail();
    return 0;
  }
  return static_cast<std::uint32_t>(value);
}

std::size_t ByteReader::Count(std::size_t each) {
  const std::uint64_t count = Varint();
  if (count > rest_.size() / each) {
    Fail();
    return 0;
  }
  return static_cast<std::size_t>(count);
}

std::uint64_t ByteReader::Fixed64() {
  const std::string_view raw = Raw(8);
  std::uint64_t value = 0;
  for (std::size_t i = raw.size(); i-- > 0;) {
    value = (value << 8) | static_cast<std::uint8_t>(raw[i]);
  }
  return value;
}

std::string_view ByteReader::Raw(std::size_t size) {
  if (size > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view raw = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return raw;
}

}  // namespace chasqui
