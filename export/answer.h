// What a record or row says to a question, as text for people and tables.

#ifndef CHASQUI_EXPORT_ANSWER_H_
#define CHASQUI_EXPORT_ANSWER_H_

#include <string>

#include "sync/ids.h"
#include "sync/record.h"
#include "sync/schema.h"
#include "sync/survey.h"
#include "sync/value.h"

namespace chasqui::exporting {

struct Answer {
  // Erased: personal, and the record's key is destroyed; or it is not for
  // whoever asks.
  enum class State { kAbsent, kAnswered, kCleared, kNotRelevant, kErased };

  State state = State::kAbsent;
  std::string text;       // Empty unless answered.
  Seq seq = 0;            // Of the latest write shown; 0: absent.
  bool conflict = false;  // Live writes of different value, in any part.

  friend bool operator==(const Answer&, const Answer&) = default;
};

// One value of `field`, or of one of its choices: as value_text.h says, a
// choice of a select-multiple as "1" or "0", a status by its word.
Answer AnswerOf(const Survey& survey, const FieldSchema& field,
                std::uint32_t choice, const Value& value);

// What `holder` shows for `field`: of a select-multiple the codes of what is
// ticked, in the order of their numbers, separated by spaces.
Answer ShownAnswer(const Survey& survey, const FieldSchema& field,
                   const Holder& holder);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_ANSWER_H_
