// Writing and reading the byte grammars of sync/ and storage/.
//
//   varint   little-endian base 128, the shortest spelling only
//   zigzag   varint of (n << 1) ^ (n >> 63)
//   bytes    varint length, then so many bytes
//
// Reading is total: after any failure `ok()` is false, every further read
// returns zero or empty, and nothing beyond the input is touched. A value that
// was read from a failed reader must not be used: check at the end, once.

#ifndef CHASQUI_SYNC_BYTES_H_
#define CHASQUI_SYNC_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sync/ids.h"

namespace chasqui {

class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void Byte(std::uint8_t byte) { out_.push_back(static_cast<char>(byte)); }
  void Varint(std::uint64_t value) {
    if (value < 0x80) return Byte(static_cast<std::uint8_t>(value));
    char spelled[10];
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7) {
      spelled[size++] = static_cast<char>(value | 0x80);
    }
    spelled[size++] = static_cast<char>(value);
    out_.append(spelled, size);
  }
  void Zigzag(std::int64_t value) {
    Varint((static_cast<std::uint64_t>(value) << 1) ^
           static_cast<std::uint64_t>(value >> 63));
  }
  void Fixed64(std::uint64_t value) {  // little-endian
    for (int i = 0; i < 8; ++i) {
      Byte(static_cast<std::uint8_t>(value >> (8 * i)));
    }
  }
  void Raw(std::string_view bytes) { out_.append(bytes); }
  void Bytes(std::string_view bytes) {
    Varint(bytes.size());
    Raw(bytes);
  }
  template <typename Tag>
  void Name(const Name16<Tag>& name) {
    Raw(name.view());
  }

 private:
  std::string& out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  // Everything was read, and nothing failed.
  bool done() const { return ok_ && rest_.empty(); }
  std::size_t left() const { return rest_.size(); }
  void Fail() {
    ok_ = false;
    rest_ = {};
  }

  std::uint8_t Byte() {
    if (rest_.empty()) {
      Fail();
      return 0;
    }
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  std::uint64_t Varint();
  std::int64_t Zigzag() {
    const std::uint64_t raw = Varint();
    return static_cast<std::int64_t>((raw >> 1) ^ (~(raw & 1) + 1));
  }
  // A varint that must fit; fails otherwise.
  std::uint32_t Varint32();
  // The number of things that follow, each of at least `each` bytes (>= 1): so
  // a count can never ask for more memory than the input could fill.
  std::size_t Count(std::size_t each = 1);
  std::uint64_t Fixed64();
  std::string_view Raw(std::size_t size);
  std::string_view Bytes() {
    const std::uint64_t size = Varint();
    if (size > rest_.size()) Fail();
    return Raw(ok_ ? static_cast<std::size_t>(size) : 0);
  }
  template <typename NameT>
  NameT Name() {
    const auto name = NameT::FromBytes(Raw(NameT::kSize));
    return name.value_or(NameT{});
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_BYTES_H_
