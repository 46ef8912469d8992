// Batches that another language can check itself against (tests/vectors/).

#ifndef CHASQUI_TESTS_WIRE_VECTORS_H_
#define CHASQUI_TESTS_WIRE_VECTORS_H_

#include <string>

namespace chasqui::testing {

// tests/vectors/columns.json, as this program would write it.
std::string VectorsJson();
// tests/vectors/statistics.bin, likewise.
std::string VectorStatistics();

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_WIRE_VECTORS_H_
