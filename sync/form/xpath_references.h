// Which nodes of the instance an expression mentions.
//
// A mention is a location path:
//
//   /data/school/pupils     absolute
//   ../pupils   .   *       relative to the node whose bind it is
//   current()/../state      the same, wherever it stands
//   /data/row[age > 5]/sex  the predicate is read from the rows: row/age
//   instance('x')/root/item[state = /data/state]   not of this instance,
//                           but what its predicate mentions may be
//
// Function arguments count, string literals do not. A path to a group mentions
// the group, not what is in it. The expression is not checked: from what is no
// XPath, what looks like paths is taken.

#ifndef CHASQUI_SYNC_FORM_XPATH_REFERENCES_H_
#define CHASQUI_SYNC_FORM_XPATH_REFERENCES_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/form/instance_tree.h"

namespace chasqui::xform {

class XPathReferences {
 public:
  // `tree` must outlive this.
  explicit XPathReferences(const InstanceTree& tree) : tree_(tree) {}

  // What `expression` mentions when it stands at node `context`; sorted, each
  // once. InvalidArgument if it is nested deeper than kExpressionDepthMax, or
  // the expressions so far took more than kReferenceStepsMax steps.
  absl::StatusOr<std::vector<NodeIndex>> Of(std::string_view expression,
                                            NodeIndex context);

 private:
  const InstanceTree& tree_;
  std::size_t steps_ = 0;
};

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_XPATH_REFERENCES_H_
