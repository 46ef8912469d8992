#include <random>
#include <utility>

#include "client/device.h"
#include "client/device_form.h"
#include "client/grpc_transport.h"
#include "client/http_transport.h"
#include "client/sqlite_store.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/base/system_clock.h"
#include "tests/benchmarks/links/day.h"
#include "tests/benchmarks/links/day_client.h"

namespace chasqui::benchmarks {
namespace {

constexpr double kMsPerSecond = 1'000;

std::uint64_t DrawBits() {
  static std::random_device source;
  return (std::uint64_t{source()} << 32) | source();
}

// The device of the library, as its own command line runs it. Between syncs
// only its store is there.
class ChasquiClient final : public DayClient {
 public:
  ChasquiClient(Protocol protocol, std::string address, std::string directory)
      : protocol_(protocol),
        address_(std::move(address)),
        directory_(std::move(directory)) {}

  absl::Status Save(const std::vector<client::WrittenSave>& saves) override;
  absl::StatusOr<SyncReport> Sync() override;
  absl::StatusOr<std::size_t> CountRecords() override;

 private:
  // What runs while the app is open.
  struct Running {
    std::unique_ptr<client::DeviceStore> store;
    std::unique_ptr<client::NetworkTransport> transport;
    std::unique_ptr<client::Device> device;

    client::LocalSurvey& survey() const { return *device->Find(kDaySurvey); }
  };

  std::unique_ptr<client::NetworkTransport> NewTransport() const {
    switch (protocol_) {
      case Protocol::kGrpcUnary:
        return client::NewUnaryGrpcTransport(address_, kDayDevice);
      case Protocol::kHttp:
        return client::NewHttpTransport(address_, kDayDevice);
      default:
        return client::NewGrpcTransport(address_, kDayDevice);
    }
  }
  absl::StatusOr<Running> Open(bool online);
  // One sync of the device, to its end; `emptied_ms`: when its outbox was.
  absl::Status Step(Running& running, std::int64_t deadline_ms,
                    std::int64_t& emptied_ms);

  const Protocol protocol_;
  const std::string address_;
  const std::string directory_;
  SystemClock clock_;
};

absl::StatusOr<ChasquiClient::Running> ChasquiClient::Open(bool online) {
  Running running;
  ASSIGN_OR_RETURN(running.store,
                   client::OpenSqliteStore(directory_ + "/device.sqlite"));
  if (online) running.transport = NewTransport();
  ASSIGN_OR_RETURN(running.device,
                   client::Device::Open(kDayDevice, *running.store, clock_,
                                        running.transport.get(), DrawBits));
  RETURN_IF_ERROR(running.device->Join(kDaySurvey, kDayPerson));
  return running;
}

absl::Status ChasquiClient::Save(
    const std::vector<client::WrittenSave>& saves) {
  ASSIGN_OR_RETURN(const Running running, Open(/*online=*/false));
  client::LocalSurvey& survey = running.survey();
  ASSIGN_OR_RETURN(const auto forms, survey.Forms());
  if (forms.empty()) return absl::FailedPreconditionError("no form has come");
  ASSIGN_OR_RETURN(const auto form, client::DeviceForm::Read(forms.back()));
  for (const client::WrittenSave& save : saves) {
    RETURN_IF_ERROR(client::DoSave(save, form, survey));
  }
  return absl::OkStatus();
}

absl::Status ChasquiClient::Step(Running& running, std::int64_t deadline_ms,
                                 std::int64_t& emptied_ms) {
  constexpr std::int64_t kStepMs = 100;
  client::Device& device = *running.device;
  device.Sync({});
  for (;;) {
    const std::int64_t now = clock_.MonotonicMillis();
    if (now >= deadline_ms) {
      return absl::DeadlineExceededError(
          StrCat("a sync took more than ", kSyncSecondsMax,
                 " s; last: ", StdView(device.sync_status().message())));
    }
    RETURN_IF_ERROR(device.Step(now));
    if (emptied_ms == 0 && running.survey().outbox_size() == 0) {
      emptied_ms = clock_.MonotonicMillis();
    }
    if (device.state() == client::SyncState::kIdle) break;
    running.transport->Wait(kStepMs);
  }
  return device.sync_status();
}

absl::StatusOr<SyncReport> ChasquiClient::Sync() {
  const std::int64_t began = clock_.MonotonicMillis();
  ASSIGN_OR_RETURN(Running running, Open(/*online=*/true));
  std::int64_t emptied = 0;
  RETURN_IF_ERROR(
      Step(running, began + kSyncSecondsMax * std::int64_t{1'000}, emptied));
  const auto since = [began](std::int64_t ms) {
    return static_cast<double>(ms - began) / kMsPerSecond;
  };
  const client::Traffic traffic = running.transport->traffic();
  return SyncReport{since(clock_.MonotonicMillis()),
                    since(emptied),
                    traffic.round_trips,
                    traffic.attempts,
                    traffic.bytes_sent,
                    traffic.bytes_received};
}

absl::StatusOr<std::size_t> ChasquiClient::CountRecords() {
  ASSIGN_OR_RETURN(const Running running, Open(/*online=*/false));
  ASSIGN_OR_RETURN(const auto records, running.survey().List());
  std::size_t confirmed = 0;
  for (const RecordId& record : records) {
    ASSIGN_OR_RETURN(const auto view, running.survey().View(record));
    if (view.confirmed && view.pending.empty()) ++confirmed;
  }
  return confirmed;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DayClient>> NewChasquiClient(
    Protocol protocol, const std::string& address,
    const std::string& directory) {
  return std::make_unique<ChasquiClient>(protocol, address, directory);
}

}  // namespace chasqui::benchmarks
