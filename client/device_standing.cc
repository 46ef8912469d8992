// How a device is let in, and what it does when it shall not be any more.

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "client/device.h"
#include "client/trust.h"
#include "sync/base/status_macros.h"

namespace chasqui::client {
namespace {

// What the app needs to open the store and reach its server (installed.cc).
std::set<std::string, std::less<>> WhereItIsFrom() {
  return {kDeviceName, kDeviceSurvey, kDeviceServer, kDeviceHttp, kTrustKey};
}

}  // namespace

absl::Status Device::TakeCredential(const Response& response) {
  if (credential_.empty()) return absl::OkStatus();
  prove_ = false;
  if (response.token.empty()) {
    credential_.Told(response.received_ms, clock_);
    return absl::OkStatus();
  }
  Credential renewed(response.token, response.token_expires_ms);
  renewed.Told(response.received_ms, clock_);
  StoreBatch batch;
  batch.set_lasting(false);  // the one before renews another
  PutCredential(renewed, batch);
  RETURN_IF_ERROR(store_.Commit(batch));
  credential_ = std::move(renewed);
  return absl::OkStatus();
}

bool Device::ProvesAgain(const Completion& completion, std::int64_t now_ms) {
  if (credential_.empty() || proved_ || completion.server_now_ms == 0 ||
      !absl::IsUnauthenticated(completion.response.status())) {
    return false;
  }
  credential_.Told(completion.server_now_ms, clock_);
  prove_ = true;
  proved_ = true;
  state_ = SyncState::kWaiting;
  sync_status_ = completion.response.status();
  next_attempt_ms_ = now_ms;
  return true;
}

absl::Status Device::TakeStanding(const UnderWay& sent,
                                  const Response& response) {
  if (wiping_ && sent.request.wiped) {
    RETURN_IF_ERROR(ForgetEverything(store_, WhereItIsFrom()));
    credential_ = Credential();
    keys_ = DeviceKeys();
    more_ = false;
    wiping_ = false;
    wiped_ = true;
    return absl::PermissionDeniedError(
        "this device was told to forget everything, and has");
  }
  if (!response.wipe || wiping_) return absl::OkStatus();
  const bool handed_in = std::all_of(
      surveys_.begin(), surveys_.end(),
      [](const auto& survey) { return survey.second->outbox_size() == 0; });
  if (!handed_in) return absl::OkStatus();
  GiveUp();
  // By these it says so, now or after the app has started again.
  std::set<std::string, std::less<>> kept = WhereItIsFrom();
  kept.insert({kOwnKey, kCredentialKey});
  RETURN_IF_ERROR(ForgetEverything(store_, kept));
  surveys_.clear();
  wiping_ = true;
  more_ = true;
  return absl::OkStatus();
}

}  // namespace chasqui::client
