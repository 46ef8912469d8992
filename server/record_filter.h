// Which records a request means.

#ifndef CHASQUI_SERVER_RECORD_FILTER_H_
#define CHASQUI_SERVER_RECORD_FILTER_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/record_service.pb.h"
#include "sync/base/str_cat.h"
#include "sync/record.h"
#include "sync/survey.h"

namespace chasqui::server {

// The areas meant: none named is every area.
class AreaFilter {
 public:
  // The area of that code and all below. InvalidArgument: there is none.
  static absl::StatusOr<AreaFilter> Of(const Survey& survey,
                                       const std::string& code) {
    AreaFilter filter;
    if (code.empty()) return filter;
    const std::vector<std::string> below = survey.AreasBelow(code);
    if (below.empty()) {
      return absl::InvalidArgumentError(
          StrCat("the survey has no area \"", code, "\""));
    }
    filter.areas_.emplace(below.begin(), below.end());
    return filter;
  }

  bool Has(const Record& record) const {
    return !areas_.has_value() || areas_->contains(record.area());
  }

 private:
  std::optional<std::set<std::string>> areas_;
};

// By its status and whose it is.
template <typename Request>
bool IsWanted(const Record& record, const Request& request) {
  if (request.status() != v1::RECORD_STATUS_UNSPECIFIED &&
      static_cast<int>(record.status()) != request.status()) {
    return false;
  }
  return request.assignee().empty() || record.assignee() == request.assignee();
}

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_RECORD_FILTER_H_
