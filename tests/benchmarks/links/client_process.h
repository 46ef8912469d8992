// The client of a day as a process of its own, in its own place: this program
// again, told what to do line by line.
//
//   asked     save FILE | sync | count        FILE: an edit file
//   answered  ok NUMBER… | error MESSAGE

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_CLIENT_PROCESS_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_CLIENT_PROCESS_H_

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/benchmarks/links/day_client.h"
#include "tests/benchmarks/links/two_places.h"

namespace chasqui::benchmarks {

struct PlayedClient {
  Protocol protocol = Protocol::kGrpc;
  std::string address;    // of the server, as the client sees it
  std::string directory;  // for what it keeps
};

// Thread-compatible.
class ClientProcess {
 public:
  // In the client's place, or in this one without `places`. Unavailable if it
  // cannot be started.
  static absl::StatusOr<std::unique_ptr<ClientProcess>> Start(
      const PlayedClient& client, const TwoPlaces* places);
  ~ClientProcess();  // kills it

  ClientProcess(const ClientProcess&) = delete;
  ClientProcess& operator=(const ClientProcess&) = delete;

  absl::Status Save(const std::string& file);
  absl::StatusOr<SyncReport> Sync();
  absl::StatusOr<std::size_t> CountRecords();

 private:
  ClientProcess() = default;

  absl::StatusOr<std::vector<double>> Ask(const std::string& what,
                                          std::size_t numbers);

  pid_t pid_ = 0;
  int to_ = -1;
  int from_ = -1;
  std::string unread_;
};

// What the process itself does: answers lines of its standard input until it
// ends. Returns the exit code.
int PlayClient(const PlayedClient& client);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_CLIENT_PROCESS_H_
