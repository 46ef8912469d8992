// How fast do changes go in?

#ifndef CHASQUI_TESTS_BENCHMARKS_PHASES_H_
#define CHASQUI_TESTS_BENCHMARKS_PHASES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/benchmarks/census.h"
#include "tests/benchmarks/figures.h"
#include "tests/benchmarks/load_device.h"
#include "tests/benchmarks/server_process.h"
#include "tests/benchmarks/workplace.h"

namespace chasqui::benchmarks {

// How much of everything.
struct Scale {
  std::size_t threads = 8;         // devices that send at once
  std::size_t batch = 50;          // changes of an exchange
  std::size_t records = 68'000;    // at least, by going through the register
                                   // again and again
  std::size_t edits = 200'000;     // of single fields
  std::size_t idle_devices = 200;  // with nothing new
  double idle_seconds = 3;
  double settle_seconds = 2;
  std::size_t roster_rows = 2'000;
  std::size_t roster_edits = 200;
};

// What all measurements share. All outlive it.
struct Bench {
  const Scale& scale;
  const Workplace& place;
  ServerProcess& server;
  Figures& figures;
  std::size_t visitors = 1;  // people in the census who see one area each
};

inline constexpr char kCensusSurvey[] = "census";

struct NewRecord {
  RecordId id;
  std::size_t school = 0;  // in Census::schools
};

struct LoadedCensus {
  Census census;
  std::vector<NewRecord> records;
  // Record i is filled in, and may be edited, by device i % devices.size().
  std::vector<std::unique_ptr<LoadDevice>> devices;
};

// new_records, fsyncs, exchange_p50_ms and exchange_p99_ms: creations with all
// answers of real schools, every acknowledgement durable. The limit is the same
// bytes into RocksDB alone; of an exchange, an echo of the same size.
absl::StatusOr<LoadedCensus> CreateRecords(Bench& bench, const CensusCsv& csv);

// field_edits: changes of one number or choice each, to what another school
// has there, by devices that are up to date.
absl::Status EditFields(Bench& bench, LoadedCensus& loaded);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_PHASES_H_
