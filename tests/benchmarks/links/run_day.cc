#include "tests/benchmarks/links/run_day.h"

#include <fstream>
#include <memory>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/links/client_process.h"

namespace chasqui::benchmarks {
namespace {

void AddTo(SyncReport& all, const SyncReport& one) {
  all.seconds += one.seconds;
  all.emptied_seconds += one.emptied_seconds;
  all.round_trips += one.round_trips;
  all.attempts += one.attempts;
  all.bytes_up += one.bytes_up;
  all.bytes_down += one.bytes_down;
}

absl::Status WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc);
  file << text;
  file.close();
  return file ? absl::OkStatus()
              : absl::UnavailableError(StrCat("cannot write ", path));
}

absl::Status Work(const Day& day, const std::string& directory, Office& office,
                  ClientProcess& client, DayResult& result) {
  const auto sync = [&]() -> absl::StatusOr<SyncReport> {
    ASSIGN_OR_RETURN(const SyncReport report, client.Sync());
    AddTo(result.all, report);
    return report;
  };
  ASSIGN_OR_RETURN(result.first, sync());
  // Only what is saved is waited for.
  result.all.emptied_seconds = 0;
  for (std::size_t i = 0; i < day.work.size(); ++i) {
    const std::string file = StrCat(directory, "/work", i);
    RETURN_IF_ERROR(WriteFile(file, WriteSaves(day.work[i])));
    RETURN_IF_ERROR(client.Save(file));
    RETURN_IF_ERROR(sync().status());
    if (i == 0) RETURN_IF_ERROR(office.PublishLaterForm());
  }
  const double emptied = result.all.emptied_seconds;
  RETURN_IF_ERROR(sync().status());
  result.all.emptied_seconds = emptied;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DayResult> RunDay(const Day& day, Protocol protocol,
                                 const Setting& setting) {
  const Listening listening{/*everywhere=*/setting.places != nullptr,
                            /*http=*/protocol == Protocol::kHttp};
  ASSIGN_OR_RETURN(
      const std::unique_ptr<Office> office,
      protocol == Protocol::kOpenRosa
          ? OpenOpenRosaOffice(day)
          : OpenChasquiOffice(day, setting.directory + "/server", listening));
  ASSIGN_OR_RETURN(
      const std::unique_ptr<Link> link,
      setting.places == nullptr
          ? StartProxyLink(office->port(), setting.trace, setting.seed)
          : StartTunLink(*setting.places, office->port(), setting.trace,
                         setting.seed));
  DayResult result;
  std::size_t records = 0;
  {
    ASSIGN_OR_RETURN(
        const auto client,
        ClientProcess::Start({protocol, link->address(), setting.directory},
                             setting.places));
    RETURN_IF_ERROR(Work(day, setting.directory, *office, *client, result));
    ASSIGN_OR_RETURN(records, client->CountRecords());
  }
  result.link = link->Counts();
  ASSIGN_OR_RETURN(result.verdict, office->Check());
  const std::size_t expected = day.Outcome().size();
  for (std::size_t i = records; i < expected; ++i) {
    result.verdict.Lost("a record that the client should have");
  }
  for (std::size_t i = expected; i < records; ++i) {
    result.verdict.Duplicated("a record that the client has");
  }
  return result;
}

}  // namespace chasqui::benchmarks
