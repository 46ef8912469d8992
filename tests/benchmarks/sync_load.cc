// How fast is the server, and how far from what the machine could do?
//
// Starts the real server on a real disk and loads it over loopback gRPC, as
// many devices would: real records of a school census, every acknowledgement
// durable. Each limit is measured in the same run, on the same disk, with the
// load generator on the same cores.
//
//     sync_load [--records FILE] [--threads N] [--dir DIR] [--json] [--quick]
//               [--credentials]
//
// Exits with 1 if something did not work or a record is missing, with 2 for
// options and files that cannot be used. Never for being slow.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "CLI/CLI.hpp"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/census_csv.h"
#include "tests/benchmarks/phases.h"
#include "tests/benchmarks/pulls.h"
#include "tests/benchmarks/roster.h"
#include "tests/benchmarks/survey_setup.h"

namespace chasqui::benchmarks {
namespace {

constexpr int kFailed = 1;
constexpr int kUnusable = 2;

struct Options {
  std::string records = CHASQUI_CENSUS_DIR "/data/schools_2014.csv";
  std::string directory = CHASQUI_BENCHMARK_DIR;
  std::size_t threads = Scale().threads;
  bool json = false;
  bool quick = false;
  bool credentials = false;
};

// A run that shows that everything works, in seconds.
Scale QuickScale() {
  Scale scale;
  scale.records = 1;  // once through the register
  scale.edits = 10'000;
  scale.idle_devices = 40;
  scale.idle_seconds = 0.5;
  scale.settle_seconds = 0;
  scale.roster_edits = 20;
  return scale;
}

void Say(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
}

void SayLeftOut(const Census& census) {
  for (const auto& [column, cells] : census.left_out) {
    Say(StrCat("left out: ", cells, " cells of ", column,
               " that the form has no answer for"));
  }
}

absl::Status MeasureMemory(Bench& bench) {
  std::this_thread::sleep_for(
      std::chrono::duration<double>(bench.scale.settle_seconds));
  ASSIGN_OR_RETURN(const Memory memory, bench.server.ReadMemory());
  bench.figures.Add({"server_rss_mb",
                     memory.resident_mb,
                     "MB",
                     {},
                     StrCat("VmRSS after all of the above; at most it was ",
                            NumberText(memory.peak_mb))});
  return absl::OkStatus();
}

absl::Status MeasureAll(Bench& bench, const CensusCsv& csv) {
  ASSIGN_OR_RETURN(const auto areas, AreasOf(csv));
  bench.visitors = std::min(areas.size(), bench.scale.idle_devices);
  ASSIGN_OR_RETURN(const auto config,
                   CensusConfig(CHASQUI_CENSUS_DIR "/survey.json", areas,
                                bench.scale.threads, bench.visitors));
  ASSIGN_OR_RETURN(const std::string form,
                   ReadPacked(CHASQUI_CENSUS_DIR "/census.xml"));
  RETURN_IF_ERROR(
      MakeSurvey(bench.server.operated_at(), kCensusSurvey, config, form));
  Say("new records …");
  ASSIGN_OR_RETURN(LoadedCensus loaded, CreateRecords(bench, csv));
  SayLeftOut(loaded.census);
  Say("edits of single fields …");
  RETURN_IF_ERROR(EditFields(bench, loaded));
  Say("first pulls …");
  RETURN_IF_ERROR(FirstPull(bench, loaded.records.size()));
  RETURN_IF_ERROR(FirstPullIntoStore(bench, loaded.records.size()));
  Say("pulls with no news …");
  RETURN_IF_ERROR(EmptyPulls(bench));
  RETURN_IF_ERROR(MeasureMemory(bench));
  RETURN_IF_ERROR(bench.server.End());
  Say("edits beside a large roster …");
  return MeasureRoster(bench.scale, bench.place, bench.figures);
}

int Report(const absl::Status& status, int code) {
  Say(StrCat("sync_load: ", StdView(status.message())));
  return code;
}

int Run(const Options& options) {
  auto csv = CensusCsv::Read(options.records, CHASQUI_CENSUS_DIR "/mapping.csv",
                             "2014");
  if (!csv.ok()) return Report(csv.status(), kUnusable);
  auto place = Workplace::In(options.directory);
  if (!place.ok()) return Report(place.status(), kUnusable);
  Listening listening;
  listening.credentials = options.credentials;
  auto server = ServerProcess::Start((*place)->Path("server"), listening);
  if (!server.ok()) return Report(server.status(), kFailed);

  Scale scale = options.quick ? QuickScale() : Scale();
  scale.threads = options.threads;
  Figures figures;
  Bench bench{scale, **place, **server, figures};
  const absl::Status status = MeasureAll(bench, *csv);
  std::FILE* const people = options.json ? stderr : stdout;
  std::fprintf(people, "on %s, %u cores, load generator included\n",
               (*place)->file_system().c_str(),
               std::thread::hardware_concurrency());
  figures.PrintTable(people);
  if (options.json) figures.PrintJson(stdout);
  return status.ok() ? 0 : Report(status, kFailed);
}

}  // namespace
}  // namespace chasqui::benchmarks

int main(int argc, char** argv) {
  constexpr std::size_t kThreadsMax = 256;
  chasqui::benchmarks::Options options;
  CLI::App app(
      "Loads the server beside this program with real records, and prints how "
      "fast it is.");
  app.add_option("--records", options.records,
                 "A release of the school census of 2014, .csv or .csv.zst")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_option("--threads", options.threads, "Devices that send at once")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kThreadsMax));
  app.add_option("--dir", options.directory,
                 "Where databases are kept while it runs: on a real disk")
      ->capture_default_str()
      ->type_name("DIR");
  app.add_flag("--json", options.json,
               "A line of JSON for each figure; the table goes to stderr");
  app.add_flag("--credentials", options.credentials,
               "Devices come in by codes and show tokens, instead of being "
               "believed: what that costs, two runs tell");
  app.add_flag("--quick", options.quick,
               "Little of everything, to see that it works");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return chasqui::benchmarks::Run(options);
}
