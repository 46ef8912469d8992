// The primary instance: the shape of a filled form, as nodes with paths.

#ifndef CHASQUI_SYNC_FORM_INSTANCE_TREE_H_
#define CHASQUI_SYNC_FORM_INSTANCE_TREE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/form/xml_tree.h"

namespace chasqui::xform {

using NodeIndex = std::uint32_t;
inline constexpr NodeIndex kRootNode = 0;

// A node of the instance. The rows that a form sets out for a repeat, and its
// jr:template, are one node.
struct InstanceNode {
  std::string name;
  std::string path;  // Below the root, without prefixes; empty for the root.
  const Element* element = nullptr;  // The first of its rows.
  NodeIndex parent = kRootNode;
  std::vector<NodeIndex> children;  // In document order.
  std::uint32_t second_line = 0;    // Where a second row stands; 0: nowhere.
};

class InstanceTree {
 public:
  // `root` is the element inside the primary instance and must outlive this.
  static absl::StatusOr<InstanceTree> Build(const Element& root);

  // nodes()[kRootNode] is the root. A parent precedes its children.
  const std::vector<InstanceNode>& nodes() const { return nodes_; }
  const InstanceNode& node(NodeIndex index) const { return nodes_[index]; }
  bool IsLeaf(NodeIndex index) const { return nodes_[index].children.empty(); }

  std::optional<NodeIndex> Child(NodeIndex parent, std::string_view name) const;

  // The node of a nodeset or ref such as "/data/a/b", "a/b" or "../b", seen
  // from `context`. Prefixes do not count. nullopt if there is none, or if the
  // path is more than steps down and up.
  std::optional<NodeIndex> Resolve(std::string_view path,
                                   NodeIndex context) const;

 private:
  absl::Status AddChildren(NodeIndex parent, const Element& element);
  absl::StatusOr<NodeIndex> FindOrAdd(NodeIndex parent, const Element& element);

  std::vector<InstanceNode> nodes_;
  std::map<std::pair<NodeIndex, std::string_view>, NodeIndex> children_;
};

// "orx:meta" is "meta".
std::string_view WithoutPrefix(std::string_view name);

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_INSTANCE_TREE_H_
