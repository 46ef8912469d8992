// The server that is measured: the real program, in a process of its own.

#ifndef CHASQUI_TESTS_BENCHMARKS_SERVER_PROCESS_H_
#define CHASQUI_TESTS_BENCHMARKS_SERVER_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui::benchmarks {

// fsyncs and fdatasyncs since the server began.
struct Syncs {
  std::uint64_t calls = 0;
  double seconds = 0;  // in them, over all threads
};

// What the kernel says of the server's memory.
struct Memory {
  double resident_mb = 0;
  double peak_mb = 0;
};

// Where it listens: on this machine alone or everywhere; for gRPC, and over
// HTTP/1.1 too; and to whom.
struct Listening {
  bool everywhere = false;
  bool http = false;
  // It asks whoever calls for a credential; else it believes names.
  bool credentials = false;
};

// Thread-compatible.
class ServerProcess {
 public:
  // Starts `chasqui serve`, the program beside this one, on `directory`, with
  // its log in `directory`.log. Unavailable, with the end of that log, if it
  // does not come up.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(
      const std::string& directory, const Listening& listening = {});
  ~ServerProcess();  // kills it, if it has not ended

  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // As an operator ends it; an error unless it ends well.
  absl::Status End();

  // As this machine reaches it.
  const std::string& address() const { return address_; }
  std::uint16_t port() const { return port_; }
  // As whoever runs it does.
  const std::string& operated_at() const { return operated_at_; }
  bool asks_for_credentials() const { return asks_for_credentials_; }
  // 0 unless it listens there.
  std::uint16_t http_port() const { return http_port_; }

  // Nullopt where they cannot be counted, as under sanitizers.
  std::optional<Syncs> CountSyncs() const;
  absl::StatusOr<Memory> ReadMemory() const;
  // Processor time it has used, of all its threads.
  absl::StatusOr<double> CpuSeconds() const;
  // Bytes it gave to write(): log, tables and some wake-ups of eight bytes, but
  // not what went into sockets.
  absl::StatusOr<std::uint64_t> BytesWritten() const;

 private:
  ServerProcess() = default;

  absl::Status Spawn(const std::string& directory, const Listening& listening,
                     int* out);
  // The port in its next line, which must begin so.
  absl::StatusOr<std::uint16_t> ReadPort(std::string_view beginning) const;
  absl::StatusOr<std::string> ReadProc(const char* file) const;

  pid_t pid_ = 0;
  int out_ = -1;  // its standard output
  std::string address_;
  std::string operated_at_;
  bool asks_for_credentials_ = false;
  std::uint16_t port_ = 0;
  std::uint16_t http_port_ = 0;
  std::string log_;
  void* counts_ = nullptr;  // SyncCounts, mapped
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_SERVER_PROCESS_H_
