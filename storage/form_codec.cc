#include "storage/form_codec.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

using Translations = google::protobuf::RepeatedPtrField<v1::Translation>;

void ToProto(const Text& text, Translations& out) {
  for (const auto& [language, words] : text) {
    v1::Translation& one = *out.Add();
    one.set_language(language);
    one.set_text(words);
  }
}

Text FromProto(const Translations& in) {
  Text text;
  for (const v1::Translation& one : in) text[one.language()] = one.text();
  return text;
}

void ToProto(const Field& field, v1::Field& out) {
  out.set_path(field.path);
  out.set_type(static_cast<std::uint32_t>(field.type));
  if (field.repeat.has_value()) out.set_repeat(*field.repeat);
  if (field.group.has_value()) out.set_group(*field.group);
  if (field.choices.has_value()) out.set_choices(*field.choices);
  out.set_choice_filter(field.choice_filter);
  out.set_open_choice(field.open_choice);
  ToProto(field.label, *out.mutable_label());
  ToProto(field.hint, *out.mutable_hint());
  out.set_appearance(field.appearance);
  out.set_required(field.required);
  out.set_relevant(field.relevant);
  out.set_constraint(field.constraint);
  out.set_calculate(field.calculate);
  out.set_readonly(field.readonly);
  ToProto(field.constraint_message, *out.mutable_constraint_message());
  ToProto(field.required_message, *out.mutable_required_message());
  for (const std::string& one : field.relevants_above) {
    out.add_relevants_above(one);
  }
  out.set_default_value(field.default_value);
  out.set_preload(field.preload);
  out.set_preload_parameter(field.preload_parameter);
  out.set_saveto(field.saveto);
  out.set_asked(field.asked);
  out.set_note(field.note);
  out.set_meta(field.meta);
}

Field FromProto(const v1::Field& in) {
  Field field;
  field.path = in.path();
  field.type = static_cast<FieldType>(in.type());
  if (in.has_repeat()) field.repeat = in.repeat();
  if (in.has_group()) field.group = in.group();
  if (in.has_choices()) field.choices = in.choices();
  field.choice_filter = in.choice_filter();
  field.open_choice = in.open_choice();
  field.label = FromProto(in.label());
  field.hint = FromProto(in.hint());
  field.appearance = in.appearance();
  field.required = in.required();
  field.relevant = in.relevant();
  field.constraint = in.constraint();
  field.calculate = in.calculate();
  field.readonly = in.readonly();
  field.constraint_message = FromProto(in.constraint_message());
  field.required_message = FromProto(in.required_message());
  field.relevants_above = {in.relevants_above().begin(),
                           in.relevants_above().end()};
  field.default_value = in.default_value();
  field.preload = in.preload();
  field.preload_parameter = in.preload_parameter();
  field.saveto = in.saveto();
  field.asked = in.asked();
  field.note = in.note();
  field.meta = in.meta();
  return field;
}

void ToProto(const Repeat& repeat, v1::Repeat& out) {
  out.set_path(repeat.path);
  if (repeat.parent.has_value()) out.set_parent(*repeat.parent);
  ToProto(repeat.label, *out.mutable_label());
  out.set_relevant(repeat.relevant);
  out.set_count(repeat.count);
}

Repeat FromProto(const v1::Repeat& in) {
  Repeat repeat;
  repeat.path = in.path();
  if (in.has_parent()) repeat.parent = in.parent();
  repeat.label = FromProto(in.label());
  repeat.relevant = in.relevant();
  repeat.count = in.count();
  return repeat;
}

void ToProto(const Group& group, v1::Group& out) {
  out.set_path(group.path);
  if (group.parent.has_value()) out.set_parent(*group.parent);
  if (group.repeat.has_value()) out.set_repeat(*group.repeat);
  ToProto(group.label, *out.mutable_label());
  out.set_relevant(group.relevant);
  out.set_appearance(group.appearance);
}

Group FromProto(const v1::Group& in) {
  Group group;
  group.path = in.path();
  if (in.has_parent()) group.parent = in.parent();
  if (in.has_repeat()) group.repeat = in.repeat();
  group.label = FromProto(in.label());
  group.relevant = in.relevant();
  group.appearance = in.appearance();
  return group;
}

void ToProto(const ChoiceList& list, v1::ChoiceList& out) {
  out.set_name(list.name);
  for (const ListedChoice& choice : list.choices) {
    v1::ListedChoice& one = *out.add_choices();
    one.set_code(choice.code);
    ToProto(choice.label, *one.mutable_label());
    for (const auto& [name, value] : choice.columns) {
      v1::Column& column = *one.add_columns();
      column.set_name(name);
      column.set_value(value);
    }
  }
}

ChoiceList FromProto(const v1::ChoiceList& in) {
  ChoiceList list;
  list.name = in.name();
  for (const v1::ListedChoice& one : in.choices()) {
    ListedChoice& choice = list.choices.emplace_back();
    choice.code = one.code();
    choice.label = FromProto(one.label());
    for (const v1::Column& column : one.columns()) {
      choice.columns.emplace_back(column.name(), column.value());
    }
  }
  return list;
}

void ToProto(const ExternalInstance& instance, v1::ExternalInstance& out) {
  out.set_id(instance.id);
  out.set_src(instance.src);
  out.set_file(instance.file);
  out.set_attached(instance.attached);
}

ExternalInstance FromProto(const v1::ExternalInstance& in) {
  return {in.id(), in.src(), in.file(), in.attached()};
}

void ToProto(const Entity& entity, v1::Entity& out) {
  out.set_dataset(entity.dataset);
  if (entity.repeat.has_value()) out.set_repeat(*entity.repeat);
  out.set_id(entity.id);
  out.set_create(entity.create);
  out.set_update(entity.update);
  out.set_label(entity.label);
}

Entity FromProto(const v1::Entity& in) {
  Entity entity;
  entity.dataset = in.dataset();
  if (in.has_repeat()) entity.repeat = in.repeat();
  entity.id = in.id();
  entity.create = in.create();
  entity.update = in.update();
  entity.label = in.label();
  return entity;
}

void ToProto(const Submission& submission, v1::Submission& out) {
  out.set_action(submission.action);
  out.set_method(submission.method);
  out.set_public_key(submission.public_key);
  out.set_auto_send(submission.auto_send);
  out.set_auto_delete(submission.auto_delete);
}

Submission FromProto(const v1::Submission& in) {
  return {in.action(), in.method(), in.public_key(), in.auto_send(),
          in.auto_delete()};
}

void ToProto(const Pair& pair, v1::Pair& out) {
  out.set_field_a(pair.field_a);
  out.set_field_b(pair.field_b);
  out.set_spans_rows(pair.spans_rows);
}

Pair FromProto(const v1::Pair& in) {
  return {in.field_a(), in.field_b(), in.spans_rows()};
}

// Both for each element of a list.
template <typename Values, typename Messages>
void AllToProto(const Values& values, Messages& out) {
  for (const auto& value : values) ToProto(value, *out.Add());
}
template <typename Messages, typename Values>
void AllFromProto(const Messages& in, Values& values) {
  for (const auto& one : in) values.push_back(FromProto(one));
}

// Whoever reads a form follows its places without looking.
bool PlacesAreGood(const Form& form) {
  const auto inside = [](const std::optional<std::uint32_t>& place,
                         std::size_t size) {
    return !place.has_value() || *place < size;
  };
  const std::size_t repeats = form.repeats.size();
  const std::size_t groups = form.groups.size();
  bool good = true;
  for (const Field& field : form.fields) {
    good = good && inside(field.repeat, repeats) &&
           inside(field.group, groups) &&
           inside(field.choices, form.choice_lists.size());
  }
  for (std::size_t i = 0; i < repeats; ++i) {
    good = good && inside(form.repeats[i].parent, i);
  }
  for (std::size_t i = 0; i < groups; ++i) {
    good = good && inside(form.groups[i].parent, i) &&
           inside(form.groups[i].repeat, repeats);
  }
  for (const Entity& entity : form.entities) {
    good = good && inside(entity.repeat, repeats);
  }
  for (const Pair& pair : form.pairs) {
    good = good && pair.field_a < pair.field_b &&
           pair.field_b < form.fields.size();
  }
  return good;
}

}  // namespace

void ToProto(const Form& form, v1::Form& out) {
  out.set_id(form.id);
  out.set_version(form.version);
  out.set_title(form.title);
  for (const std::string& one : form.languages) out.add_languages(one);
  out.set_default_language(form.default_language);
  AllToProto(form.fields, *out.mutable_fields());
  AllToProto(form.repeats, *out.mutable_repeats());
  AllToProto(form.groups, *out.mutable_groups());
  AllToProto(form.choice_lists, *out.mutable_choice_lists());
  AllToProto(form.external_instances, *out.mutable_external_instances());
  for (const std::string& one : form.media) out.add_media(one);
  AllToProto(form.entities, *out.mutable_entities());
  ToProto(form.submission, *out.mutable_submission());
  AllToProto(form.pairs, *out.mutable_pairs());
}

absl::StatusOr<Form> FromProto(const v1::Form& in) {
  Form form;
  form.id = in.id();
  form.version = in.version();
  form.title = in.title();
  form.languages = {in.languages().begin(), in.languages().end()};
  form.default_language = in.default_language();
  AllFromProto(in.fields(), form.fields);
  AllFromProto(in.repeats(), form.repeats);
  AllFromProto(in.groups(), form.groups);
  AllFromProto(in.choice_lists(), form.choice_lists);
  AllFromProto(in.external_instances(), form.external_instances);
  form.media = {in.media().begin(), in.media().end()};
  AllFromProto(in.entities(), form.entities);
  form.submission = FromProto(in.submission());
  AllFromProto(in.pairs(), form.pairs);
  if (!PlacesAreGood(form)) {
    return absl::DataLossError(
        StrCat("the stored form ", form.id, " refers to what it lacks"));
  }
  return form;
}

}  // namespace chasqui::storage
