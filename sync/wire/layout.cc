#include "sync/wire/layout.h"

#include <algorithm>

#include "sync/ids.h"

namespace chasqui::wire {
namespace {

// Those of a record that people do not answer. The status is a choice.
std::vector<Column> SystemColumns() {
  return {{kExistenceField, FieldType::kChoices, 0},
          {kStatusField, FieldType::kChoice, 5},
          {kAreaField, FieldType::kText, 0},
          {kAssigneeField, FieldType::kText, 0}};
}

}  // namespace

Layout::Layout() : Layout(std::vector<Column>{}) {}

Layout::Layout(const std::vector<Column>& columns) : columns_(SystemColumns()) {
  columns_.insert(columns_.end(), columns.begin(), columns.end());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    places_.push_back({columns_[i].field, i});
  }
  std::stable_sort(
      places_.begin(), places_.end(),
      [](const Place& a, const Place& b) { return a.field < b.field; });
}

const Layout::Place* Layout::PlaceOf(std::uint32_t field) const {
  const auto at = std::lower_bound(
      places_.begin(), places_.end(), field,
      [](const Place& place, std::uint32_t f) { return place.field < f; });
  return at == places_.end() || at->field != field ? nullptr : &*at;
}

const Column* Layout::Find(std::uint32_t field) const {
  const Place* const place = PlaceOf(field);
  return place == nullptr ? nullptr : &columns_[place->index];
}

std::uint32_t Layout::After(std::uint32_t field) const {
  const Place* const place = PlaceOf(field);
  if (place == nullptr || place->index + 1 == columns_.size()) return 0;
  return columns_[place->index + 1].field;
}

Layout LayoutOf(const Form& form, const Numbering& numbering) {
  const FormNumbers numbers = NumbersOf(form, numbering);
  std::vector<Column> columns;
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const Field& field = form.fields[i];
    Column column{numbers.fields[i], field.type, 0};
    if (field.choices.has_value()) {
      for (const ListedChoice& choice :
           form.choice_lists[*field.choices].choices) {
        const auto number = numbering.ChoiceNumber(column.field, choice.code);
        column.choices = std::max(column.choices, number.value_or(0));
      }
    }
    columns.push_back(column);
  }
  return Layout(columns);
}

}  // namespace chasqui::wire
