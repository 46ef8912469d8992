// A device as the load tool plays it: what the device library says on the wire
// (by the same functions), without a store of its own.

#ifndef CHASQUI_TESTS_BENCHMARKS_LOAD_DEVICE_H_
#define CHASQUI_TESTS_BENCHMARKS_LOAD_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.grpc.pb.h"
#include "client/exchange.h"
#include "grpcpp/grpcpp.h"
#include "sync/change.h"
#include "sync/entry.h"
#include "sync/ids.h"

namespace chasqui::benchmarks {

// A connection that is shared with nobody, as those of devices are.
std::shared_ptr<grpc::Channel> NewConnection(const std::string& address);

// This machine's clocks, as an exchange tells them.
Exchange ClocksNow();

absl::Status FromGrpc(const grpc::Status& status);

struct LoadIdentity {
  std::string device;
  std::string person;
  std::string survey;
  std::string bearer = {};  // what it shows; empty: its name is believed
};

// One call of Sync as that device, within a minute.
absl::Status CallSync(v1::SyncService::Stub& stub, const LoadIdentity& device,
                      const v1::SyncRequest& request,
                      v1::SyncResponse& response);

// OK if `response` has taken all the changes of `request`'s one survey, each is
// plainly applied, and all of them are durable.
absl::Status CheckAnswer(const v1::SyncRequest& request,
                         const v1::SyncResponse& response);

struct PulledPage {
  std::uint64_t records = 0;
  bool more = false;
};

// Its person has one bucket and no more: `complete` is that bucket's.
//
// Thread-compatible.
class LoadDevice {
 public:
  LoadDevice(LoadIdentity identity, const std::string& address);

  const LoadIdentity& identity() const { return identity_; }

  // As up to date as `other`, a device of the same person: set up from a copy
  // of it.
  void StartFrom(const LoadDevice& other);

  // One exchange without changes.
  absl::StatusOr<PulledPage> Pull();
  // Until it is up to date. Returns how many records came.
  absl::StatusOr<std::uint64_t> PullAll();
  // The newest form that came, as a device keeps it.
  const std::string& form() const { return form_; }

  // A change of `record` as its form is opened now: with the base of a record
  // that this device's bucket holds.
  Change Open(const RecordId& record) const;
  // The change becomes the next of its chain, and waits to be sent.
  void Save(const Change& change);

  // All that waits, as requests that ask for no news, each of `batch` changes.
  std::vector<v1::SyncRequest> TakeOutbox(std::size_t batch);
  // Sends all that waits in one exchange that asks for news too.
  absl::Status Sync();

 private:
  client::Request NewRequest() const;
  absl::StatusOr<PulledPage> TakeIn(const v1::SyncResponse& wire);

  const LoadIdentity identity_;
  const std::unique_ptr<v1::SyncService::Stub> stub_;
  std::string cursor_;
  LogName log_ = LogName::kNone;
  Position complete_;
  std::uint32_t forms_ = 0;
  std::string form_;

  std::uint64_t number_ = 0;  // of the last change saved
  ChainHash h_;
  ChainHash sent_h_;  // of the last change taken from the outbox
  std::vector<std::string> outbox_;
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LOAD_DEVICE_H_
