#include "export/tables.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "export/fixed_tables.h"
#include "sync/base/str_cat.h"
#include "sync/form/numbering.h"

namespace chasqui::exporting {
namespace {

// `name` with nothing in it that a file system, or a person, would stumble
// over.
std::string PlainName(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool kept = absl::ascii_isalnum(byte) || c == '_' || c == '-' ||
                      c == '.' || byte >= 0x80;
    plain += c == '/' ? '-' : (kept ? c : '_');
  }
  if (plain.empty() || plain.front() == '.') plain.insert(0, "_");
  return plain;
}

// What the column of `field` is called in a table that has `columns`. A field
// that has another type than an earlier one of the same path, or differs from
// it only in case, is a column of its own, "path#number".
std::string ColumnName(const std::vector<TableColumn>& columns,
                       const std::string& path, std::uint32_t number) {
  const std::string lower = absl::AsciiStrToLower(path);
  const bool taken = std::any_of(
      columns.begin(), columns.end(), [&](const TableColumn& column) {
        return absl::AsciiStrToLower(column.name) == lower;
      });
  return taken ? StrCat(path, "#", number) : path;
}

std::vector<ColumnChoice> ChoicesOf(const Form& form, const Field& field) {
  std::vector<ColumnChoice> choices;
  if (!field.choices.has_value()) return choices;
  for (const ListedChoice& listed : form.choice_lists[*field.choices].choices) {
    choices.push_back({listed.code, std::string(InLanguage(
                                        listed.label, form.default_language))});
  }
  return choices;
}

// Adds those that are new; what a later version calls them counts. A cascade
// may name one twice.
void AddChoices(std::vector<ColumnChoice> more, TableColumn& column) {
  for (ColumnChoice& choice : more) {
    const auto known = std::find_if(
        column.choices.begin(), column.choices.end(),
        [&](const ColumnChoice& other) { return other.code == choice.code; });
    if (known == column.choices.end()) {
      column.choices.push_back(std::move(choice));
    } else if (!choice.label.empty()) {
      known->label = std::move(choice.label);
    }
  }
}

// A field's number and what its column is to hold.
struct Placed {
  std::uint32_t number = 0;
  const FieldSchema* schema = nullptr;
  ColumnType type = ColumnType::kText;
};

void AddField(const Form& form, const Field& field, const Placed& placed,
              FormTable& table, TableSchema& schema) {
  const std::uint32_t number = placed.number;
  const auto known =
      std::find(table.fields.begin(), table.fields.end(), number);
  const std::size_t before = schema.columns.size() - table.fields.size();
  const auto at =
      before + static_cast<std::size_t>(known - table.fields.begin());
  if (known == table.fields.end()) {
    table.fields.push_back(number);
    table.schemas.push_back(placed.schema);
    schema.columns.push_back(
        {ColumnName(schema.columns, field.path, number), placed.type, {}, {}});
  }
  TableColumn& column = schema.columns[at];
  column.label = InLanguage(field.label, form.default_language);
  AddChoices(ChoicesOf(form, field), column);
}

}  // namespace

// Gives each table a name of its own, whatever forms and repeats are called.
class Tables::Names {
 public:
  Names() {
    for (const TableSchema& fixed : FixedTables()) Take(fixed.name);
  }

  std::string Take(const std::string& stem) {
    for (int copy = 1;; ++copy) {
      std::string name = copy == 1 ? stem : StrCat(stem, "_", copy);
      if (taken_.insert(absl::AsciiStrToLower(name)).second) return name;
    }
  }

 private:
  std::set<std::string> taken_;
};

Tables::Tables(const Survey& survey, PersonalAnswers personal, bool history) {
  Names names;
  for (const PublishedForm& published : survey.forms) {
    AddForm(published, survey, personal, names);
  }
  for (TableSchema& fixed : FixedTables()) tables_.push_back(std::move(fixed));
  if (!history) tables_.pop_back();
}

void Tables::AddForm(const PublishedForm& published, const Survey& survey,
                     PersonalAnswers personal, Names& names) {
  const Form& form = published.form;
  const auto known = std::find(form_ids_.begin(), form_ids_.end(), form.id);
  const auto form_index = static_cast<std::size_t>(known - form_ids_.begin());
  if (known == form_ids_.end()) form_ids_.push_back(form.id);
  form_of_version_.push_back(form_index);

  const auto add_table = [&](std::uint32_t repeat, const std::string& name) {
    if (!index_.emplace(std::pair(form_index, repeat), tables_.size()).second) {
      return;
    }
    forms_.push_back({form_index, repeat, {}, {}});
    tables_.push_back(repeat == 0 ? RecordTable(names.Take(name))
                                  : RowTable(names.Take(name)));
  };
  const FormNumbers numbers = NumbersOf(form, survey.numbering);
  const std::string stem = PlainName(form.id);
  add_table(0, stem);
  for (std::size_t i = 0; i < form.repeats.size(); ++i) {
    add_table(numbers.repeats[i],
              StrCat(stem, ".", PlainName(form.repeats[i].path)));
  }
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const Field& field = form.fields[i];
    const std::uint32_t number = numbers.fields[i];
    if (field.note) continue;
    const FieldSchema* const schema = survey.schema.Field(number);
    const bool hidden = schema != nullptr && schema->personal &&
                        personal != PersonalAnswers::kClear;
    if (hidden && personal == PersonalAnswers::kNone) continue;
    const std::uint32_t repeat =
        field.repeat.has_value() ? numbers.repeats[*field.repeat] : 0;
    const std::size_t at = index_.at({form_index, repeat});
    const ColumnType type =
        hidden ? ColumnType::kText : ColumnTypeOf(field.type);
    AddField(form, field, {number, schema, type}, forms_[at], tables_[at]);
  }
}

std::optional<std::size_t> Tables::OfRows(std::uint32_t form,
                                          std::uint32_t repeat) const {
  if (form == 0 || form > form_of_version_.size()) return std::nullopt;
  const auto found = index_.find({form_of_version_[form - 1], repeat});
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

}  // namespace chasqui::exporting
