#include "sync/form/xpath_references.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

using Nodes = std::vector<NodeIndex>;  // Sorted, each once.

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsName(char c) {
  return IsNameStart(c) || IsDigit(c) || c == '-' || c == '.' || c == ':';
}

// One pass over one expression. Reads from the left; `context` is the nodes
// that relative paths start from.
class Scan {
 public:
  Scan(const InstanceTree& tree, std::string_view text, NodeIndex origin,
       std::size_t& steps)
      : tree_(tree), text_(text), origin_(origin), steps_(steps) {}

  absl::StatusOr<Nodes> Run() {
    while (at_ < text_.size()) {
      RETURN_IF_ERROR(Expression({origin_}, 0));
      ++at_;  // Past a bracket that nothing opened.
    }
    Sort(mentioned_);
    return std::move(mentioned_);
  }

 private:
  // Up to the end, or to a closing bracket, which is not taken.
  absl::Status Expression(const Nodes& context, std::size_t depth) {
    if (depth > kExpressionDepthMax) {
      return absl::InvalidArgumentError(
          Concat({"brackets nested deeper than the limit of ",
                  std::to_string(kExpressionDepthMax)}));
    }
    bool operand = false;  // Whether one has just ended: an operator follows.
    while (SkipSpace(), at_ < text_.size()) {
      const char c = Peek();
      if (c == ')' || c == ']') return absl::OkStatus();
      if (c == '\'' || c == '"') {
        SkipLiteral();
        operand = true;
      } else if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) {
        while (IsDigit(Peek()) || Peek() == '.') ++at_;
        operand = true;
      } else if (c == '(') {
        RETURN_IF_ERROR(Bracketed(context, depth));
        operand = true;
      } else if (IsNameStart(c) && operand) {
        TakeName();  // and, or, div, mod
        operand = false;
      } else if (StartsPath(c) && !operand) {
        RETURN_IF_ERROR(Path(context, depth));
        operand = true;
      } else {
        // A path goes on after a bracket: (…)/name. Its steps are not known.
        operand = c == '/' && operand;
        ++at_;
        if (operand) TakeName();
      }
    }
    return absl::OkStatus();
  }

  static bool StartsPath(char c) {
    return c == '/' || c == '.' || c == '@' || c == '*' || IsNameStart(c);
  }

  // The inside of brackets, and both of them.
  absl::Status Bracketed(const Nodes& context, std::size_t depth) {
    ++at_;
    RETURN_IF_ERROR(Expression(context, depth + 1));
    if (at_ < text_.size()) ++at_;
    return absl::OkStatus();
  }

  absl::Status Path(const Nodes& context, std::size_t depth) {
    Nodes nodes = context;
    bool first = true;
    bool from_root = false;
    if (Peek() == '/') {
      nodes = {kRootNode};
      from_root = Peek(1) != '/';
      at_ += from_root ? 1 : 2;
      if (!from_root) {
        ASSIGN_OR_RETURN(nodes, WithDescendants(nodes));
      }
      first = false;
    }
    bool is_value = false;  // The path is a function's result so far.
    do {
      SkipSpace();
      ASSIGN_OR_RETURN(nodes, Step(nodes, first, from_root, is_value, depth));
      first = from_root = false;
      while (SkipSpace(), Peek() == '[') {
        RETURN_IF_ERROR(Bracketed(nodes, depth));
        is_value = false;
      }
      if (Peek() == '/' && Peek(1) == '/') {
        ++at_;
        ASSIGN_OR_RETURN(nodes, WithDescendants(nodes));
      }
    } while (TakeIf('/'));
    if (!is_value) {
      mentioned_.insert(mentioned_.end(), nodes.begin(), nodes.end());
    }
    return absl::OkStatus();
  }

  // One step from `nodes`. `from_root`: it names the root itself.
  absl::StatusOr<Nodes> Step(const Nodes& nodes, bool first, bool from_root,
                             bool& is_value, std::size_t depth) {
    if (Peek() == '.' && Peek(1) == '.') {
      at_ += 2;
      return Parents(nodes);
    }
    if (TakeIf('.')) return nodes;
    if (TakeIf('*')) return from_root ? Nodes{kRootNode} : Children(nodes, "");
    if (TakeIf('@')) {
      TakeName();
      return Nodes();
    }
    const std::string_view name = TakeName();
    SkipSpace();
    if (Peek() == '(') return Call(name, nodes, first, is_value, depth);
    if (name.empty()) return nodes;
    return Named(name, nodes, from_root);
  }

  // A function call as the first step, or a node test such as node().
  absl::StatusOr<Nodes> Call(std::string_view name, const Nodes& nodes,
                             bool first, bool& is_value, std::size_t depth) {
    RETURN_IF_ERROR(Bracketed(nodes, depth));
    if (name == "current") return Nodes{origin_};
    const std::string_view local = WithoutPrefix(name);
    if (!first || local == "node" || local == "text") {
      return name.starts_with("parent::") ? Parents(nodes) : nodes;
    }
    is_value = true;
    return Nodes();
  }

  absl::StatusOr<Nodes> Named(std::string_view name, const Nodes& nodes,
                              bool from_root) {
    const std::size_t axis = name.find("::");
    if (axis != std::string_view::npos && !name.starts_with("child::")) {
      return name.starts_with("self::") ? nodes : Nodes();
    }
    const std::string_view local = WithoutPrefix(name);
    if (!from_root) return Children(nodes, local);
    return local == tree_.node(kRootNode).name ? Nodes{kRootNode} : Nodes();
  }

  // The children of that name; all, if it is empty.
  absl::StatusOr<Nodes> Children(const Nodes& nodes, std::string_view name) {
    Nodes found;
    for (const NodeIndex node : nodes) {
      if (!name.empty()) {
        if (const auto child = tree_.Child(node, name)) {
          found.push_back(*child);
        }
      } else {
        const Nodes& children = tree_.node(node).children;
        found.insert(found.end(), children.begin(), children.end());
      }
    }
    RETURN_IF_ERROR(Count(nodes.size() + found.size()));
    Sort(found);
    return found;
  }

  absl::StatusOr<Nodes> Parents(const Nodes& nodes) {
    RETURN_IF_ERROR(Count(nodes.size()));
    Nodes found;
    for (const NodeIndex node : nodes) {
      if (node != kRootNode) found.push_back(tree_.node(node).parent);
    }
    Sort(found);
    return found;
  }

  // A parent precedes its children, so one pass finds all that is below.
  absl::StatusOr<Nodes> WithDescendants(const Nodes& nodes) {
    RETURN_IF_ERROR(Count(tree_.nodes().size()));
    std::vector<bool> in(tree_.nodes().size(), false);
    for (const NodeIndex node : nodes) in[node] = true;
    Nodes found;
    for (NodeIndex node = 0; node < in.size(); ++node) {
      if (node != kRootNode && in[tree_.node(node).parent]) in[node] = true;
      if (in[node]) found.push_back(node);
    }
    return found;
  }

  absl::Status Count(std::size_t steps) {
    steps_ += steps + 1;
    if (steps_ <= kReferenceStepsMax) return absl::OkStatus();
    return absl::InvalidArgumentError(
        Concat({"expressions that take more steps to follow than the limit of ",
                std::to_string(kReferenceStepsMax)}));
  }

  static void Sort(Nodes& nodes) {
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }

  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  bool TakeIf(char wanted) {
    if (Peek() != wanted) return false;
    ++at_;
    return true;
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           kSpace.find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  void SkipLiteral() {
    const std::size_t end = text_.find(text_[at_], at_ + 1);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

  std::string_view TakeName() {
    const std::size_t begin = at_;
    if (IsNameStart(Peek())) {
      while (at_ < text_.size() && IsName(text_[at_])) ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

  const InstanceTree& tree_;
  const std::string_view text_;
  const NodeIndex origin_;
  std::size_t& steps_;
  std::size_t at_ = 0;
  Nodes mentioned_;
};

}  // namespace

absl::StatusOr<std::vector<NodeIndex>> XPathReferences::Of(
    std::string_view expression, NodeIndex context) {
  return Scan(tree_, expression, context, steps_).Run();
}

}  // namespace chasqui::xform
