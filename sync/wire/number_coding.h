// Whole numbers and exact decimals, as symbols.

#ifndef CHASQUI_SYNC_WIRE_NUMBER_CODING_H_
#define CHASQUI_SYNC_WIRE_NUMBER_CODING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "sync/wire/entropy_coder.h"
#include "sync/wire/memory.h"

namespace chasqui::wire {

// What a number is likely to be like: by what it is, then with more and more
// around it.
using Around = absl::Span<const ContextKey>;

void CodeNumber(EntropyCoder& coder, Around around, std::int64_t& number);
// Fails for a number beyond `most`.
void CodeCount(EntropyCoder& coder, ContextKey what, std::size_t most,
               std::size_t& count);

// A number of as many bits as `most` has, four at a time from the highest, each
// piece in the light of those before it. Told apart by `salt` from what else
// follows `contexts`.
void CodePieces(EntropyCoder& coder, Contexts contexts, std::uint32_t most,
                std::uint32_t salt, std::uint32_t& number);

// An answer to `field` that is a whole number: often the sum or the difference
// of the two before it.
void CodeInteger(EntropyCoder& coder, const Memory& memory, std::uint32_t field,
                 std::int64_t& number);

// Whether CodeDecimal() can spell it: the whole part has at most 18 digits.
bool IsShortDecimal(std::string_view decimal);
// A decimal in its canonical spelling. `before` is the one that stood here
// last, or empty: the next is often near it. Fails where no canonical one comes
// out.
void CodeDecimal(EntropyCoder& coder, ContextKey what, std::string_view before,
                 std::string& decimal);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_NUMBER_CODING_H_
