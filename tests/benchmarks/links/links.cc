// What does a day's work cost an enumerator over a bad link, and is anything
// lost?
//
// Client and server are real processes with real TCP between them, over a link
// that behaves as a trace says: rate, delay, loss, cuts, outages. An enumerator
// has 2,000 records in scope, makes 30, edits 60 and syncs five times, and the
// form gets a new version in between; once by each of our ways, and once as
// OpenRosa clients and servers do it. In the end the server is asked for every
// record, and must have each answer, and each save once.
//
//     links [--traces DIR] [--trace NAME…] [--protocol NAME…] [--json]
//     [--quick]
//
// It runs in real time: the whole table takes most of an hour. The same seed
// loses the same packets of a sequence; which those are is up to the timing of
// real processes, so figures differ by some per cent from run to run.
//
// Exits with 1 if something is lost or twice there, or a day did not come to
// its end; with 2 for options and files that cannot be used. Never for being
// slow.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "CLI/CLI.hpp"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/links/client_process.h"
#include "tests/benchmarks/links/day_table.h"
#include "tests/benchmarks/links/run_day.h"
#include "tests/benchmarks/links/trace_files.h"
#include "tests/benchmarks/workplace.h"

namespace chasqui::benchmarks {
namespace {

constexpr int kLinksFailed = 1;
constexpr int kLinksUnusable = 2;
constexpr char kQuickTrace[] = "shaken_3g";

struct LinksOptions {
  std::string traces = CHASQUI_TRACES_DIR;
  std::vector<std::string> only_traces;
  std::vector<std::string> only_protocols;
  std::string directory = CHASQUI_BENCHMARK_DIR;
  std::string records = CHASQUI_CENSUS_DIR "/data/schools_2014.csv";
  Surroundings around{/*delay_ms=*/50, /*loss_percent=*/0.5};
  std::uint64_t seed = 1;
  bool proxy = false;
  bool json = false;
  bool quick = false;
  std::string play;     // the protocol, in the client's process
  std::string address;  // of the server, there
};

// A day that shows that everything works.
DaySizes QuickSizes() {
  DaySizes sizes;
  sizes.scope = 200;
  sizes.created = 6;
  sizes.edited = 12;
  return sizes;
}

void Tell(const std::string& what) {
  std::fprintf(stderr, "links: %s\n", what.c_str());
}

int Refuse(const absl::Status& status) {
  Tell(std::string(StdView(status.message())));
  return kLinksUnusable;
}

// Tried in a process of its own, since half of them cannot be undone.
bool CanMakePlaces() {
  const pid_t trying = fork();
  if (trying == 0) _exit(TwoPlaces::Make().ok() ? 0 : 1);
  int ended = 1;
  waitpid(trying, &ended, 0);
  return trying > 0 && ended == 0;
}

bool Wanted(const std::vector<std::string>& only, std::string_view name) {
  return only.empty() ||
         std::find(only.begin(), only.end(), name) != only.end();
}

absl::StatusOr<std::vector<LinkTrace>> WantedTraces(
    const LinksOptions& options) {
  ASSIGN_OR_RETURN(TraceFiles files,
                   ReadTraces(options.traces, options.around));
  for (const std::string& name : files.passed_over) {
    Tell(StrCat(name, " is no trace"));
  }
  std::vector<std::string> only = options.only_traces;
  const bool ours = options.traces == LinksOptions().traces;
  if (options.quick && ours && only.empty()) only = {kQuickTrace};
  std::erase_if(files.traces, [&only](const LinkTrace& trace) {
    return !Wanted(only, trace.name);
  });
  if (!files.traces.empty()) return std::move(files.traces);
  return absl::InvalidArgumentError(
      StrCat(options.traces, " has none of the traces asked for"));
}

absl::StatusOr<Day> PlannedDay(const LinksOptions& options) {
  ASSIGN_OR_RETURN(const CensusCsv csv,
                   CensusCsv::Read(options.records,
                                   CHASQUI_CENSUS_DIR "/mapping.csv", "2014"));
  ASSIGN_OR_RETURN(const std::string xform,
                   ReadPacked(CHASQUI_CENSUS_DIR "/census.xml"));
  return PlanDay(csv, xform, options.quick ? QuickSizes() : DaySizes());
}

// The days of all protocols over one link. Whether all was as it must be.
bool CompareOver(const LinkTrace& trace, const Day& day,
                 const LinksOptions& options, const Workplace& place,
                 const TwoPlaces* places, Figures& figures) {
  std::FILE* const people = options.json ? stderr : stdout;
  bool good = true;
  for (const Protocol protocol : kProtocols) {
    const std::string_view name = ToText(protocol);
    if (!Wanted(options.only_protocols, name)) continue;
    const std::string directory = place.Path(StrCat(trace.name, "-", name));
    std::error_code ignored;
    std::filesystem::create_directories(directory, ignored);
    const auto result =
        RunDay(day, protocol, Setting{trace, places, options.seed, directory});
    std::filesystem::remove_all(directory, ignored);
    if (!result.ok()) {
      Tell(StrCat(trace.name, ", ", name, ": ",
                  StdView(result.status().message())));
      good = false;
      continue;
    }
    PrintDay(trace.name, name, *result, people);
    AddDay(trace.name, name, *result, figures);
    good = good && result->verdict.lost + result->verdict.duplicated == 0;
  }
  return good;
}

int Compare(const LinksOptions& options) {
  const auto traces = WantedTraces(options);
  if (!traces.ok()) return Refuse(traces.status());
  const auto day = PlannedDay(options);
  if (!day.ok()) return Refuse(day.status());
  const auto place = Workplace::In(options.directory);
  if (!place.ok()) return Refuse(place.status());

  std::FILE* const people = options.json ? stderr : stdout;
  std::unique_ptr<TwoPlaces> places;
  if (!options.proxy && CanMakePlaces()) {
    auto made = TwoPlaces::Make();
    if (!made.ok()) return Refuse(made.status());
    places = *std::move(made);
    std::fprintf(
        people, "link: packets between two network namespaces, queue %zu KiB\n",
        kQueueBytesMax >> 10);
  } else {
    std::fprintf(people,
                 "link: a TCP PROXY, for want of the right to make network "
                 "namespaces: losses come late instead of never, and IP bytes "
                 "are an estimate\n");
  }
  PrintDayHead(people);
  Figures figures;
  bool good = true;
  for (const LinkTrace& trace : *traces) {
    good = CompareOver(trace, *day, options, **place, places.get(), figures) &&
           good;
  }
  if (options.json) figures.PrintJson(stdout);
  return good ? 0 : kLinksFailed;
}

int Play(const LinksOptions& options) {
  const auto protocol = ParseProtocol(options.play);
  if (!protocol.has_value()) {
    Tell(StrCat("\"", options.play, "\" is no protocol"));
    return kLinksUnusable;
  }
  return PlayClient({*protocol, options.address, options.directory});
}

void AddOptions(CLI::App& app, LinksOptions& options) {
  app.add_option("--traces", options.traces,
                 "Traces: ours, Mahimahi's or rates, .zst or not")
      ->capture_default_str()
      ->type_name("DIR");
  app.add_option("--trace", options.only_traces, "Only these, by name");
  std::vector<std::string> protocols;
  for (const Protocol protocol : kProtocols) {
    protocols.emplace_back(ToText(protocol));
  }
  app.add_option("--protocol", options.only_protocols, "Only these")
      ->check(CLI::IsMember(protocols));
  app.add_option("--delay-ms", options.around.delay_ms,
                 "Each way, of traces that do not say")
      ->capture_default_str()
      ->check(CLI::Range(0U, kDelayMsMax));
  app.add_option("--loss-percent", options.around.loss_percent,
                 "Of packets, of traces that do not say")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "For which packets are lost")
      ->capture_default_str();
  app.add_option("--records", options.records,
                 "A release of the school census of 2014, .csv or .csv.zst")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_option("--dir", options.directory,
                 "Where databases are kept while it runs: on a real disk")
      ->capture_default_str()
      ->type_name("DIR");
  app.add_flag("--proxy", options.proxy,
               "As where network namespaces cannot be made");
  app.add_flag("--json", options.json,
               "A line of JSON for each figure; the table goes to stderr");
  app.add_flag("--quick", options.quick,
               "A small day over one link, to see that it works");
  // How the program starts its clients.
  app.add_option("--play", options.play)->group("");
  app.add_option("--address", options.address)->group("");
}

}  // namespace
}  // namespace chasqui::benchmarks

int main(int argc, char** argv) {
  namespace benchmarks = chasqui::benchmarks;
  benchmarks::LinksOptions options;
  CLI::App app(
      "Works through an enumerator's day over bad links, by each protocol, and "
      "prints what it takes.");
  benchmarks::AddOptions(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return options.play.empty() ? benchmarks::Compare(options)
                              : benchmarks::Play(options);
}
