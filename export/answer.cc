#include "export/answer.h"

#include <algorithm>

#include "sync/base/str_cat.h"
#include "sync/value_text.h"

namespace chasqui::exporting {
namespace {

Answer::State StateOf(const Value& value) {
  switch (value.kind) {
    case ValueKind::kCleared:
      return Answer::State::kCleared;
    case ValueKind::kNotRelevant:
      return Answer::State::kNotRelevant;
    case ValueKind::kSealed:
      return Answer::State::kErased;
    default:
      return Answer::State::kAnswered;
  }
}

std::string TextOf(const Survey& survey, const FieldSchema& field,
                   std::uint32_t choice, const Value& value) {
  if (field.number == kStatusField && value.kind == ValueKind::kChoice) {
    return std::string(ToText(static_cast<RecordStatus>(ChoiceOf(value))));
  }
  if (choice != 0) return value.kind == ValueKind::kTicked ? "1" : "0";
  if (value.kind == ValueKind::kAnswered) return {};
  return FormatValue(value, [&](std::uint32_t number) {
    return survey.numbering.ChoiceCode(field.number, number);
  });
}

// The codes ticked, and the rest of what a select-multiple's parts tell.
Answer ShownChoices(const Survey& survey, const FieldSchema& field,
                    const Holder& holder) {
  Answer answer;
  if (const FieldState* const whole = holder.Find(field.number)) {
    answer.state = StateOf(whole->value());
    answer.seq = whole->seq();
    answer.conflict = whole->IsConflict();
  }
  for (const std::uint32_t choice : field.choices) {
    const FieldState* const part = holder.Find(field.number, choice);
    if (part == nullptr) continue;
    answer.seq = std::max(answer.seq, part->seq());
    answer.conflict |= part->IsConflict();
    if (answer.state == Answer::State::kAbsent) {
      answer.state = Answer::State::kAnswered;
    }
    if (part->value().kind != ValueKind::kTicked) continue;
    const std::string* const code =
        survey.numbering.ChoiceCode(field.number, choice);
    if (!answer.text.empty()) answer.text += ' ';
    answer.text += code != nullptr ? *code : StrCat("#", choice);
  }
  if (answer.state != Answer::State::kAnswered) answer.text.clear();
  return answer;
}

}  // namespace

Answer AnswerOf(const Survey& survey, const FieldSchema& field,
                std::uint32_t choice, const Value& value) {
  Answer answer;
  answer.state = StateOf(value);
  if (answer.state == Answer::State::kAnswered) {
    answer.text = TextOf(survey, field, choice, value);
  }
  return answer;
}

Answer ShownAnswer(const Survey& survey, const FieldSchema& field,
                   const Holder& holder) {
  if (field.type == FieldType::kChoices) {
    return ShownChoices(survey, field, holder);
  }
  const FieldState* const state = holder.Find(field.number);
  if (state == nullptr) return {};
  Answer answer = AnswerOf(survey, field, 0, state->value());
  answer.seq = state->seq();
  answer.conflict = state->IsConflict();
  return answer;
}

}  // namespace chasqui::exporting
