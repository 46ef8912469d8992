// `chasqui audit`: who saw and did what, and whether that is all.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "chasqui/v1/access_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/json.h"
#include "server/commands/remote.h"
#include "server/commands/table.h"
#include "server/commands/witness.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

using AccessStub = v1::AccessService::Stub;

constexpr std::uint32_t kPage = 1'000;

struct AuditOptions {
  Remote remote;
  std::uint64_t after = 0;
  std::string person;
  std::string survey;
  std::string record;
  bool json = false;
  std::string directory;
  std::string noted;
};

void Print(const v1::AuditLine& line) {
  const std::string by = line.by().empty() ? "(operator)" : line.by();
  std::printf("%llu\t%s\t%s\t%s\t%s\t%s\t%s\n",
              static_cast<unsigned long long>(line.seq()),
              MomentText(line.at_ms()).c_str(), Printable(by).c_str(),
              Printable(line.what()).c_str(), Printable(line.survey()).c_str(),
              IdText(line.record()).c_str(), Printable(line.about()).c_str());
}

absl::Status ListAudit(const AuditOptions& options) {
  v1::ReadAuditRequest request;
  request.set_after(options.after);
  request.set_limit(kPage);
  request.set_person(options.person);
  request.set_survey(options.survey);
  if (!options.record.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_record(), IdBytes(options.record));
  }
  AccessStub stub(options.remote.Channel());
  // What comes while this reads is for the next time.
  std::uint64_t end = 0;
  do {
    v1::ReadAuditResponse response;
    RETURN_IF_ERROR(
        Call(options.remote, stub, &AccessStub::ReadAudit, request, response));
    for (const v1::AuditLine& line : response.lines()) {
      if (options.json) {
        std::printf("%s\n", ToJson(line).c_str());
      } else {
        Print(line);
      }
    }
    if (end == 0) end = response.head().seq();
    if (response.through() == request.after()) break;
    request.set_after(response.through());
  } while (request.after() < end);
  return absl::OkStatus();
}

absl::Status PrintHead(const AuditOptions& options) {
  v1::ReadAuditRequest request;
  request.set_limit(1);
  AccessStub stub(options.remote.Channel());
  v1::ReadAuditResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &AccessStub::ReadAudit, request, response));
  JournalHead head;
  if (response.head().hash().size() != head.hash.size()) {
    return absl::DataLossError("the server told no head");
  }
  head.seq = response.head().seq();
  std::copy(response.head().hash().begin(), response.head().hash().end(),
            head.hash.begin());
  std::printf("%s\n", ToText(head).c_str());
  return absl::OkStatus();
}

absl::Status VerifyAudit(const AuditOptions& options) {
  ASSIGN_OR_RETURN(const auto kv,
                   storage::OpenRocksKvReadOnly(options.directory, {}));
  ASSIGN_OR_RETURN(const AuditReport report, CheckAudit(*kv, options.noted));
  for (const std::string& finding : report.findings) {
    std::printf("%s\n", finding.c_str());
  }
  if (!report.findings.empty()) {
    return absl::DataLossError(
        StrCat(report.findings.size(), " findings in ", options.directory));
  }
  std::printf(
      "The journal is whole, and so are the %llu entries of logs that it has\n"
      "witnessed. %s\n%s\n",
      static_cast<unsigned long long>(report.witnessed),
      options.noted.empty()
          ? "That it is the same as before, a head tells that was noted: --head"
          : "It goes on from the head that was noted.",
      ToText(report.head).c_str());
  return absl::OkStatus();
}

void AddAuditList(CLI::App& audit, Chosen& chosen) {
  const auto options = std::make_shared<AuditOptions>();
  CLI::App* const list = audit.add_subcommand(
      "list",
      "List who was let in and stopped, and who asked for what in which\n"
      "survey: place, time, person, what, survey, record, what else; between\n"
      "tabs. Devices' own changes are in the histories of records.");
  AddRemoteOptions(*list, options->remote);
  list->add_option("--by", options->person, "Only what they did")
      ->type_name("PERSON");
  list->add_option("--survey", options->survey, "Only in that survey")
      ->type_name("SURVEY");
  list->add_option("--record", options->record, "Only about that record")
      ->type_name("UUID");
  list->add_option("--after", options->after,
                   "Only what comes after that place")
      ->type_name("N");
  list->add_flag("--json", options->json, "A line of JSON each");
  list->callback([options, &chosen] {
    chosen = [options] { return ListAudit(*options); };
  });
}

void AddAuditHead(CLI::App& audit, Chosen& chosen) {
  const auto options = std::make_shared<AuditOptions>();
  CLI::App* const head = audit.add_subcommand(
      "head",
      "Print where the journal ends, and the hash of all of it: to be noted\n"
      "where nobody who runs the server can alter it.");
  AddRemoteOptions(*head, options->remote);
  head->callback([options, &chosen] {
    chosen = [options] { return PrintHead(*options); };
  });
}

void AddAuditVerify(CLI::App& audit, Chosen& chosen) {
  const auto options = std::make_shared<AuditOptions>();
  CLI::App* const verify = audit.add_subcommand(
      "verify",
      "Check the journal of a server that is down, and the surveys' logs by\n"
      "what it has witnessed of them: was anything altered? Prints its head.");
  verify->add_option("DIR", options->directory, "The server's --data")
      ->required()
      ->check(CLI::ExistingDirectory);
  verify
      ->add_option("--head", options->noted,
                   "A head that was noted before: the journal must go on from "
                   "there")
      ->type_name("HEAD");
  verify->callback([options, &chosen] {
    chosen = [options] { return VerifyAudit(*options); };
  });
}

}  // namespace

void AddAudit(CLI::App& app, Chosen& chosen) {
  CLI::App* const audit = app.add_subcommand(
      "audit", "Who saw and did what, and whether that is all");
  audit->require_subcommand(1);
  AddAuditList(*audit, chosen);
  AddAuditHead(*audit, chosen);
  AddAuditVerify(*audit, chosen);
}

}  // namespace chasqui::commands
