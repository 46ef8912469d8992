// A text as another one that both ends know, with a piece in place of a piece.
//
//   splice := first:varint last:varint piece     first: so many bytes of the
//             known one's beginning, last: of its end; between them the piece

#ifndef CHASQUI_SYNC_WIRE_SPLICE_H_
#define CHASQUI_SYNC_WIRE_SPLICE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace chasqui::wire {

// Never empty.
std::string SpliceOf(std::string_view known, std::string_view text);
// InvalidArgument unless it is a splice into `known`.
absl::StatusOr<std::string> Spliced(std::string_view known,
                                    std::string_view splice);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_SPLICE_H_
