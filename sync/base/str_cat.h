// absl::StrCat for std::string_view.
//
// The Abseil we build with was compiled as C++14, so its string_view is a type
// of its own, and StrCat does not take the standard one. StrCat here takes
// whatever absl::StrCat does, and std::string_view as well. It can go once the
// toolchain's Abseil was compiled as C++17.

#ifndef CHASQUI_SYNC_BASE_STR_CAT_H_
#define CHASQUI_SYNC_BASE_STR_CAT_H_

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace chasqui {

inline absl::string_view AbslView(std::string_view text) {
  return {text.data(), text.size()};
}

inline std::string_view StdView(absl::string_view text) {
  return {text.data(), text.size()};
}

namespace internal {

template <typename T>
const T& CatPiece(const T& piece) {
  return piece;
}
inline absl::string_view CatPiece(std::string_view piece) {
  return AbslView(piece);
}

}  // namespace internal

template <typename... Pieces>
std::string StrCat(const Pieces&... pieces) {
  return absl::StrCat(internal::CatPiece(pieces)...);
}

}  // namespace chasqui

#endif  // CHASQUI_SYNC_BASE_STR_CAT_H_
