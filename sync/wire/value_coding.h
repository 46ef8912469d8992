// Answers, each by the type of its field.

#ifndef CHASQUI_SYNC_WIRE_VALUE_CODING_H_
#define CHASQUI_SYNC_WIRE_VALUE_CODING_H_

#include <cstdint>

#include "sync/ids.h"
#include "sync/value.h"
#include "sync/wire/entropy_coder.h"
#include "sync/wire/layout.h"
#include "sync/wire/memory.h"

namespace chasqui::wire {

// Where an answer stands.
struct AnswerPlace {
  std::uint32_t field = 0;
  std::uint32_t choice = 0;
  std::int64_t wall_ms = 0;  // when it was made: dates are mostly near it
};

// Any value: one that is not of its field's type costs more, and that is all.
// Fails unless CheckValue() is OK of it.
void CodeValue(EntropyCoder& coder, const Layout& layout,
               const AnswerPlace& place, Memory& memory, Value& value);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_VALUE_CODING_H_
