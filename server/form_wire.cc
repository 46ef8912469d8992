#include "server/form_wire.h"

#include <string>

#include "sync/base/check.h"
#include "sync/form/numbering.h"

namespace chasqui::server {
namespace {

template <typename Texts>
void AddText(const Text& text, Texts* texts) {
  for (const auto& [language, words] : text) {
    v1::FormText& out = *texts->Add();
    out.set_language(language);
    out.set_text(words);
  }
}

void AddRepeats(const Form& form, const FormNumbers& numbers,
                v1::FormVersion& wire) {
  for (std::size_t i = 0; i < form.repeats.size(); ++i) {
    const Repeat& repeat = form.repeats[i];
    v1::FormRepeat& out = *wire.add_repeats();
    out.set_number(numbers.repeats[i]);
    if (repeat.parent.has_value()) {
      out.set_parent(numbers.repeats[*repeat.parent]);
    }
    out.set_path(repeat.path);
    AddText(repeat.label, out.mutable_label());
    out.set_relevant(repeat.relevant);
    out.set_count(repeat.count);
  }
}

void AddGroups(const Form& form, v1::FormVersion& wire) {
  for (const Group& group : form.groups) {
    v1::FormGroup& out = *wire.add_groups();
    out.set_path(group.path);
    AddText(group.label, out.mutable_label());
    out.set_relevant(group.relevant);
  }
}

void AddChoiceLists(const Form& form, v1::FormVersion& wire) {
  for (const ChoiceList& list : form.choice_lists) {
    v1::FormChoiceList& out = *wire.add_choice_lists();
    out.set_name(list.name);
    for (const ListedChoice& choice : list.choices) {
      v1::FormChoice& line = *out.add_choices();
      line.set_code(choice.code);
      AddText(choice.label, line.mutable_label());
      for (const auto& [name, value] : choice.columns) {
        v1::FormColumn& column = *line.add_columns();
        column.set_name(name);
        column.set_value(value);
      }
    }
  }
}

// What people see of a field, and what the form says about it.
void AddWords(const Field& field, v1::FormField& out) {
  AddText(field.label, out.mutable_label());
  AddText(field.hint, out.mutable_hint());
  AddText(field.constraint_message, out.mutable_constraint_message());
  out.set_appearance(field.appearance);
  out.set_required(field.required);
  out.set_relevant(field.relevant);
  out.set_constraint(field.constraint);
  out.set_calculate(field.calculate);
  out.set_readonly(field.readonly);
  out.set_choice_filter(field.choice_filter);
  out.set_default_value(field.default_value);
  out.set_asked(field.asked);
  out.set_note(field.note);
  out.set_meta(field.meta);
  out.set_saveto(field.saveto);
}

void AddField(const Survey& survey, const Form& form, const Field& field,
              const FormNumbers& numbers, std::uint32_t number,
              v1::FormVersion& wire) {
  v1::FormField& out = *wire.add_fields();
  out.set_number(number);
  out.set_path(field.path);
  out.set_type(static_cast<v1::FieldType>(field.type));
  if (field.repeat.has_value()) out.set_repeat(numbers.repeats[*field.repeat]);
  const FieldSchema* const schema = survey.schema.Field(number);
  CHECK(schema != nullptr);
  out.set_policy(static_cast<v1::ConflictPolicy>(schema->policy));
  out.set_personal(schema->personal);
  AddWords(field, out);
  if (!field.choices.has_value()) return;
  out.set_choice_list(*field.choices + 1);
  for (const ListedChoice& choice : form.choice_lists[*field.choices].choices) {
    out.add_choice_numbers(
        survey.numbering.ChoiceNumber(number, choice.code).value_or(0));
  }
}

}  // namespace

v1::FormVersion FormToWire(const Survey& survey, std::uint32_t number) {
  CHECK(number >= 1);
  CHECK(number <= survey.forms.size());
  const Form& form = survey.forms[number - 1].form;
  const FormNumbers numbers = NumbersOf(form, survey.numbering);

  v1::FormVersion wire;
  wire.set_number(number);
  wire.set_form_id(form.id);
  wire.set_version(form.version);
  wire.set_title(form.title);
  for (const std::string& language : form.languages) {
    wire.add_languages(language);
  }
  wire.set_default_language(form.default_language);
  AddRepeats(form, numbers, wire);
  AddGroups(form, wire);
  AddChoiceLists(form, wire);
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    AddField(survey, form, form.fields[i], numbers, numbers.fields[i], wire);
  }
  for (const Pair& pair : form.pairs) {
    v1::FormPair& out = *wire.add_pairs();
    out.set_field_a(numbers.fields[pair.field_a]);
    out.set_field_b(numbers.fields[pair.field_b]);
    out.set_spans_rows(pair.spans_rows);
  }
  return wire;
}

void AddForms(const Survey& survey, std::uint32_t known, v1::SurveyNews& news) {
  std::size_t bytes = 0;
  // `known` is what a device says, whatever that is.
  for (std::size_t form = std::size_t{known} + 1; form <= survey.forms.size();
       ++form) {
    if (bytes >= kFormBytesMax) {
      news.set_more(true);
      return;
    }
    *news.add_forms() = FormToWire(survey, static_cast<std::uint32_t>(form));
    bytes += news.forms(news.forms_size() - 1).ByteSizeLong();
  }
}

}  // namespace chasqui::server
