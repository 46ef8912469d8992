// Counts the text that goes into a form. One text of the XForm may be used in
// many places, so that a small form could grow large.

#ifndef CHASQUI_SYNC_FORM_TEXT_BUDGET_H_
#define CHASQUI_SYNC_FORM_TEXT_BUDGET_H_

#include <cstddef>

#include "absl/status/status.h"
#include "sync/form/form.h"
#include "sync/form/form_error.h"
#include "sync/form/limits.h"

namespace chasqui::xform {

class TextBudget {
 public:
  // InvalidArgument once the bytes taken exceed kTextBytesTotalMax.
  absl::Status Take(std::size_t bytes, std::size_t line) {
    taken_ += bytes;
    if (taken_ <= kTextBytesTotalMax) return absl::OkStatus();
    return OverLimit(line, "bytes of labels, choices and expressions",
                     kTextBytesTotalMax);
  }

 private:
  std::size_t taken_ = 0;
};

inline std::size_t SizeOf(const Text& text) {
  std::size_t size = 0;
  for (const auto& [language, words] : text) {
    size += language.size() + words.size();
  }
  return size;
}

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_TEXT_BUDGET_H_
