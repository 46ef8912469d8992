#include "tests/export/formats/every_type.h"

#include <cstdint>

namespace chasqui::exporting {

TableSchema EveryType() {
  TableSchema schema{.name = "every_type", .kind = TableKind::kLog};
  for (auto number = static_cast<int>(ColumnType::kText);
       number <= static_cast<int>(ColumnType::kBoolean); ++number) {
    const auto type = static_cast<ColumnType>(number);
    TableColumn column{.name = std::string(ToText(type)), .type = type};
    column.label = "A " + column.name;
    if (type == ColumnType::kChoice) {
      column.choices = {{"well", "Well"}, {"tap", "Tap"}};
    }
    if (type == ColumnType::kChoices) {
      column.choices = {
          {"health", "Health"}, {"meals", "Meals"}, {"Meals", ""}};
    }
    schema.columns.push_back(std::move(column));
  }
  return schema;
}

void AddAnswers(Batch& batch) {
  batch.AddText(kAnsweredText);
  batch.AddNumber(-12);
  batch.AddText("3.25");
  batch.AddNumber(16'162);                 // 2014-04-02
  batch.AddMoment(37'815'250, 60);         // 10:30:15.250+01:00
  batch.AddMoment(1'396'431'015'250, 60);  // 2014-04-02T10:30:15.250+01:00
  batch.AddText("5.12 7.39 83.4 5");
  batch.AddText("5 7;5.5 7.5");
  batch.AddText("0 0 1;0 1 1;1 1 1;0 0 1");
  batch.AddText("tap");
  batch.AddList({"health", "meals"});
  batch.AddText(
      "00000000000000000000000000000000000000000000000000000000000000ff:12:"
      "image/jpeg");
  batch.AddNumber(1);
}

void AddHardAnswers(Batch& batch) {
  batch.AddText("");
  batch.AddNumber(INT64_MIN);
  batch.AddText("-123456789012345678901234567890.0123456789012345678901");
  batch.AddNumber(-719'528);                     // 0000-01-01
  batch.AddMoment(86'399'999, kNoOffset);        // 23:59:59.999
  batch.AddMoment(-62'135'596'800'001, -1'080);  // a moment before the year 1
  batch.AddText("-89.12345678901234567 180");
  batch.AddText("5 7 1 2;5.5 7.5");
  batch.AddText("0 0;0 1;1 1;0 0");
  batch.AddText("#7");
  batch.AddList({});
  batch.AddText(
      "00000000000000000000000000000000000000000000000000000000000000ff:0:"
      "a/b");
  batch.AddNumber(0);
}

void AddNulls(Batch& batch) {
  for (std::size_t i = 0; i < batch.schema().columns.size(); ++i) {
    batch.AddNull();
  }
}

}  // namespace chasqui::exporting
