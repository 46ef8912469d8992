#include "sync/form/form_builder.h"

#include <string>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

std::size_t FieldSize(const Field& field) {
  std::size_t size =
      field.path.size() + field.required.size() + field.relevant.size() +
      field.constraint.size() + field.calculate.size() + field.readonly.size() +
      field.default_value.size() + SizeOf(field.label) + SizeOf(field.hint) +
      SizeOf(field.constraint_message) + SizeOf(field.required_message);
  for (const std::string& relevant : field.relevants_above) {
    size += relevant.size();
  }
  return size;
}

}  // namespace

absl::Status FormBuilder::Build(Form& form,
                                std::vector<UnattachedList>& unattached) {
  form_ = &form;
  Around around;
  const Bind& root = parts_.binds.Of(kRootNode);
  if (!root.relevant.empty()) around.relevants.emplace_back(root.relevant);
  for (const NodeIndex child : parts_.tree.node(kRootNode).children) {
    RETURN_IF_ERROR(AddNode(child, around));
  }
  form.choice_lists = choice_lists_.Take();
  unattached = choice_lists_.TakeUnattached();
  ASSIGN_OR_RETURN(form.pairs,
                   FindPairs(form, parts_.tree, parts_.binds, places_));
  return absl::OkStatus();
}

absl::Status FormBuilder::AddNode(NodeIndex node, const Around& around) {
  const InstanceNode& at = parts_.tree.node(node);
  const bool repeated = parts_.body.RepeatOf(node) != nullptr;
  if (at.second_line != 0 && !repeated) {
    return BreaksRule(at.second_line,
                      Concat({"a second node \"", at.path, "\""}),
                      "only a node that a repeat names may stand twice in "
                      "the primary instance");
  }
  if (around.meta && at.name == "entity") AddEntity(node, around);
  const bool leaf = parts_.tree.IsLeaf(node);
  if (leaf && parts_.body.ControlOf(node) != nullptr && repeated) {
    return BreaksRule(at.element->line,
                      Concat({"\"", at.path, "\" is asked and repeated"}),
                      "a repeat holds the nodes that are asked in it");
  }
  const bool is_empty_section = repeated ||
                                parts_.body.GroupOf(node) != nullptr ||
                                (around.meta && at.name == "entity");
  if (leaf && (parts_.body.ControlOf(node) != nullptr || !is_empty_section)) {
    return AddField(node, around);
  }
  return AddInner(node, around);
}

absl::Status FormBuilder::AddInner(NodeIndex node, const Around& around) {
  const InstanceNode& at = parts_.tree.node(node);
  const Bind& bind = parts_.binds.Of(node);
  Around inside = around;
  std::size_t size = at.path.size() + bind.relevant.size();
  if (const RepeatSection* section = parts_.body.RepeatOf(node)) {
    Repeat repeat{at.path, around.repeat, parts_.itext.TextOf(section->label),
                  std::string(bind.relevant), std::string(section->count)};
    size += SizeOf(repeat.label) + repeat.count.size();
    inside.repeat = static_cast<RepeatIndex>(form_->repeats.size());
    places_.repeats[node] = *inside.repeat;
    form_->repeats.push_back(std::move(repeat));
  } else {
    Group group{
        at.path, around.group, around.repeat, {}, std::string(bind.relevant),
        {}};
    if (const Section* said = parts_.body.GroupOf(node)) {
      group.label = parts_.itext.TextOf(said->label);
      group.appearance = std::string(said->appearance);
    }
    size += SizeOf(group.label) + group.appearance.size();
    inside.group = static_cast<GroupIndex>(form_->groups.size());
    form_->groups.push_back(std::move(group));
  }
  RETURN_IF_ERROR(budget_.Take(size, at.element->line));
  if (!bind.relevant.empty()) inside.relevants.emplace_back(bind.relevant);
  inside.meta = around.meta || IsMeta(node);
  for (const NodeIndex child : at.children) {
    RETURN_IF_ERROR(AddNode(child, inside));
  }
  return absl::OkStatus();
}

// The block of meta data stands at the root, and, with entities, in repeats.
bool FormBuilder::IsMeta(NodeIndex node) const {
  const InstanceNode& at = parts_.tree.node(node);
  return at.name == "meta" &&
         (at.parent == kRootNode || parts_.body.RepeatOf(at.parent) != nullptr);
}

absl::Status FormBuilder::AddField(NodeIndex node, const Around& around) {
  const InstanceNode& at = parts_.tree.node(node);
  const Bind& bind = parts_.binds.Of(node);
  if (form_->fields.size() >= kFieldsMax) {
    return OverLimit(at.element->line, "fields", kFieldsMax);
  }
  Field field;
  field.path = at.path;
  field.type = TypeOf(bind.type);
  field.repeat = around.repeat;
  field.group = around.group;
  field.relevants_above = around.relevants;
  field.default_value = at.element->Content();
  field.meta = around.meta;
  AddExpressions(bind, field);
  if (const Control* control = parts_.body.ControlOf(node)) {
    RETURN_IF_ERROR(AddAnswer(node, *control, field));
  }
  RETURN_IF_ERROR(budget_.Take(FieldSize(field), at.element->line));
  places_.fields[node] = static_cast<FieldIndex>(form_->fields.size());
  form_->fields.push_back(std::move(field));
  return absl::OkStatus();
}

void FormBuilder::AddExpressions(const Bind& bind, Field& field) const {
  field.required = std::string(bind.required);
  field.relevant = std::string(bind.relevant);
  field.constraint = std::string(bind.constraint);
  field.calculate = std::string(bind.calculate);
  field.readonly = std::string(bind.readonly);
  field.constraint_message = parts_.itext.TextOf(bind.constraint_message);
  field.required_message = parts_.itext.TextOf(bind.required_message);
  field.preload = std::string(bind.preload);
  field.preload_parameter = std::string(bind.preload_parameter);
  field.saveto = std::string(bind.saveto);
}

absl::Status FormBuilder::AddAnswer(NodeIndex node, const Control& control,
                                    Field& field) {
  const Element& element = *control.element;
  field.asked = true;
  field.label = parts_.itext.TextOf(element.Child("label"));
  field.hint = parts_.itext.TextOf(element.Child("hint"));
  field.appearance = std::string(Trim(element.Get("appearance").value_or("")));
  switch (control.kind) {
    case ControlKind::kSelectOne:
    case ControlKind::kSelectMultiple:
      return AddChoices(control, field);
    case ControlKind::kUpload:
      field.type = FieldType::kAttachment;
      return absl::OkStatus();
    case ControlKind::kRank:
    case ControlKind::kTrigger:
      field.type = FieldType::kText;
      return absl::OkStatus();
    case ControlKind::kInput:
      // External selects of older forms: an input that queries itemsets.csv.
      field.open_choice = element.Get("query").has_value();
      field.note = IsNote(node, field);
      return absl::OkStatus();
    case ControlKind::kRange:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::Status FormBuilder::AddChoices(const Control& control, Field& field) {
  ASSIGN_OR_RETURN(Choices choices,
                   choice_lists_.Of(*control.element, field.path));
  field.choice_filter = std::move(choices.filter);
  field.choices = choices.list;
  field.open_choice = !choices.list;
  if (field.open_choice) {
    field.type = FieldType::kText;
  } else {
    field.type = control.kind == ControlKind::kSelectOne ? FieldType::kChoice
                                                         : FieldType::kChoices;
  }
  return absl::OkStatus();
}

// XLSForm writes a note as a read-only text input that nothing fills in.
bool FormBuilder::IsNote(NodeIndex node, const Field& field) const {
  return field.type == FieldType::kText && field.readonly == "true()" &&
         field.calculate.empty() && field.preload.empty() &&
         field.default_value.empty() && field.saveto.empty() &&
         !parts_.set_by_actions.contains(node);
}

void FormBuilder::AddEntity(NodeIndex node, const Around& around) {
  const Element& element = *parts_.tree.node(node).element;
  const auto attribute = [&](std::string_view name) {
    const std::string_view calculate = parts_.binds.CalculateOf(node, name);
    return std::string(calculate.empty() ? element.Get(name).value_or("")
                                         : calculate);
  };
  Entity entity;
  entity.dataset = attribute("dataset");
  entity.repeat = around.repeat;
  entity.id = attribute("id");
  entity.create = attribute("create");
  entity.update = attribute("update");
  if (const auto label = parts_.tree.Child(node, "label")) {
    entity.label = std::string(parts_.binds.Of(*label).calculate);
  }
  form_->entities.push_back(std::move(entity));
}

}  // namespace chasqui::xform
