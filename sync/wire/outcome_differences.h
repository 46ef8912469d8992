// What became of a batch, as differences to what both ends of a stream expect
// (stream_differences.h).
//
//   outcomes: number     the one after that before it; of the first, after the
//                        end in the answer before
//             seq        head - seq
//             hi_ms, at_ms, lo_ms
//                        received - hi, hi - at, hi - lo
//             outcome    APPLIED, and no more
//   end                  the last of the outcomes, whose h the device knows; if
//                        there are none, as in the answer before

#ifndef CHASQUI_SYNC_WIRE_OUTCOME_DIFFERENCES_H_
#define CHASQUI_SYNC_WIRE_OUTCOME_DIFFERENCES_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "chasqui/v1/sync_service.pb.h"

namespace chasqui::wire {

// Clears what is as expected. False, and `news` is spoilt, if something is
// absent that is expected. REQUIRES, here and below: head is there.
bool ElideOutcomes(const v1::SurveyNews& before, std::int64_t received_ms,
                   v1::SurveyNews& news);

// Fills in what is absent. `last_h` is h of the last change of the batch that
// `news` answers; empty if it had none. InvalidArgument if that is wanted.
absl::Status FillOutcomes(const v1::SurveyNews& before,
                          std::int64_t received_ms, std::string_view last_h,
                          v1::SurveyNews& news);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_OUTCOME_DIFFERENCES_H_
