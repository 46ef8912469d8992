#include "sync/utf8.h"

#include <cstdint>

namespace chasqui {
namespace {

// How many bytes follow a first byte, and between which bounds the first of
// them lies (RFC 3629, section 4). 0 for a byte that cannot be first.
struct Lead {
  std::size_t follow = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
};

Lead LeadOf(std::uint8_t byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return {1};
  if (byte == 0xe0) return {2, 0xa0, 0xbf};
  if (byte == 0xed) return {2, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {2};
  if (byte == 0xf0) return {3, 0x90, 0xbf};
  if (byte >= 0xf1 && byte <= 0xf3) return {3};
  if (byte == 0xf4) return {3, 0x80, 0x8f};
  return {};
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto first = static_cast<std::uint8_t>(bytes[i++]);
    if (first < 0x80) continue;
    const Lead lead = LeadOf(first);
    if (lead.follow == 0 || bytes.size() - i < lead.follow) return false;
    std::uint8_t low = lead.low;
    std::uint8_t high = lead.high;
    for (std::size_t n = 0; n < lead.follow; ++n, ++i) {
      const auto byte = static_cast<std::uint8_t>(bytes[i]);
      if (byte < low || byte > high) return false;
      low = 0x80;
      high = 0xbf;
    }
  }
  return true;
}

}  // namespace chasqui
