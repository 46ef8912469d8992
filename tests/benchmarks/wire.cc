// How few bytes do changes take on the wire, and how few could they?
//
// Real records of a school census, in the batches in which enumerators would
// have sent them: in each encoding that is used for such data, in ours, and by
// a model of the answers that knows nothing else. What is counted is
// ChangeBatch, whole, with ids, bases, times and the h before it. Then, with a
// server, what a whole sync takes that has next to nothing to say.
//
//     wire [--records FILE] [--json]
//
// Exits with 1 if a batch does not decode to itself or a sync fails, with 2 for
// options and files that cannot be used. Never for being slow or large.

#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_join.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/census_csv.h"
#include "tests/benchmarks/figures.h"
#include "tests/benchmarks/wire_measuring.h"
#include "tests/benchmarks/wire_records.h"
#include "tests/benchmarks/wire_syncs.h"

namespace chasqui::benchmarks {
namespace {

constexpr int kFailed = 1;
constexpr int kUnusable = 2;

struct Options {
  std::string records = CHASQUI_CENSUS_DIR "/data/schools_2014.csv";
  bool json = false;
};

int Report(const absl::Status& status, int code) {
  std::fprintf(stderr, "wire: %s\n", std::string(status.message()).c_str());
  return code;
}

int Run(const Options& options) {
  auto csv = CensusCsv::Read(options.records, CHASQUI_CENSUS_DIR "/mapping.csv",
                             "2014");
  if (!csv.ok()) return Report(csv.status(), kUnusable);
  auto xform = ReadPacked(CHASQUI_CENSUS_DIR "/census.xml");
  if (!xform.ok()) return Report(xform.status(), kUnusable);
  auto form = ReadWireForm(*xform);
  if (!form.ok()) return Report(form.status(), kUnusable);
  auto records = MakeWireRecords(*csv, *form);
  if (!records.ok()) return Report(records.status(), kUnusable);

  Figures figures;
  std::FILE* const people = options.json ? stderr : stdout;
  std::fprintf(people,
               "%zu columns: %s\nstatistics from %zu areas, tested on "
               "%zu others, %zu records of each\n",
               records->columns.size(),
               absl::StrJoin(records->columns, " ").c_str(),
               records->training.size(), records->tested.size(), kBatchRecords);
  absl::Status status = Measuring(*form, *records, figures).All();
  if (status.ok()) status = MeasureSyncs(*xform, *form, *records, figures);
  figures.PrintTable(people);
  if (options.json) figures.PrintJson(stdout);
  return status.ok() ? 0 : Report(status, kFailed);
}

}  // namespace
}  // namespace chasqui::benchmarks

int main(int argc, char** argv) {
  chasqui::benchmarks::Options options;
  CLI::App app("Says how many bytes real records take on the wire.");
  app.add_option("--records", options.records,
                 "A release of the school census of 2014, .csv or .csv.zst")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_flag("--json", options.json,
               "A line of JSON for each figure; the table goes to stderr");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return chasqui::benchmarks::Run(options);
}
