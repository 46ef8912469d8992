#include "connect/gzip.h"

#include <algorithm>
#include <array>
#include <limits>

#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "zlib.h"

namespace chasqui::connect {
namespace {

// zlib's largest window, with a gzip header and trailer around.
constexpr int kGzipWindowBits = MAX_WBITS + 16;
constexpr int kMemoryLevel = 8;  // zlib's default
// What comes out is appended in pieces of this size.
constexpr std::size_t kPieceBytes = std::size_t{16} << 10;

// zlib wants a pointer to what it does not write to.
Bytef* InputOf(std::string_view bytes) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
}

}  // namespace

std::string Gzip(std::string_view bytes) {
  CHECK(bytes.size() <= std::numeric_limits<uInt>::max());
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                     kGzipWindowBits, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())),
                  '\0');
  stream.next_in = InputOf(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

absl::StatusOr<std::string> Gunzip(std::string_view bytes,
                                   std::size_t bytes_max) {
  CHECK(bytes.size() <= std::numeric_limits<uInt>::max());
  z_stream stream{};
  CHECK(inflateInit2(&stream, kGzipWindowBits) == Z_OK);
  stream.next_in = InputOf(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, kPieceBytes> piece;
  int result = Z_OK;
  while (result == Z_OK && out.size() <= bytes_max) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
  }
  const bool whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (out.size() > bytes_max) {
    return absl::ResourceExhaustedError(
        StrCat("a message has over ", bytes_max, " bytes without its gzip"));
  }
  if (!whole) {
    return absl::InvalidArgumentError(
        "a message that says it is compressed is not one whole gzip member");
  }
  return out;
}

}  // namespace chasqui::connect
