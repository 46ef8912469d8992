// Schools as a device would write them down: typed answers to the fields of a
// form.

#ifndef CHASQUI_TESTS_BENCHMARKS_CENSUS_H_
#define CHASQUI_TESTS_BENCHMARKS_CENSUS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/device_form.h"
#include "sync/value.h"
#include "tests/benchmarks/census_csv.h"

namespace chasqui::benchmarks {

// By number of the field, in the order of the columns.
using Answers = std::vector<std::pair<std::uint32_t, Value>>;

struct School {
  std::string area;
  Answers answers;
};

struct Census {
  std::vector<School> schools;
  std::size_t answers = 0;  // in all
  // Cells that the form has no answer for, left out; by column.
  std::map<std::string, std::size_t> left_out;
};

// All areas that a row of `csv` names.
absl::StatusOr<std::set<std::string>> AreasOf(const CensusCsv& csv);

// Every row of `csv`, its cells as values of `form`. InvalidArgument if the
// form lacks a field of the mapping, or no row has an answer.
absl::StatusOr<Census> ReadCensus(const CensusCsv& csv,
                                  const client::DeviceForm& form);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_CENSUS_H_
