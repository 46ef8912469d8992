// Devices of benchmarks come in as those of people do.

#ifndef CHASQUI_TESTS_BENCHMARKS_LET_IN_H_
#define CHASQUI_TESTS_BENCHMARKS_LET_IN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/benchmarks/load_device.h"
#include "tests/benchmarks/server_process.h"

namespace chasqui::benchmarks {

// A code for a device of `person`'s. Empty where names are believed.
absl::StatusOr<std::string> CodeFor(const ServerProcess& server,
                                    const std::string& person);

// Has the device let in, and given what it shows. Nothing where names are
// believed.
absl::Status LetIn(const ServerProcess& server, LoadIdentity& device);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LET_IN_H_
