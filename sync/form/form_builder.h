// Puts a form together from the parts of its XForm.

#ifndef CHASQUI_SYNC_FORM_FORM_BUILDER_H_
#define CHASQUI_SYNC_FORM_FORM_BUILDER_H_

#include <set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/form/binds.h"
#include "sync/form/body.h"
#include "sync/form/choice_lists.h"
#include "sync/form/constraint_pairs.h"
#include "sync/form/form.h"
#include "sync/form/instance_tree.h"
#include "sync/form/itext.h"
#include "sync/form/text_budget.h"

namespace chasqui::xform {

// What an XForm consists of, each read by itself.
struct XFormParts {
  const InstanceTree& tree;
  const Binds& binds;
  const Body& body;
  const Itext& itext;
  const SecondaryInstances& instances;
  // Nodes that a setvalue or another action fills in.
  const std::set<NodeIndex>& set_by_actions;
};

class FormBuilder {
 public:
  explicit FormBuilder(const XFormParts& parts)
      : parts_(parts), choice_lists_(parts.instances, parts.itext, budget_) {}

  // Adds groups, repeats, fields, choice lists, entities and pairs to `form`;
  // and to `unattached` the selects over a file that is not there.
  absl::Status Build(Form& form, std::vector<UnattachedList>& unattached);

 private:
  // What encloses a node.
  struct Around {
    std::optional<RepeatIndex> repeat;
    std::optional<GroupIndex> group;
    std::vector<std::string> relevants;
    bool meta = false;
  };

  absl::Status AddNode(NodeIndex node, const Around& around);
  absl::Status AddInner(NodeIndex node, const Around& around);
  absl::Status AddField(NodeIndex node, const Around& around);
  absl::Status AddAnswer(NodeIndex node, const Control& control, Field& field);
  absl::Status AddChoices(const Control& control, Field& field);
  void AddExpressions(const Bind& bind, Field& field) const;
  void AddEntity(NodeIndex node, const Around& around);
  bool IsMeta(NodeIndex node) const;
  bool IsNote(NodeIndex node, const Field& field) const;

  const XFormParts& parts_;
  TextBudget budget_;
  ChoiceLists choice_lists_;
  Places places_;
  Form* form_ = nullptr;
};

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_FORM_BUILDER_H_
