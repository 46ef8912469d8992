// How fast could changes become durable at all, on this disk?

#ifndef CHASQUI_TESTS_BENCHMARKS_RAW_ROCKS_H_
#define CHASQUI_TESTS_BENCHMARKS_RAW_ROCKS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/benchmarks/load_threads.h"

namespace chasqui::benchmarks {

// Writes the changes of `loads` to a database of its own in `directory`, opened
// as the server opens its own: a thread for each load, the changes of a request
// in one synced WriteBatch, a key for each with its bytes as sent. RocksDB
// makes groups of what the threads write at once. Changes per second.
absl::StatusOr<double> RawRocksRate(const std::vector<Load>& loads,
                                    const std::string& directory);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_RAW_ROCKS_H_
