// Does an answer in a record with a large roster cost more than it should?

#ifndef CHASQUI_TESTS_BENCHMARKS_ROSTER_H_
#define CHASQUI_TESTS_BENCHMARKS_ROSTER_H_

#include "absl/status/status.h"
#include "tests/benchmarks/phases.h"

namespace chasqui::benchmarks {

// roster_edit_ratio: bytes the server writes for an edit of one answer in a
// record that has thousands of rows, over those for the same edit in a record
// without rows. The larger one of two ratios: of an answer of the record
// itself, and of an answer in one of its rows. Each edit is an exchange of its
// own, so that none shares what is written once per commit; and the server is
// one of its own, so that nothing else is written meanwhile.
absl::Status MeasureRoster(const Scale& scale, const Workplace& place,
                           Figures& figures);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_ROSTER_H_
