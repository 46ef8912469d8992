// Holds the state against the oracle.

#ifndef CHASQUI_TESTS_SIMULATION_ORACLE_CHECK_H_
#define CHASQUI_TESTS_SIMULATION_ORACLE_CHECK_H_

#include <string>
#include <vector>

#include "sync/reader.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/plaintexts.h"

namespace chasqui::testing {

// Gives the oracle the entries of the log that it has not seen, unsealed.
void CatchUp(const Reader& reader, const Plaintexts& plaintexts,
             Oracle& oracle);

// Every way in which the state differs from what the oracle says; empty if
// they agree. REQUIRES: both are at the same head.
std::vector<std::string> Differences(const Reader& reader,
                                     const Plaintexts& plaintexts,
                                     const Oracle& oracle);

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_ORACLE_CHECK_H_
