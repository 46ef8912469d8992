// Which records' personal answers were erased for good, as the rows of an
// increment tell.

#ifndef CHASQUI_EXPORT_CHAIN_ERASURES_H_
#define CHASQUI_EXPORT_CHAIN_ERASURES_H_

#include <cstdint>

#include "export/batch.h"

namespace chasqui::exporting {

// How many rows of records say in kErasedColumn that they are: at least as many
// as records were erased since the increment before.
std::uint64_t ErasuresIn(const Batch& batch);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_ERASURES_H_
