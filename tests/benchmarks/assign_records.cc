// How long does a supervisor wait who moves ten thousand records to another
// enumerator, in another area?
//
// What AssignRecords does (server/assigning.h), in the store of a server on a
// real disk: each record gets a change in the log, and leaves one feed for
// another. The limit is what the disk takes for as many bytes as were written,
// as plain values of as many records, in as many synced commits. The records
// are moved to and fro; what is printed is the median.
//
//     assign_records [--records N] [--rounds N] [--dir DIR] [--json]
//
// Exits with 1 if a record is not moved, with 2 for options that cannot be
// used. Never for being slow.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "server/assigning.h"
#include "storage/catalog.h"
#include "storage/keys.h"
#include "storage/rocks_kv.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/base/system_clock.h"
#include "sync/bytes.h"
#include "sync/lineage.h"
#include "sync/store.h"
#include "tests/benchmarks/figures.h"
#include "tests/benchmarks/workplace.h"
#include "tests/testing/household_form.h"
#include "tests/testing/tablet.h"

namespace chasqui::benchmarks {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr char kSurvey[] = "households";

struct Options {
  std::size_t records = 10'000;
  std::size_t rounds = 5;
  std::string directory = CHASQUI_BENCHMARK_DIR;
  bool json = false;
};

// What came of one round.
struct Round {
  double seconds = 0;
  std::uint64_t bytes = 0;  // that this process wrote meanwhile
};

double SecondsSince(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// Bytes that this process has given to the operating system to write.
absl::StatusOr<std::uint64_t> BytesWritten() {
  std::FILE* const file = std::fopen("/proc/self/io", "r");
  if (file == nullptr) return absl::UnavailableError("/proc/self/io");
  constexpr char kName[] = "wchar: %llu";
  unsigned long long written = 0;
  char line[80];
  while (std::fgets(line, sizeof line, file) != nullptr &&
         std::sscanf(line, kName, &written) != 1) {
  }
  std::fclose(file);
  return written;
}

RecordId RecordAt(std::size_t number) {
  return testing::RecordNamed(StrCat("house ", number));
}

// A household as the register brings it.
Change Creation(std::size_t number) {
  testing::Edit edit("", RecordAt(number), {});
  edit.Creates("north")
      .Set(kAssigneeField, "ama")
      .Status(RecordStatus::kNone, RecordStatus::kAssigned)
      .Set(testing::kX, StrCat("household ", number))
      .Set(testing::kY, StrCat("street ", number / 10))
      .Set(testing::kMost, Value::Integer(static_cast<std::int64_t>(number)))
      .Set(testing::kWater, Value::Choice(1 + number % 3))
      .Tick(testing::kAssets, 1 + number % 3);
  return edit.change();
}

absl::Status Fill(std::size_t records, SurveyStore& store) {
  std::vector<ServerEntry> entries;
  entries.emplace_back(FormPublished{testing::HouseholdForm(1), "household"});
  for (std::size_t i = 0; i < records; ++i) {
    ChangeReceived created;
    created.by_register = true;
    created.counts = {0};
    created.bytes = EncodeChange(Creation(i));
    entries.emplace_back(std::move(created));
    if (entries.size() < server::kAssignGroup && i + 1 < records) continue;
    RETURN_IF_ERROR(SubmitAndWait(store, std::exchange(entries, {})).status());
  }
  return absl::OkStatus();
}

// All of them, to the other of the two.
absl::StatusOr<Round> Move(bool away, std::size_t records, SurveyStore& store) {
  ASSIGN_OR_RETURN(const auto reader, store.Snapshot());
  v1::AssignRecordsRequest request;
  request.set_survey(kSurvey);
  request.set_area(away ? "north" : "south");
  request.set_to_area(away ? "south" : "north");
  request.set_to_assignee(away ? "ben" : "ama");
  request.mutable_seen()->set_log(
      static_cast<std::uint64_t>(PresentName(reader->survey().lineage)));
  request.mutable_seen()->set_seq(reader->head());
  SystemClock clock;
  const server::ActSurroundings around{
      [&clock] { return absl::ToUnixMillis(clock.Now()); },
      [] { return false; }};
  const access::Grant supervisor("sam", access::Reach::kAll, {});
  v1::AssignRecordsResponse response;
  ASSIGN_OR_RETURN(const std::uint64_t before, BytesWritten());
  const auto begin = SteadyClock::now();
  RETURN_IF_ERROR(
      server::AssignRecords(store, supervisor, request, around, response));
  const double seconds = SecondsSince(begin);
  ASSIGN_OR_RETURN(const std::uint64_t after, BytesWritten());
  if (response.assigned() != records) {
    return absl::InternalError(
        StrCat("of ", records, " records ", response.assigned(),
               " were moved, ", response.quarantined(), " wait, ",
               response.out_of_scope(), " are out of scope"));
  }
  return Round{seconds, after - before};
}

// As many bytes in values of as many records, synced as often.
absl::StatusOr<double> WriteRaw(std::uint64_t bytes, std::size_t records,
                                storage::Kv& kv, Seq& head) {
  const storage::Keys keys(1, 1);
  // As little alike as what is written for a record.
  std::string value;
  while (value.size() < bytes / records) {
    value += static_cast<char>(value.size() * 131 % 251);
  }
  const auto begin = SteadyClock::now();
  for (std::size_t done = 0; done < records;) {
    auto batch = kv.NewBatch();
    for (std::size_t i = 0; i < server::kAssignGroup && done < records; ++i) {
      batch->Put(storage::Space::kLog, keys.Log(++head).view(), value);
      ++done;
    }
    RETURN_IF_ERROR(kv.Commit(std::move(batch), storage::Sync::kYes));
  }
  return SecondsSince(begin);
}

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

absl::Status Measure(const Options& options, Figures& figures) {
  ASSIGN_OR_RETURN(const auto place, Workplace::In(options.directory));
  SystemClock clock;
  ASSIGN_OR_RETURN(const std::unique_ptr<Catalog> catalog,
                   storage::OpenRocksCatalog(place->Path("server"), clock, {}));
  RETURN_IF_ERROR(catalog->Create(kSurvey, testing::HouseholdConfig()));
  ASSIGN_OR_RETURN(SurveyStore* const store, catalog->Find(kSurvey));
  RETURN_IF_ERROR(Fill(options.records, *store));
  ASSIGN_OR_RETURN(const auto raw,
                   storage::OpenRocksKv(place->Path("raw"), {}));
  std::vector<double> moved;
  std::vector<double> written;
  std::uint64_t bytes = 0;
  Seq head = 0;
  for (std::size_t i = 0; i < options.rounds; ++i) {
    ASSIGN_OR_RETURN(const Round round,
                     Move(i % 2 == 0, options.records, *store));
    ASSIGN_OR_RETURN(const double seconds,
                     WriteRaw(round.bytes, options.records, *raw, head));
    moved.push_back(round.seconds);
    written.push_back(seconds);
    bytes = round.bytes;
  }
  figures.Add({"assign_records_s", MedianOf(moved), "s", MedianOf(written),
               StrCat(options.records, " records to another area and person; ",
                      bytes / options.records, " bytes written for each; ",
                      place->file_system())});
  return absl::OkStatus();
}

int Run(const Options& options) {
  Figures figures;
  const absl::Status measured = Measure(options, figures);
  if (!measured.ok()) {
    std::fprintf(stderr, "%s\n", measured.ToString().c_str());
    return absl::IsInvalidArgument(measured) ? 2 : 1;
  }
  figures.PrintTable(options.json ? stderr : stdout);
  if (options.json) figures.PrintJson(stdout);
  return 0;
}

}  // namespace
}  // namespace chasqui::benchmarks

int main(int argc, char** argv) {
  constexpr std::size_t kMost = 1'000'000;
  chasqui::benchmarks::Options options;
  CLI::App app("Prints how long it takes to move many records at once.");
  app.add_option("--records", options.records, "That are moved")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kMost));
  app.add_option("--rounds", options.rounds, "Of which the median is printed")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{100}));
  app.add_option("--dir", options.directory, "On a real disk")
      ->capture_default_str();
  app.add_flag("--json", options.json,
               "A line of JSON for each figure; the table goes to stderr");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return chasqui::benchmarks::Run(options);
}
