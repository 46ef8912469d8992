#include "sync/form/constraint_pairs.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"
#include "sync/form/xpath_references.h"

namespace chasqui::xform {
namespace {

using Place = std::optional<RepeatIndex>;  // A repeat; none: the record.

class PairFinder {
 public:
  PairFinder(const Form& form, const InstanceTree& tree, const Binds& binds,
             const Places& places)
      : form_(form),
        tree_(tree),
        binds_(binds),
        places_(places),
        references_(tree) {}

  absl::StatusOr<std::vector<Pair>> Run() {
    for (NodeIndex node = 0; node < tree_.nodes().size(); ++node) {
      const Bind& bind = binds_.Of(node);
      RETURN_IF_ERROR(Read(node, bind.relevant));
      if (!places_.fields.contains(node)) continue;
      RETURN_IF_ERROR(Read(node, bind.constraint));
      RETURN_IF_ERROR(Read(node, bind.calculate));
    }
    return std::vector<Pair>(pairs_.begin(), pairs_.end());
  }

 private:
  // An expression at `node`: pairs each field at or below it with each field
  // it mentions.
  absl::Status Read(NodeIndex node, std::string_view expression) {
    if (expression.empty()) return absl::OkStatus();
    const auto mentioned = references_.Of(expression, node);
    if (!mentioned.ok()) return At(node, mentioned.status());
    std::vector<FieldIndex> fields;
    for (const NodeIndex other : *mentioned) {
      const auto field = places_.fields.find(other);
      if (field != places_.fields.end()) fields.push_back(field->second);
    }
    if (fields.empty()) return absl::OkStatus();
    const Place evaluated_in = EvaluatedIn(node);
    for (const FieldIndex covered : FieldsBelow(node)) {
      for (const FieldIndex other : fields) {
        Add(covered, other, evaluated_in);
      }
      if (pairs_.size() > kPairsMax) {
        return OverLimit(tree_.node(node).element->line, "constraint pairs",
                         kPairsMax);
      }
    }
    return absl::OkStatus();
  }

  void Add(FieldIndex covered, FieldIndex other, Place evaluated_in) {
    if (covered == other) return;
    const Place covered_in = form_.fields[covered].repeat;
    const Place other_in = form_.fields[other].repeat;
    const bool spans_rows = covered_in != other_in;
    if (spans_rows && covered_in == evaluated_in &&
        Encloses(other_in, evaluated_in)) {
      return;  // Evaluated row by row, against one value outside.
    }
    pairs_.insert(
        {std::min(covered, other), std::max(covered, other), spans_rows});
  }

  // The repeat in a row of which an expression at `node` is evaluated. That of
  // a repeat decides all its rows, so it is evaluated around them.
  Place EvaluatedIn(NodeIndex node) const {
    while (node != kRootNode) {
      node = tree_.node(node).parent;
      const auto repeat = places_.repeats.find(node);
      if (repeat != places_.repeats.end()) return repeat->second;
    }
    return std::nullopt;
  }

  // Whether `inner` is `outer`, or somewhere in it.
  bool Encloses(Place outer, Place inner) const {
    while (inner != outer) {
      if (!inner) return false;
      inner = form_.repeats[*inner].parent;
    }
    return true;
  }

  std::vector<FieldIndex> FieldsBelow(NodeIndex top) const {
    std::vector<FieldIndex> fields;
    std::vector<NodeIndex> waiting = {top};
    while (!waiting.empty()) {
      const NodeIndex node = waiting.back();
      waiting.pop_back();
      const auto field = places_.fields.find(node);
      if (field != places_.fields.end()) fields.push_back(field->second);
      const std::vector<NodeIndex>& below = tree_.node(node).children;
      waiting.insert(waiting.end(), below.begin(), below.end());
    }
    return fields;
  }

  // `status`, with the place of the expression it is about.
  absl::Status At(NodeIndex node, const absl::Status& status) const {
    const absl::string_view message = status.message();
    return absl::InvalidArgumentError(
        Concat({"line ",
                std::to_string(tree_.node(node).element->line),
                ": an expression of \"",
                tree_.node(node).path,
                "\": ",
                {message.data(), message.size()}}));
  }

  const Form& form_;
  const InstanceTree& tree_;
  const Binds& binds_;
  const Places& places_;
  XPathReferences references_;
  std::set<Pair> pairs_;
};

}  // namespace

absl::StatusOr<std::vector<Pair>> FindPairs(const Form& form,
                                            const InstanceTree& tree,
                                            const Binds& binds,
                                            const Places& places) {
  return PairFinder(form, tree, binds, places).Run();
}

}  // namespace chasqui::xform
