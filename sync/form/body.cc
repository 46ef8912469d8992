#include "sync/form/body.h"

#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

// nullopt if `element` is no control.
std::optional<ControlKind> KindOf(const Element& element) {
  if (element.space == kOdk && element.name == "rank") {
    return ControlKind::kRank;
  }
  if (element.Is("input") || element.Is("secret") || element.Is("textarea")) {
    return ControlKind::kInput;
  }
  if (element.Is("select1")) return ControlKind::kSelectOne;
  if (element.Is("select")) return ControlKind::kSelectMultiple;
  if (element.Is("upload")) return ControlKind::kUpload;
  if (element.Is("range")) return ControlKind::kRange;
  if (element.Is("rank")) return ControlKind::kRank;
  if (element.Is("trigger")) return ControlKind::kTrigger;
  return std::nullopt;
}

template <typename Value>
const Value* FindIn(const std::map<NodeIndex, Value>& values, NodeIndex node) {
  const auto found = values.find(node);
  return found == values.end() ? nullptr : &found->second;
}

}  // namespace

// Goes down the body. `around` is the group element next above, and `context`
// its node, or that of the next group above that has one.
class Body::Walk {
 public:
  Walk(const InstanceTree& tree, const Binds& binds, Body& body)
      : tree_(tree), binds_(binds), body_(body) {}

  absl::Status Children(const Element& parent, const Element* around,
                        NodeIndex context) {
    for (const Element& child : parent.children) {
      if (child.IsText()) continue;
      if (child.Is("group")) {
        RETURN_IF_ERROR(Group(child, context));
      } else if (child.Is("repeat")) {
        RETURN_IF_ERROR(Repeat(child, around, context));
      } else if (const auto kind = KindOf(child)) {
        RETURN_IF_ERROR(Add(*kind, child, context));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Group(const Element& group, NodeIndex context) {
    const auto ref = group.Get("ref") ? group.Get("ref") : group.Get("nodeset");
    if (ref || group.Get("bind")) {
      ASSIGN_OR_RETURN(context, NodeOf(group, context));
      body_.groups_.try_emplace(
          context,
          Section{group.Child("label"), group.Get("appearance").value_or("")});
    }
    return Children(group, &group, context);
  }

  absl::Status Repeat(const Element& repeat, const Element* around,
                      NodeIndex context) {
    if (!repeat.Get("nodeset") && !repeat.Get("bind")) {
      return BreaksRule(repeat.line, "repeat without nodeset",
                        "\"nodeset\" is required on repeat");
    }
    ASSIGN_OR_RETURN(const NodeIndex node, NodeOf(repeat, context));
    if (node == kRootNode) {
      return BreaksRule(repeat.line, "the whole form is repeated",
                        "a repeat is a node below the root of the instance");
    }
    RepeatSection section;
    section.label = repeat.Child("label");
    // The group around a repeat carries its label, as XLSForm writes it.
    if (section.label == nullptr && around != nullptr) {
      section.label = around->Child("label");
    }
    section.count = Trim(repeat.Get(kJavaRosa, "count").value_or(""));
    if (section.count.size() > kExpressionBytesMax) {
      return OverLimit(repeat.line, "bytes in an expression",
                       kExpressionBytesMax);
    }
    body_.repeats_.try_emplace(node, section);
    return Children(repeat, nullptr, node);
  }

  absl::Status Add(ControlKind kind, const Element& control,
                   NodeIndex context) {
    ASSIGN_OR_RETURN(const NodeIndex node, NodeOf(control, context));
    if (!tree_.IsLeaf(node)) {
      return BreaksRule(
          control.line,
          Concat({control.name, " for \"", tree_.node(node).path, "\""}),
          "a control asks for a node that holds a value, not other nodes");
    }
    body_.controls_.try_emplace(node, Control{kind, &control});
    return absl::OkStatus();
  }

  // The node of `element`'s ref, nodeset or bind.
  absl::StatusOr<NodeIndex> NodeOf(const Element& element, NodeIndex context) {
    std::optional<NodeIndex> node;
    auto name = element.Get("ref");
    if (!name) name = element.Get("nodeset");
    if (name) {
      node = tree_.Resolve(*name, context);
    } else if ((name = element.Get("bind"))) {
      node = binds_.NodeOfId(*name);
    } else {
      return BreaksRule(element.line, Concat({element.name, " without ref"}),
                        "\"ref\" is required on every control");
    }
    if (node) return *node;
    return BreaksRule(element.line,
                      Concat({element.name, " for \"", Trim(*name), "\""}),
                      "\"ref\" and \"nodeset\" are paths of nodes of the "
                      "primary instance, and there is none");
  }

  const InstanceTree& tree_;
  const Binds& binds_;
  Body& body_;
};

absl::StatusOr<Body> Body::Read(const Element* body, const InstanceTree& tree,
                                const Binds& binds) {
  Body result;
  if (body == nullptr) return result;
  RETURN_IF_ERROR(
      Walk(tree, binds, result).Children(*body, nullptr, kRootNode));
  return result;
}

const Control* Body::ControlOf(NodeIndex node) const {
  return FindIn(controls_, node);
}

const Section* Body::GroupOf(NodeIndex node) const {
  return FindIn(groups_, node);
}

const RepeatSection* Body::RepeatOf(NodeIndex node) const {
  return FindIn(repeats_, node);
}

}  // namespace chasqui::xform
