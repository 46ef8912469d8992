#include "tests/benchmarks/phases.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "client/device_form.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/echo_server.h"
#include "tests/benchmarks/let_in.h"
#include "tests/benchmarks/load_threads.h"
#include "tests/benchmarks/raw_rocks.h"
#include "tests/benchmarks/survey_setup.h"
#include "tests/testing/random.h"

namespace chasqui::benchmarks {
namespace {

using Devices = std::vector<std::unique_ptr<LoadDevice>>;

RecordId NewId(testing::Random& random) {
  RecordId id;
  const std::uint64_t halves[] = {random.Next(), random.Next()};
  std::memcpy(id.bytes.data(), halves, sizeof halves);
  return id;
}

Op SetField(std::uint32_t field, Value value) {
  Op op;
  op.at.field = field;
  op.value = std::move(value);
  return op;
}

// A filled form: assigned to whoever fills it in, and submitted.
Change Creation(const LoadDevice& device, const NewRecord& record,
                const School& school) {
  Change change = device.Open(record.id);
  change.creates = true;
  change.ops.push_back(SetField(kAreaField, Value::Text(school.area)));
  change.ops.push_back(
      SetField(kAssigneeField, Value::Text(device.identity().person)));
  for (const auto& [field, value] : school.answers) {
    change.ops.push_back(SetField(field, value));
  }
  Op submit;
  submit.kind = OpKind::kSetStatus;
  submit.to = RecordStatus::kSubmitted;
  change.ops.push_back(std::move(submit));
  return change;
}

std::vector<Load> LoadsOf(const Devices& devices, std::size_t batch) {
  std::vector<Load> loads;
  for (const auto& device : devices) {
    loads.push_back({device->identity(), device->TakeOutbox(batch)});
  }
  return loads;
}

absl::Status PullAll(const Devices& devices) {
  const auto pull = [&devices](std::size_t i, const Ready&) {
    return devices[i]->PullAll().status();
  };
  return InThreads(devices.size(), pull, nullptr);
}

// A run with what both sides used of the processors meanwhile. Says less of
// the machine's other work than times do.
struct MeteredRun {
  LoadRun run;
  double server_cpu = 0;  // seconds
  double load_cpu = 0;
};

double OwnCpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

absl::StatusOr<MeteredRun> RunMetered(std::vector<Load>& loads,
                                      const ServerProcess& server) {
  MeteredRun metered;
  ASSIGN_OR_RETURN(const double before, server.CpuSeconds());
  const double own_before = OwnCpuSeconds();
  ASSIGN_OR_RETURN(metered.run, RunLoad(loads, server.address(), Check::kYes));
  metered.load_cpu = OwnCpuSeconds() - own_before;
  ASSIGN_OR_RETURN(const double after, server.CpuSeconds());
  metered.server_cpu = after - before;
  return metered;
}

// "in 8.8 s (server 7.1 s, load 2.2 s of processor)"
std::string TimesText(const MeteredRun& metered) {
  return StrCat("in ", NumberText(metered.run.seconds), " s (server ",
                NumberText(metered.server_cpu), " s, load ",
                NumberText(metered.load_cpu), " s of processor)");
}

// The same messages to a server that does nothing with them.
absl::StatusOr<LoadRun> Echo(std::vector<Load>& loads, const LoadRun& run) {
  ASSIGN_OR_RETURN(const auto echo,
                   EchoServer::Start(run.answer.SerializeAsString()));
  return RunLoad(loads, echo->address(), Check::kNo);
}

void AddExchanges(const LoadRun& run, const LoadRun& echo, Figures& figures) {
  const auto add = [&](const char* name, double percent) {
    figures.Add({name, Percentile(run.exchange_ms, percent), "ms",
                 Percentile(echo.exchange_ms, percent),
                 "of those exchanges; limit: an echo of the same bytes"});
  };
  add("exchange_p50_ms", 50);
  add("exchange_p99_ms", 99);
  figures.Note({"echo",
                echo.PerSecond(),
                "1/s",
                {},
                "the same messages to a server that only answers, changes/s"});
}

// What schools answer there, of each field that is a number or a choice.
std::map<std::uint32_t, std::vector<Value>> EditableAnswers(
    const Census& census) {
  constexpr std::size_t kOfEach = 1'000;
  std::map<std::uint32_t, std::vector<Value>> values;
  for (const School& school : census.schools) {
    for (const auto& [field, value] : school.answers) {
      const bool editable = value.kind == ValueKind::kInteger ||
                            value.kind == ValueKind::kDecimal ||
                            value.kind == ValueKind::kChoice;
      if (!editable) continue;
      std::vector<Value>& known = values[field];
      if (known.size() < kOfEach) known.push_back(value);
    }
  }
  return values;
}

// Each record once, then each once more in another field, and so on: no field
// is written twice.
void SaveEdits(const LoadedCensus& loaded, std::size_t edits) {
  const auto values = EditableAnswers(loaded.census);
  testing::Random random(2);
  for (std::size_t i = 0; i < edits; ++i) {
    const std::size_t at = i % loaded.records.size();
    const NewRecord& record = loaded.records[at];
    const Answers& answers = loaded.census.schools[record.school].answers;
    // The round-th editable answer of the school, or none any more.
    std::size_t round = i / loaded.records.size();
    const auto found =
        std::find_if(answers.begin(), answers.end(), [&](const auto& answer) {
          return values.contains(answer.first) && round-- == 0;
        });
    if (found == answers.end()) continue;
    LoadDevice& device = *loaded.devices[at % loaded.devices.size()];
    Change change = device.Open(record.id);
    change.ops.push_back(
        SetField(found->first, random.OneOf(values.at(found->first))));
    device.Save(change);
  }
}

absl::StatusOr<LoadedCensus> Prepare(Bench& bench, const CensusCsv& csv) {
  LoadedCensus loaded;
  for (std::size_t i = 0; i < bench.scale.threads; ++i) {
    const std::string name = LoaderName(i);
    LoadIdentity tablet{StrCat("tablet-of-", name), name, kCensusSurvey};
    RETURN_IF_ERROR(LetIn(bench.server, tablet));
    loaded.devices.push_back(
        std::make_unique<LoadDevice>(tablet, bench.server.address()));
  }
  RETURN_IF_ERROR(PullAll(loaded.devices));
  ASSIGN_OR_RETURN(const auto form,
                   client::DeviceForm::Read(loaded.devices[0]->form()));
  ASSIGN_OR_RETURN(loaded.census, ReadCensus(csv, form));
  testing::Random random(1);
  const std::size_t schools = loaded.census.schools.size();
  const std::size_t passes =
      std::max<std::size_t>(1, (bench.scale.records + schools - 1) / schools);
  for (std::size_t i = 0; i < passes * schools; ++i) {
    loaded.records.push_back({NewId(random), i % schools});
    LoadDevice& device = *loaded.devices[i % loaded.devices.size()];
    device.Save(Creation(device, loaded.records.back(),
                         loaded.census.schools[i % schools]));
  }
  return loaded;
}

}  // namespace

absl::StatusOr<LoadedCensus> CreateRecords(Bench& bench, const CensusCsv& csv) {
  ASSIGN_OR_RETURN(LoadedCensus loaded, Prepare(bench, csv));
  std::vector<Load> loads = LoadsOf(loaded.devices, bench.scale.batch);
  const auto before = bench.server.CountSyncs();
  ASSIGN_OR_RETURN(const MeteredRun metered, RunMetered(loads, bench.server));
  const LoadRun& run = metered.run;
  const auto after = bench.server.CountSyncs();
  ASSIGN_OR_RETURN(const LoadRun echo, Echo(loads, run));
  ASSIGN_OR_RETURN(const double raw,
                   RawRocksRate(loads, bench.place.Path("raw_records")));
  const auto changes = static_cast<double>(run.changes);
  bench.figures.Add(
      {"new_records", run.PerSecond(), "1/s", raw,
       StrCat(run.changes, " creations of ",
              NumberText(static_cast<double>(run.bytes_sent) / changes),
              " B in batches of ", bench.scale.batch, " by ",
              loaded.devices.size(), " devices ", TimesText(metered),
              "; limit: the same bytes into RocksDB, synced")});
  AddExchanges(run, echo, bench.figures);
  if (before.has_value() && after.has_value()) {
    const auto syncs = static_cast<double>(after->calls - before->calls);
    bench.figures.Add(
        {"fsyncs",
         syncs,
         "1",
         {},
         StrCat("while those records came in: ", NumberText(changes / syncs),
                " to each, ", NumberText(after->seconds - before->seconds),
                " s in them")});
  }
  return loaded;
}

absl::Status EditFields(Bench& bench, LoadedCensus& loaded) {
  RETURN_IF_ERROR(PullAll(loaded.devices));
  SaveEdits(loaded, bench.scale.edits);
  std::vector<Load> loads = LoadsOf(loaded.devices, bench.scale.batch);
  ASSIGN_OR_RETURN(const MeteredRun metered, RunMetered(loads, bench.server));
  const LoadRun& run = metered.run;
  ASSIGN_OR_RETURN(const double raw,
                   RawRocksRate(loads, bench.place.Path("raw_edits")));
  bench.figures.Add(
      {"field_edits", run.PerSecond(), "1/s", raw,
       StrCat(run.changes, " edits in batches of ", bench.scale.batch, " by ",
              loaded.devices.size(), " devices ", TimesText(metered),
              ", exchange p50 ", NumberText(Percentile(run.exchange_ms, 50)),
              " ms; limit: the same bytes into RocksDB, synced")});
  return absl::OkStatus();
}

}  // namespace chasqui::benchmarks
