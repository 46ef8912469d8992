// Of ZIP (APPNOTE 6.3) what libxlsxwriter writes: no comment, no ZIP64, each
// part deflated.
//
//   local header   30 bytes: lengths of name and extra at 26, 28; name; extra
//   directory      per part 46 bytes: compressed size at 20, lengths of name,
//                  extra and comment at 28, 30, 32, local header at 42; name; …
//   end            22 bytes: parts at 10, where the directory begins at 16

#include "export/formats/xlsx_check.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>

#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kEntryBytes = 46;
constexpr long kEndBytes = 22;
constexpr std::string_view kSheet = "xl/worksheets/sheet1.xml";
constexpr std::string_view kSheetEnd = "</worksheet>";

struct CloseFile {
  void operator()(std::FILE* file) const {
    static_cast<void>(std::fclose(file));
  }
};
using FileForReading = std::unique_ptr<std::FILE, CloseFile>;

std::optional<std::string> ReadAt(std::FILE* file, long at, int whence,
                                  std::size_t size) {
  std::string bytes(size, '\0');
  if (std::fseek(file, at, whence) != 0 ||
      std::fread(bytes.data(), 1, size, file) != size) {
    return std::nullopt;
  }
  return bytes;
}

std::size_t NumberIn(std::string_view bytes, std::size_t at,
                     std::size_t width) {
  std::size_t number = 0;
  for (std::size_t i = width; i > 0; --i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return number;
}

struct ZipPart {
  long begin = 0;
  std::size_t bytes = 0;  // compressed
};

std::optional<ZipPart> FindPart(std::FILE* file, std::string_view name) {
  const auto end = ReadAt(file, -kEndBytes, SEEK_END, kEndBytes);
  if (!end.has_value() || !end->starts_with("PK\5\6")) return std::nullopt;
  std::size_t at = NumberIn(*end, 16, 4);
  for (std::size_t i = NumberIn(*end, 10, 2); i > 0; --i) {
    const auto entry =
        ReadAt(file, static_cast<long>(at), SEEK_SET, kEntryBytes);
    if (!entry.has_value()) return std::nullopt;
    const std::size_t name_bytes = NumberIn(*entry, 28, 2);
    const auto found =
        ReadAt(file, static_cast<long>(at + kEntryBytes), SEEK_SET, name_bytes);
    if (found == name) {
      const std::size_t local = NumberIn(*entry, 42, 4);
      const auto header =
          ReadAt(file, static_cast<long>(local), SEEK_SET, kLocalBytes);
      if (!header.has_value()) return std::nullopt;
      const std::size_t begin = local + kLocalBytes + NumberIn(*header, 26, 2) +
                                NumberIn(*header, 28, 2);
      return ZipPart{static_cast<long>(begin), NumberIn(*entry, 20, 4)};
    }
    at += kEntryBytes + name_bytes + NumberIn(*entry, 30, 2) +
          NumberIn(*entry, 32, 2);
  }
  return std::nullopt;
}

// The last bytes of what the part inflates to, as many as kSheetEnd has; less
// where it does not inflate.
std::string TailOf(std::FILE* file, const ZipPart& part) {
  std::string tail;
  std::array<unsigned char, 1 << 16> in{};
  std::array<unsigned char, 1 << 16> out{};
  z_stream stream{};
  if (std::fseek(file, part.begin, SEEK_SET) != 0) return tail;
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return tail;
  int result = Z_OK;
  while (result == Z_OK) {
    if (stream.avail_in == 0) {
      stream.next_in = in.data();
      stream.avail_in =
          static_cast<uInt>(std::fread(in.data(), 1, in.size(), file));
    }
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    result = inflate(&stream, Z_NO_FLUSH);
    tail.append(reinterpret_cast<const char*>(out.data()),
                out.size() - stream.avail_out);
    if (tail.size() > kSheetEnd.size()) {
      tail.erase(0, tail.size() - kSheetEnd.size());
    }
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END ? tail : "";
}

}  // namespace

absl::Status CheckXlsx(const std::string& path) {
  const FileForReading file(std::fopen(path.c_str(), "rb"));
  std::optional<ZipPart> part;
  if (file != nullptr) part = FindPart(file.get(), kSheet);
  if (part.has_value() && TailOf(file.get(), *part) == kSheetEnd) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(
      StrCat("the workbook in ", path,
             " did not become whole: is there room in that directory?"));
}

}  // namespace chasqui::exporting
