#include "export/cells.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_split.h"
#include "export/answer.h"
#include "sync/base/str_cat.h"
#include "sync/value.h"
#include "sync/value_text.h"

namespace chasqui::exporting {
namespace {

void AddTicked(const Survey& survey, const FieldSchema& field,
               const Holder& holder, Batch& batch) {
  const Answer answer = ShownAnswer(survey, field, holder);
  if (answer.state != Answer::State::kAnswered) return batch.AddNull();
  // No code has a space in it.
  std::vector<std::string_view> codes;
  for (const absl::string_view code :
       absl::StrSplit(AbslView(answer.text), ' ', absl::SkipEmpty())) {
    codes.push_back(StdView(code));
  }
  batch.AddList(codes);
}

void AddText(const Survey& survey, const FieldSchema& field, const Value& value,
             Batch& batch) {
  if (value.kind == ValueKind::kText || value.kind == ValueKind::kDecimal) {
    return batch.AddText(value.payload);
  }
  batch.AddText(FormatValue(value, [&](std::uint32_t number) {
    return survey.numbering.ChoiceCode(field.number, number);
  }));
}

void AddTime(const Value& value, Batch& batch) {
  const TimeOfDay time = TimeOf(value);
  batch.AddMoment(time.ms, time.offset_minutes.value_or(kNoOffset));
}

void AddDateTime(const Value& value, Batch& batch) {
  const DateTime moment = DateTimeOf(value);
  batch.AddMoment(moment.utc_ms, moment.offset_minutes);
}

}  // namespace

void AddShown(const Survey& survey, const FieldSchema& field, ColumnType type,
              const Holder& holder, Batch& batch) {
  if (type == ColumnType::kChoices) {
    return AddTicked(survey, field, holder, batch);
  }
  const FieldState* const state = holder.Find(field.number);
  if (state == nullptr || !state->value().IsAnswer() ||
      state->value().kind == ValueKind::kSealed) {
    return batch.AddNull();
  }
  const Value& value = state->value();
  // A pseudonym is a text, and its column too.
  if (type == ColumnType::kText) return AddText(survey, field, value, batch);
  if (value.kind != KindOf(field.type)) return batch.AddNull();
  switch (type) {
    case ColumnType::kInteger:
    case ColumnType::kDate:
      return batch.AddNumber(IntegerOf(value));
    case ColumnType::kTime:
      return AddTime(value, batch);
    case ColumnType::kDateTime:
      return AddDateTime(value, batch);
    default:
      return AddText(survey, field, value, batch);
  }
}

}  // namespace chasqui::exporting
