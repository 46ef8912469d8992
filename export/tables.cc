#include "export/tables.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "sync/base/str_cat.h"
#include "sync/form/numbering.h"

namespace chasqui::exporting {
namespace {

// `name` with nothing in it that a file system, or a person, would stumble
// over.
std::string FileName(std::string_view name) {
  std::string safe;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                       c == '.' || byte >= 0x80;
    safe += c == '/' ? '-' : (plain ? c : '_');
  }
  if (safe.empty() || safe.front() == '.') safe.insert(0, "_");
  return safe;
}

// Gives each table a file of its own, whatever forms and repeats are called.
class FileNames {
 public:
  std::string Take(const std::string& stem) {
    for (int copy = 1;; ++copy) {
      std::string name =
          copy == 1 ? StrCat(stem, ".csv") : StrCat(stem, "_", copy, ".csv");
      if (taken_.insert(name).second) return name;
    }
  }

 private:
  std::set<std::string> taken_ = {"conflicts.csv"};
};

void AddColumn(const Field& field, std::uint32_t number, Table& table) {
  Column column{field.path, number};
  for (const Column& other : table.columns) {
    if (other.field == number) return;
    if (other.name == column.name)
      column.name = StrCat(field.path, "#", number);
  }
  table.columns.push_back(std::move(column));
}

}  // namespace

Tables::Tables(const Survey& survey, bool personal) {
  FileNames files;
  std::map<std::string_view, std::size_t> form_ids;
  for (const PublishedForm& published : survey.forms) {
    const Form& form = published.form;
    const auto [known, is_new] = form_ids.emplace(form.id, form_ids.size());
    const std::size_t form_index = known->second;
    form_of_version_.push_back(form_index);
    const std::string stem = FileName(form.id);
    const auto table_of = [&](std::uint32_t repeat, const std::string& name) {
      const auto [at, added] =
          index_.emplace(std::pair(form_index, repeat), tables_.size());
      if (added) tables_.push_back({repeat, files.Take(name), {}});
      return at->second;
    };

    const FormNumbers numbers = NumbersOf(form, survey.numbering);
    table_of(0, stem);
    for (std::size_t i = 0; i < form.repeats.size(); ++i) {
      table_of(numbers.repeats[i],
               StrCat(stem, ".", FileName(form.repeats[i].path)));
    }
    for (std::size_t i = 0; i < form.fields.size(); ++i) {
      const Field& field = form.fields[i];
      if (field.note) continue;
      const FieldSchema* const schema = survey.schema.Field(numbers.fields[i]);
      if (!personal && schema != nullptr && schema->personal) continue;
      const std::uint32_t repeat =
          field.repeat.has_value() ? numbers.repeats[*field.repeat] : 0;
      AddColumn(field, numbers.fields[i],
                tables_[index_.at({form_index, repeat})]);
    }
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
