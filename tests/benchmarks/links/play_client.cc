#include <cstdio>
#include <iostream>
#include <string>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/census_csv.h"
#include "tests/benchmarks/links/client_process.h"
#include "tests/benchmarks/links/day.h"

namespace chasqui::benchmarks {
namespace {

struct ProtocolName {
  Protocol protocol;
  std::string_view name;
};
constexpr ProtocolName kProtocolNames[] = {{Protocol::kGrpc, "grpc"},
                                           {Protocol::kGrpcUnary, "grpc_unary"},
                                           {Protocol::kHttp, "http"},
                                           {Protocol::kOpenRosa, "openrosa"}};

absl::StatusOr<std::unique_ptr<DayClient>> NewClient(
    const PlayedClient& client) {
  if (client.protocol == Protocol::kOpenRosa) {
    return NewOpenRosaClient(client.address);
  }
  return NewChasquiClient(client.protocol, client.address, client.directory);
}

// The numbers that answer a line.
absl::StatusOr<std::string> Answer(const std::string& line, DayClient& client) {
  constexpr std::string_view kSave = "save ";
  if (line.rfind(kSave, 0) == 0) {
    ASSIGN_OR_RETURN(const std::string text,
                     ReadPacked(line.substr(kSave.size())));
    ASSIGN_OR_RETURN(const auto saves, ReadSaves(text));
    RETURN_IF_ERROR(client.Save(saves));
    return std::string();
  }
  if (line == "count") {
    ASSIGN_OR_RETURN(const std::size_t records, client.CountRecords());
    return StrCat(" ", records);
  }
  ASSIGN_OR_RETURN(const SyncReport report, client.Sync());
  return StrCat(" ", report.seconds, " ", report.emptied_seconds, " ",
                report.round_trips, " ", report.attempts, " ", report.bytes_up,
                " ", report.bytes_down);
}

}  // namespace

std::string_view ToText(Protocol protocol) {
  for (const ProtocolName& each : kProtocolNames) {
    if (each.protocol == protocol) return each.name;
  }
  return "";
}

std::optional<Protocol> ParseProtocol(std::string_view text) {
  for (const ProtocolName& each : kProtocolNames) {
    if (each.name == text) return each.protocol;
  }
  return std::nullopt;
}

int PlayClient(const PlayedClient& played) {
  const auto client = NewClient(played);
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto answer = client.ok() ? Answer(line, **client) : client.status();
    const std::string text =
        answer.ok() ? "ok" + *answer
                    : StrCat("error ", StdView(answer.status().message()));
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace chasqui::benchmarks
