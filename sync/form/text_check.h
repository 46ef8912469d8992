// Checks of bytes before anything reads them as text.

#ifndef CHASQUI_SYNC_FORM_TEXT_CHECK_H_
#define CHASQUI_SYNC_FORM_TEXT_CHECK_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace chasqui::xform {

// InvalidArgument, with the line, unless `bytes` are at most kFormBytesMax
// bytes of UTF-8 that XML allows: no surrogates, no overlong forms, and of the
// control characters only tab, line feed and carriage return.
absl::Status CheckText(std::string_view bytes);

// Finds the line of an offset.
class LineIndex {
 public:
  explicit LineIndex(std::string_view bytes);

  // From 1. An offset past the end is on the last line.
  std::size_t LineOf(std::size_t offset) const;

 private:
  std::vector<std::size_t> breaks_;  // Offsets of the line feeds.
};

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_TEXT_CHECK_H_
