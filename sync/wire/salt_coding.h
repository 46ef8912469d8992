// The salt of a change (Change::salt), which goes before it in the guise of one
// that cannot be read.

#ifndef CHASQUI_SYNC_WIRE_SALT_CODING_H_
#define CHASQUI_SYNC_WIRE_SALT_CODING_H_

#include <string>

#include "sync/wire/entropy_coder.h"

namespace chasqui::wire {

// No change begins with it.
inline constexpr char kSaltMark = 2;

// Whether `guise`, a change that cannot be read, is the salt of the one that
// follows, as `salted` says where it is written; the salt then. `what` is what
// that is predicted by. Costs nothing where it cannot be one.
bool CodeSalted(EntropyCoder& coder, ContextKey what, const std::string& guise,
                bool salted, std::string& salt);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_SALT_CODING_H_
