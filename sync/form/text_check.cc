#include "sync/form/text_check.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "sync/form/limits.h"

namespace chasqui::xform {
namespace {

struct Lead {
  std::size_t length;   // Of the sequence it begins; 0: it begins none.
  std::uint32_t bits;   // Its share of the code point.
  std::uint32_t least;  // The least code point that needs this length.
};

Lead Classify(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xc2 && byte < 0xe0) return {2, byte & 0x1fU, 0x80};
  if (byte >= 0xe0 && byte < 0xf0) return {3, byte & 0x0fU, 0x800};
  if (byte >= 0xf0 && byte < 0xf5) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

// The length of the character `bytes` begin with; 0 if it is not UTF-8 or not
// allowed in XML.
std::size_t CharacterLength(std::string_view bytes) {
  const Lead lead = Classify(static_cast<unsigned char>(bytes[0]));
  if (lead.length == 0 || lead.length > bytes.size()) return 0;
  std::uint32_t code = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if ((byte & 0xc0U) != 0x80) return 0;
    code = (code << 6U) | (byte & 0x3fU);
  }
  const bool control =
      code < 0x20 && code != '\t' && code != '\n' && code != '\r';
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  const bool not_character = code == 0xfffe || code == 0xffff;
  if (code < lead.least || code > 0x10ffff) return 0;
  return control || surrogate || not_character ? 0 : lead.length;
}

}  // namespace

absl::Status CheckText(std::string_view bytes) {
  if (bytes.size() > kFormBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(bytes.size(), " bytes: more than the limit of ",
                     kFormBytesMax, " (16 MiB)"));
  }
  std::size_t line = 1;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = CharacterLength(bytes.substr(at));
    if (length == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line ", line, ": byte 0x",
          absl::Hex(static_cast<unsigned char>(bytes[at]), absl::kZeroPad2),
          " is not UTF-8 text, or a control character that XML forbids"));
    }
    if (bytes[at] == '\n') ++line;
    at += length;
  }
  return absl::OkStatus();
}

LineIndex::LineIndex(std::string_view bytes) {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    breaks_.push_back(at);
  }
}

std::size_t LineIndex::LineOf(std::size_t offset) const {
  const auto after = std::lower_bound(breaks_.begin(), breaks_.end(), offset);
  return static_cast<std::size_t>(after - breaks_.begin()) + 1;
}

}  // namespace chasqui::xform
