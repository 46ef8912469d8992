#include "export/survey_rows.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/form/numbering.h"
#include "sync/state.h"

namespace chasqui::exporting {
namespace {

// A field in the latest form version that has it, and the versions that do.
struct Documented {
  const Form* form = nullptr;
  const Field* field = nullptr;
  std::string versions;  // separated by spaces
};

std::map<std::uint32_t, Documented> DocumentedFields(const Survey& survey) {
  std::map<std::uint32_t, Documented> fields;
  for (const PublishedForm& published : survey.forms) {
    const Form& form = published.form;
    const FormNumbers numbers = NumbersOf(form, survey.numbering);
    for (std::size_t i = 0; i < form.fields.size(); ++i) {
      Documented& documented = fields[numbers.fields[i]];
      documented.form = &form;
      documented.field = &form.fields[i];
      if (!documented.versions.empty()) documented.versions += ' ';
      documented.versions += form.version;
    }
  }
  return fields;
}

// What a column is, and in which table.
struct ColumnOf {
  const TableSchema& table;
  const TableColumn& column;
};

void AddField(const ColumnOf& at, const FieldSchema& schema,
              const Documented& documented, Taking& taking) {
  const Field& field = *documented.field;
  const Form& form = *documented.form;
  NewRow(taking, taking.tables.Of(FixedTable::kCodebook))
      .Text(at.table.name)
      .Text(at.column.name)
      .Text(field.path)
      .Text(FieldTypeName(field.type))
      .Text(form.id)
      .Text(documented.versions)
      .Text(field.group.has_value() ? form.groups[*field.group].path : "")
      .Text(ToText(schema.policy))
      .Boolean(schema.personal)
      .Text(InLanguage(field.label, form.default_language))
      .Text(field.required)
      .Text(field.relevant)
      .Text(field.constraint)
      .Text(field.calculate)
      .Increment();
}

void AddTexts(const ColumnOf& at, std::string_view what,
              std::string_view choice, const Text& text, Taking& taking) {
  for (const auto& [language, words] : text) {
    NewRow(taking, taking.tables.Of(FixedTable::kCodebookTexts))
        .Text(at.table.name)
        .Text(at.column.name)
        .Text(what)
        .Text(choice)
        .Text(language)
        .Text(words)
        .Increment();
  }
}

void AddFieldTexts(const ColumnOf& at, const Documented& documented,
                   Taking& taking) {
  const Field& field = *documented.field;
  AddTexts(at, "label", "", field.label, taking);
  AddTexts(at, "hint", "", field.hint, taking);
  if (!field.choices.has_value()) return;
  const ChoiceList& list = documented.form->choice_lists[*field.choices];
  for (const ListedChoice& choice : list.choices) {
    AddTexts(at, "choice", choice.code, choice.label, taking);
  }
}

}  // namespace

absl::Status AddDevices(Taking& taking) {
  ASSIGN_OR_RETURN(const std::vector<Device> devices, taking.reader.Devices());
  for (const Device& device : devices) {
    std::uint64_t changes = 0;
    for (const Incarnation& incarnation : device.incarnations) {
      changes += incarnation.end - incarnation.branch_point;
    }
    ASSIGN_OR_RETURN(const std::optional<EntryInfo> latest,
                     taking.reader.FindEntry(device.latest));
    NewRow row(taking, taking.tables.Of(FixedTable::kDevices));
    row.Text(device.name)
        .Integer(device.incarnations.size())
        .Integer(changes)
        .SeqOrNull(device.latest);
    if (latest.has_value()) {
      row.Moment(latest->received_ms).Text(latest->person);
    } else {
      row.Null().Null();
    }
    row.Integer(device.in_gap).Increment();
  }
  return absl::OkStatus();
}

void AddCodebook(Taking& taking) {
  const std::map<std::uint32_t, Documented> fields =
      DocumentedFields(taking.survey());
  for (std::size_t t = 0; t < taking.tables.forms().size(); ++t) {
    const TableSchema& table = taking.tables.all()[t];
    const std::vector<std::uint32_t>& numbers = taking.tables.forms()[t].fields;
    const std::size_t before = table.columns.size() - numbers.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const ColumnOf at = {table, table.columns[before + i]};
      const Documented& documented = fields.at(numbers[i]);
      AddField(at, *taking.survey().schema.Field(numbers[i]), documented,
               taking);
      AddFieldTexts(at, documented, taking);
    }
  }
}

}  // namespace chasqui::exporting
