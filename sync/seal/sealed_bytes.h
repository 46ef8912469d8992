// What the files of this folder have in common. Internal to it.

#ifndef CHASQUI_SYNC_SEAL_SEALED_BYTES_H_
#define CHASQUI_SYNC_SEAL_SEALED_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace chasqui::seal {

// They begin with it, and a byte each for the version and for what they are:
// numbers of Kind, and this one.
inline constexpr std::string_view kMagic = "chasqui";
inline constexpr std::uint8_t kStartingFile = 3;

// As libsodium takes them.
inline const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* Data(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

inline absl::Status Wrong(const std::string& what) {
  return absl::InvalidArgumentError(what);
}

}  // namespace chasqui::seal

#endif  // CHASQUI_SYNC_SEAL_SEALED_BYTES_H_
