// What the stored values' grammars have beyond those of sync/bytes.h.
//
//   offset   a zigzag of the difference to a number that is known: short where
//            the two are near each other, exact for any two, as it wraps

#ifndef CHASQUI_STORAGE_PACKING_H_
#define CHASQUI_STORAGE_PACKING_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::storage {

inline void WriteOffset(std::uint64_t value, std::uint64_t from,
                        ByteWriter& out) {
  out.Zigzag(static_cast<std::int64_t>(value - from));
}
inline void WriteOffset(std::int64_t value, std::int64_t from,
                        ByteWriter& out) {
  WriteOffset(static_cast<std::uint64_t>(value),
              static_cast<std::uint64_t>(from), out);
}
inline std::uint64_t ReadOffset(ByteReader& in, std::uint64_t from) {
  return from + static_cast<std::uint64_t>(in.Zigzag());
}
inline std::int64_t ReadOffset(ByteReader& in, std::int64_t from) {
  return static_cast<std::int64_t>(
      ReadOffset(in, static_cast<std::uint64_t>(from)));
}

// One of the values numbered up to `last`; fails for any other.
template <typename Enum>
Enum ReadNumbered(ByteReader& in, Enum last) {
  const std::uint8_t value = in.Byte();
  if (value > static_cast<std::uint8_t>(last)) in.Fail();
  return in.ok() ? static_cast<Enum>(value) : Enum{};
}

// OK if all was read and nothing is left; else DataLoss.
inline absl::Status FinishReading(const ByteReader& in, std::string_view what) {
  if (in.done()) return absl::OkStatus();
  return absl::DataLossError(
      StrCat("a stored ", what, " cannot be read",
             in.ok() ? ": there is more of it than there should be" : ""));
}

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_PACKING_H_
