#include "tests/benchmarks/census.h"

#include <optional>
#include <string_view>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/value_text.h"

namespace chasqui::benchmarks {
namespace {

using client::DeviceField;

absl::StatusOr<Value> ValueOf(const DeviceField& field,
                              const std::string& text) {
  const auto number = [&field](std::string_view code) {
    return field.NumberOf(code);
  };
  return ParseValue(field.type, text, number);
}

// The form's field for each column; nullptr for a column that is none.
absl::StatusOr<std::vector<const DeviceField*>> FieldsOf(
    const CensusCsv& csv, const client::DeviceForm& form) {
  std::vector<const DeviceField*> fields;
  for (const MappedColumn& column : csv.columns()) {
    fields.push_back(column.path.empty() ? nullptr : form.Find(column.path));
    if (fields.back() == nullptr && !column.path.empty()) {
      return absl::InvalidArgumentError(
          StrCat("the form has no field \"", column.path, "\""));
    }
  }
  return fields;
}

}  // namespace

absl::StatusOr<std::set<std::string>> AreasOf(const CensusCsv& csv) {
  std::set<std::string> areas;
  RETURN_IF_ERROR(csv.EachRow([&](const std::vector<std::string>& cells) {
    areas.insert(cells[csv.area_column()]);
    return absl::OkStatus();
  }));
  return areas;
}

absl::StatusOr<Census> ReadCensus(const CensusCsv& csv,
                                  const client::DeviceForm& form) {
  ASSIGN_OR_RETURN(const auto fields, FieldsOf(csv, form));
  Census census;
  RETURN_IF_ERROR(csv.EachRow([&](const std::vector<std::string>& cells) {
    School school;
    school.area = cells[csv.area_column()];
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (fields[i] == nullptr) continue;
      const MappedColumn& column = csv.columns()[i];
      const std::string text = CanonicalText(column, cells[i]);
      if (text.empty()) continue;
      absl::StatusOr<Value> value = ValueOf(*fields[i], text);
      if (value.ok()) {
        school.answers.emplace_back(fields[i]->number, *std::move(value));
      } else {
        ++census.left_out[column.name];
      }
    }
    census.answers += school.answers.size();
    census.schools.push_back(std::move(school));
    return absl::OkStatus();
  }));
  if (census.answers == 0) {
    return absl::InvalidArgumentError("the register has no answers");
  }
  return census;
}

}  // namespace chasqui::benchmarks
