// Texts, letter by letter.

#ifndef CHASQUI_SYNC_WIRE_TEXT_CODING_H_
#define CHASQUI_SYNC_WIRE_TEXT_CODING_H_

#include <cstddef>
#include <string>

#include "sync/wire/entropy_coder.h"
#include "sync/wire/memory.h"

namespace chasqui::wire {

// Any bytes, predicted as text: each by the field they are of (`what`), by
// those before it, and by the word it is in. Takes them off what the batch may
// come to; fails beyond `most`.
void CodeText(EntropyCoder& coder, ContextKey what, std::size_t most,
              Memory& memory, std::string& text);

// The same, of which nothing can be predicted.
void CodeBytes(EntropyCoder& coder, ContextKey what, std::size_t most,
               Memory& memory, std::string& bytes);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_TEXT_CODING_H_
