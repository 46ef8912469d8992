#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chasqui/v1/progress_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/json.h"
#include "server/commands/remote.h"
#include "server/commands/table.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

struct ProgressOptions {
  Remote remote;
  std::string survey;
  v1::ProgressGrouping by = v1::PROGRESS_GROUPING_SURVEY;
  bool watch = false;
  bool json = false;
};

std::string Title(const v1::ProgressLine& line) {
  if (line.title().empty() || line.title() == line.key()) return line.key();
  return StrCat(line.key(), " ", Printable(line.title()));
}

// As the device found it to be.
std::string LinkText(const v1::LinkEstimate& link) {
  if (link.bytes_per_s() == 0) return "";
  const std::string rate = link.bytes_per_s() < 10'000
                               ? StrCat(link.bytes_per_s(), " B/s")
                               : StrCat(link.bytes_per_s() / 1000, " kB/s");
  return StrCat(rate, ", ", link.overhead_ms(), " ms, drops every ",
                link.drop_interval_ms() / 1000, " s");
}

std::string DeviceText(const v1::GetProgressResponse& progress) {
  Table table({"device", "last contact", "changes", "link"});
  for (const v1::ProgressLine& line : progress.lines()) {
    table.Add({line.key(), MomentText(line.last_contact_ms()),
               StrCat(line.last_number()), LinkText(line.link())});
  }
  return table.ToText();
}

std::string DayText(const v1::GetProgressResponse& progress) {
  Table table({"day", "submitted"});
  for (const v1::ProgressLine& line : progress.lines()) {
    table.Add({line.key(), StrCat(line.submitted())});
  }
  return table.ToText();
}

// How much of it there is.
std::string TargetText(const v1::ProgressLine& line) {
  if (line.target() == 0) return "";
  const auto done =
      static_cast<std::uint64_t>(line.submitted() + line.approved());
  return StrCat(done, " of ", line.target());
}

std::string RecordsText(const v1::GetProgressResponse& progress) {
  const bool aims = progress.total().target() > 0;
  std::vector<std::string> head = {"",          "assigned", "draft",
                                   "submitted", "approved", "returned",
                                   "open",      "decided",  "quarantine"};
  if (aims) head.push_back("target");
  Table table(head);
  const auto add = [&table, aims](const std::string& title,
                                  const v1::ProgressLine& line) {
    std::vector<std::string> cells = {title,
                                      StrCat(line.assigned()),
                                      StrCat(line.draft()),
                                      StrCat(line.submitted()),
                                      StrCat(line.approved()),
                                      StrCat(line.returned()),
                                      StrCat(line.open()),
                                      StrCat(line.decided()),
                                      StrCat(line.held())};
    if (aims) cells.push_back(TargetText(line));
    table.Add(cells);
  };
  for (const v1::ProgressLine& line : progress.lines()) add(Title(line), line);
  add("all", progress.total());
  return table.ToText();
}

void Print(const ProgressOptions& options,
           const v1::GetProgressResponse& progress) {
  std::string text;
  if (options.json) {
    text = ToJson(progress) + "\n";
  } else if (options.by == v1::PROGRESS_GROUPING_DEVICE) {
    text = DeviceText(progress);
  } else if (options.by == v1::PROGRESS_GROUPING_DAY) {
    text = DayText(progress);
  } else {
    text = RecordsText(progress);
  }
  if (!options.json && progress.accepted_is_durable()) {
    text += "no backup: accepted changes count as durable\n";
  }
  // On a terminal a watcher sees one picture, not a scroll of them.
  if (options.watch && !options.json && isatty(STDOUT_FILENO) == 1) {
    text.insert(0, "\x1b[H\x1b[J");
  }
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

absl::Status Once(const ProgressOptions& options) {
  using ProgressStub = v1::ProgressService::Stub;
  ProgressStub stub(options.remote.Channel());
  v1::GetProgressRequest request;
  request.set_survey(options.survey);
  request.set_by(options.by);
  v1::GetProgressResponse response;
  RETURN_IF_ERROR(Call(options.remote, stub, &ProgressStub::GetProgress,
                       request, response));
  Print(options, response);
  return absl::OkStatus();
}

absl::Status Watch(const ProgressOptions& options) {
  v1::ProgressService::Stub stub(options.remote.Channel());
  v1::WatchProgressRequest request;
  request.set_survey(options.survey);
  request.set_by(options.by);
  grpc::ClientContext context;
  Prepare(options.remote, context);
  const auto reader = stub.WatchProgress(&context, request);
  v1::WatchProgressResponse response;
  while (reader->Read(&response)) Print(options, response.progress());
  return ToStatus(options.remote, reader->Finish());
}

}  // namespace

void AddProgress(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<ProgressOptions>();
  CLI::App* const progress = app.add_subcommand(
      "progress",
      "How far a survey is: records by status, conflicts, quarantine");
  AddRemoteOptions(*progress, options->remote);
  progress->add_option("SURVEY", options->survey, "Name of the survey")
      ->required();
  const std::map<std::string, v1::ProgressGrouping> groupings = {
      {"survey", v1::PROGRESS_GROUPING_SURVEY},
      {"area", v1::PROGRESS_GROUPING_AREA},
      {"person", v1::PROGRESS_GROUPING_PERSON},
      {"day", v1::PROGRESS_GROUPING_DAY},
      {"device", v1::PROGRESS_GROUPING_DEVICE}};
  progress->add_option("--by", options->by, "By what to tell it apart")
      ->transform(CLI::Transformer(groupings, CLI::ignore_case))
      ->type_name("survey|area|person|day|device");
  progress->add_flag("--watch", options->watch,
                     "Go on, and tell whenever something changes");
  progress->add_flag("--json", options->json, "As JSON, for scripts");
  progress->callback([options, &chosen] {
    chosen = [options] {
      return options->watch ? Watch(*options) : Once(*options);
    };
  });
}

}  // namespace chasqui::commands
