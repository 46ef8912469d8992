// The binds of a form's model: type and expressions of the instance's nodes.

#ifndef CHASQUI_SYNC_FORM_BINDS_H_
#define CHASQUI_SYNC_FORM_BINDS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/form/form.h"
#include "sync/form/instance_tree.h"
#include "sync/form/xml_tree.h"

namespace chasqui::xform {

// What the binds of one node say. Views point into the document; empty: not
// said. Of several binds of one node each adds what the ones before left open.
struct Bind {
  std::string_view type;
  std::string_view relevant;
  std::string_view required;
  std::string_view readonly;
  std::string_view constraint;
  std::string_view calculate;
  std::string_view constraint_message;
  std::string_view required_message;
  std::string_view preload;
  std::string_view preload_parameter;
  std::string_view saveto;
};

class Binds {
 public:
  // InvalidArgument if a bind has no nodeset, or one that is not in `tree`.
  static absl::StatusOr<Binds> Read(const Element& model,
                                    const InstanceTree& tree);

  // An empty bind for a node that has none.
  const Bind& Of(NodeIndex node) const;

  // The calculate of an attribute, such as that of "/data/meta/entity/@id".
  std::string_view CalculateOf(NodeIndex node,
                               std::string_view attribute) const;

  // The node of the bind with that `id` attribute.
  std::optional<NodeIndex> NodeOfId(std::string_view id) const;

 private:
  absl::Status ReadOne(const Element& element, const InstanceTree& tree);

  std::map<NodeIndex, Bind> binds_;
  std::map<std::pair<NodeIndex, std::string_view>, std::string_view>
      attribute_calculates_;
  std::map<std::string_view, NodeIndex> ids_;
};

// The field type of a bind's `type`, with or without prefix; kText for what
// has none of its own.
FieldType TypeOf(std::string_view bind_type);

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_BINDS_H_
