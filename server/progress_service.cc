#include "server/progress_service.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "grpcpp/alarm.h"
#include "server/admitted.h"
#include "server/limits.h"
#include "server/progress.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

absl::StatusOr<v1::GetProgressResponse> Read(
    const Surroundings& around, const grpc::ServerContextBase& context,
    const std::string& survey, v1::ProgressGrouping by) {
  ASSIGN_OR_RETURN(const Admitted in,
                   Admit(around, context, survey, access::Right::kSeeProgress,
                         {"GetProgress", "", ""}));
  return ProgressOf(*in.reader, around.contacts, by);
}

absl::StatusOr<std::uint32_t> IntervalOf(
    const v1::WatchProgressRequest& request) {
  const std::uint32_t asked = request.interval_ms();
  if (asked == 0) return kWatchIntervalDefaultMs;
  if (asked < kWatchIntervalMinMs || asked > kWatchIntervalMaxMs) {
    return absl::InvalidArgumentError(
        StrCat("interval_ms is ", asked, "; it may be ", kWatchIntervalMinMs,
               " to ", kWatchIntervalMaxMs));
  }
  return asked;
}

// One watcher: looks, tells if something has changed, waits, looks again. One
// step at a time, each started by the end of the one before.
class Watch final : public grpc::ServerWriteReactor<v1::WatchProgressResponse> {
 public:
  Watch(const Surroundings& around, const grpc::ServerContextBase& context,
        const v1::WatchProgressRequest& request)
      : around_(around),
        context_(context),
        survey_(request.survey()),
        by_(request.by()) {
    const absl::StatusOr<std::uint32_t> interval = IntervalOf(request);
    if (!interval.ok()) {
      Finish(ToGrpc(interval.status()));
      return;
    }
    interval_ms_ = *interval;
    Look();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    Wait(interval_ms_);
  }
  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  void Look() {
    around_.workers.Do([this] {
      absl::StatusOr<v1::GetProgressResponse> progress =
          Read(around_, context_, survey_, by_);
      if (!progress.ok()) {
        around_.log.SayFailure("WatchProgress", progress.status());
        return Finish(ToGrpc(progress.status()));
      }
      std::string said = progress->SerializeAsString();
      if (said == said_) return Wait(interval_ms_);
      said_ = std::move(said);
      *response_.mutable_progress() = *std::move(progress);
      StartWrite(&response_);
    });
  }

  // In short steps, so that a watcher who leaves is noticed soon.
  void Wait(std::uint32_t left_ms) {
    if (cancelled_) return Finish(grpc::Status::CANCELLED);
    if (left_ms == 0) return Look();
    const std::uint32_t step = std::min(left_ms, kWatchIntervalMinMs);
    const auto until = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                    gpr_time_from_millis(step, GPR_TIMESPAN));
    alarm_.Set(until, [this, left_ms, step](bool) { Wait(left_ms - step); });
  }

  const Surroundings& around_;
  const grpc::ServerContextBase& context_;
  const std::string survey_;
  const v1::ProgressGrouping by_;
  std::uint32_t interval_ms_ = kWatchIntervalDefaultMs;
  std::string said_;  // what was told last
  v1::WatchProgressResponse response_;
  grpc::Alarm alarm_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace

grpc::ServerUnaryReactor* ProgressService::GetProgress(
    grpc::CallbackServerContext* context, const v1::GetProgressRequest* request,
    v1::GetProgressResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "GetProgress", context, [=, &around]() -> absl::Status {
    ASSIGN_OR_RETURN(*response,
                     Read(around, *context, request->survey(), request->by()));
    return absl::OkStatus();
  });
}

grpc::ServerWriteReactor<v1::WatchProgressResponse>*
ProgressService::WatchProgress(grpc::CallbackServerContext* context,
                               const v1::WatchProgressRequest* request) {
  const Surroundings& around = organisations_.Of(*context);
  return new Watch(around, *context, *request);
}

}  // namespace chasqui::server
