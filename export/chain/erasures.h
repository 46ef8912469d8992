// Which records' personal answers were erased for good, as the rows of an
// increment tell.

#ifndef CHASQUI_EXPORT_CHAIN_ERASURES_H_
#define CHASQUI_EXPORT_CHAIN_ERASURES_H_

#include <cstdint>
#include <string_view>

#include "export/batch.h"

namespace chasqui::exporting {

// In a table of records: whether its personal answers were erased.
inline constexpr std::string_view kErasedColumn = "_erased";

// How many rows say so.
std::uint64_t ErasuresIn(const Batch& batch);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_ERASURES_H_
