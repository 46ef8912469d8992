#ifndef CHASQUI_STORAGE_FINDINGS_H_
#define CHASQUI_STORAGE_FINDINGS_H_

#include <string>
#include <utility>

#include "storage/verify.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {

// Collects what is wrong with one store.
class Findings {
 public:
  explicit Findings(VerifyReport& report) : report_(report) {}

  template <typename... Pieces>
  void Add(const Pieces&... pieces) {
    if (report_.findings.size() == kFindingsMax) {
      report_.more = true;
      return;
    }
    report_.findings.push_back(StrCat(pieces...));
  }

  // Adds a finding unless `good`.
  template <typename... Pieces>
  void Expect(bool good, const Pieces&... pieces) {
    if (!good) Add(pieces...);
  }

 private:
  VerifyReport& report_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_FINDINGS_H_
