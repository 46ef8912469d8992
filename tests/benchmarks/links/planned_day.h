// A day so small that a test can look at all of it.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_PLANNED_DAY_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_PLANNED_DAY_H_

#include "absl/status/statusor.h"
#include "sync/base/status_macros.h"
#include "tests/benchmarks/links/day.h"

namespace chasqui::benchmarks {

inline absl::StatusOr<Day> PlanSmallDay(const DaySizes& sizes) {
  ASSIGN_OR_RETURN(const CensusCsv csv,
                   CensusCsv::Read(CHASQUI_CENSUS_DIR "/data/schools_2014.csv",
                                   CHASQUI_CENSUS_DIR "/mapping.csv", "2014"));
  ASSIGN_OR_RETURN(const std::string xform,
                   ReadPacked(CHASQUI_CENSUS_DIR "/census.xml"));
  return PlanDay(csv, xform, sizes);
}

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_PLANNED_DAY_H_
