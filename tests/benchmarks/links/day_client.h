// Whoever works through a day: an app on a tablet, by one of the protocols that
// are compared.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_CLIENT_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_CLIENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/edit_file.h"

namespace chasqui::benchmarks {

enum class Protocol : std::uint8_t { kGrpc, kGrpcUnary, kHttp, kOpenRosa };

// "grpc", "grpc_unary", "openrosa".
std::string_view ToText(Protocol protocol);
std::optional<Protocol> ParseProtocol(std::string_view text);
inline constexpr Protocol kProtocols[] = {Protocol::kGrpc, Protocol::kGrpcUnary,
                                          Protocol::kHttp, Protocol::kOpenRosa};

// What one sync took.
struct SyncReport {
  double seconds = 0;
  double emptied_seconds = 0;     // until everything saved was taken
  std::uint64_t round_trips = 0;  // requests answered
  std::uint64_t attempts = 0;     // requests begun
  std::uint64_t bytes_up = 0;     // of messages, before HTTP and below
  std::uint64_t bytes_down = 0;
};

// Thread-compatible.
class DayClient {
 public:
  virtual ~DayClient() = default;

  // Keeps what was saved, for the next sync.
  virtual absl::Status Save(const std::vector<client::WrittenSave>& saves) = 0;
  // Sends all that was saved and gets all that is new, however often it takes,
  // over connections that this sync opens: the app was put away since the last
  // one. DeadlineExceeded after kSyncSecondsMax, with the latest reason.
  virtual absl::StatusOr<SyncReport> Sync() = 0;
  // How many records it has as the server has them.
  virtual absl::StatusOr<std::size_t> CountRecords() = 0;
};

inline constexpr std::int64_t kSyncSecondsMax = 3'600;

// Ours: the device's own core, its store in `directory`.
absl::StatusOr<std::unique_ptr<DayClient>> NewChasquiClient(
    Protocol protocol, const std::string& address,
    const std::string& directory);

// What ODK Collect does; see openrosa_client.cc.
absl::StatusOr<std::unique_ptr<DayClient>> NewOpenRosaClient(
    const std::string& address);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_CLIENT_H_
