#include "sync/form/instance_tree.h"

#include <set>

#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"

namespace chasqui::xform {

std::string_view WithoutPrefix(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

absl::StatusOr<InstanceTree> InstanceTree::Build(const Element& root) {
  InstanceTree tree;
  InstanceNode& node = tree.nodes_.emplace_back();
  node.name = root.name;
  node.element = &root;
  RETURN_IF_ERROR(tree.AddChildren(kRootNode, root));
  return tree;
}

absl::Status InstanceTree::AddChildren(NodeIndex parent,
                                       const Element& element) {
  std::set<NodeIndex> here;
  for (const Element& child : element.children) {
    if (child.IsText()) continue;
    ASSIGN_OR_RETURN(const NodeIndex index, FindOrAdd(parent, child));
    if (!here.insert(index).second && nodes_[index].second_line == 0) {
      nodes_[index].second_line = child.line;
    }
    RETURN_IF_ERROR(AddChildren(index, child));
  }
  return absl::OkStatus();
}

absl::StatusOr<NodeIndex> InstanceTree::FindOrAdd(NodeIndex parent,
                                                  const Element& element) {
  if (const auto known = Child(parent, element.name)) return *known;
  if (nodes_.size() > kInstanceNodesMax) {
    return OverLimit(element.line, "nodes in the primary instance",
                     kInstanceNodesMax);
  }
  const auto index = static_cast<NodeIndex>(nodes_.size());
  InstanceNode node;
  node.name = element.name;
  node.path = parent == kRootNode
                  ? node.name
                  : Concat({nodes_[parent].path, "/", element.name});
  if (node.path.size() > kPathBytesMax) {
    return OverLimit(element.line, "bytes in a path", kPathBytesMax);
  }
  node.element = &element;
  node.parent = parent;
  nodes_.push_back(std::move(node));
  nodes_[parent].children.push_back(index);
  // The view is into the document, which does not move.
  children_.try_emplace({parent, element.name}, index);
  return index;
}

std::optional<NodeIndex> InstanceTree::Child(NodeIndex parent,
                                             std::string_view name) const {
  const auto found = children_.find({parent, name});
  if (found == children_.end()) return std::nullopt;
  return found->second;
}

std::optional<NodeIndex> InstanceTree::Resolve(std::string_view path,
                                               NodeIndex context) const {
  path = Trim(path);
  std::optional<NodeIndex> at = context;
  bool expect_root = path.starts_with('/');
  if (expect_root) path.remove_prefix(1);
  if (path.empty()) return std::nullopt;
  while (at && !path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view step = Trim(path.substr(0, slash));
    path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
    const std::string_view name = WithoutPrefix(step);
    if (expect_root) {
      at = name == nodes_[kRootNode].name ? std::optional(kRootNode)
                                          : std::nullopt;
      expect_root = false;
    } else if (step == "..") {
      at = *at == kRootNode ? std::nullopt : std::optional(nodes_[*at].parent);
    } else if (step != ".") {
      at = Child(*at, name);
    }
  }
  return at;
}

}  // namespace chasqui::xform
