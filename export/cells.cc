#include "export/cells.h"

#include <string>
#include <string_view>
#include <vector>

#include "sync/base/str_cat.h"
#include "sync/value.h"
#include "sync/value_text.h"

namespace chasqui::exporting {
namespace {

// The codes ticked; nothing unless the question as a whole is answered, or
// where no write of the whole has come, one of its parts.
void AddTicked(const Survey& survey, const FieldSchema& field,
               const Holder& holder, Batch& batch) {
  const FieldState* const whole = holder.Find(field.number);
  bool answered = whole != nullptr && whole->value().IsAnswer();
  std::vector<std::string> unnamed;
  std::vector<std::string_view> codes;
  unnamed.reserve(field.choices.size());
  for (const std::uint32_t choice : field.choices) {
    const FieldState* const part = holder.Find(field.number, choice);
    if (part == nullptr) continue;
    answered |= whole == nullptr;
    if (part->value().kind != ValueKind::kTicked) continue;
    const std::string* const code =
        survey.numbering.ChoiceCode(field.number, choice);
    codes.push_back(
        code != nullptr ? *code : unnamed.emplace_back(StrCat("#", choice)));
  }
  if (!answered) return batch.AddNull();
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
