// Strings, for std::string_view: the packaged Abseil has a view of its own.

#ifndef CHASQUI_SYNC_FORM_STRINGS_H_
#define CHASQUI_SYNC_FORM_STRINGS_H_

#include <initializer_list>
#include <string>
#include <string_view>

namespace chasqui::xform {

inline constexpr std::string_view kSpace = " \t\r\n";

// `text` without white space around it.
constexpr std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

inline std::string Concat(std::initializer_list<std::string_view> pieces) {
  std::string all;
  for (const std::string_view piece : pieces) all.append(piece);
  return all;
}

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_STRINGS_H_
