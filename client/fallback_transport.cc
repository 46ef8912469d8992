#include "client/fallback_transport.h"

#include <set>
#include <utility>

namespace chasqui::client {
namespace {

class TwoWays final : public NetworkTransport {
 public:
  TwoWays(std::unique_ptr<NetworkTransport> first,
          std::unique_ptr<NetworkTransport> second)
      : now_(std::move(first)), other_(std::move(second)) {}

  std::size_t window() const override { return now_->window(); }

  void Send(std::uint64_t id, const Request& request) override {
    if (failures_ >= kFailuresBeforeFallback && under_way_.empty()) {
      std::swap(now_, other_);
      failures_ = 0;
    }
    under_way_.insert(id);
    now_->Send(id, request);
  }

  std::optional<Completion> Poll() override {
    std::optional<Completion> completion = now_->Poll();
    if (!completion.has_value()) return std::nullopt;
    under_way_.erase(completion->id);
    const absl::Status& status = completion->response.status();
    const bool failed =
        absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
    // Of those that were under way together the last one counts: a stream that
    // breaks ends them all at once, and has failed once.
    if (!failed) {
      failures_ = 0;
    } else if (under_way_.empty()) {
      ++failures_;
    }
    return completion;
  }

  void Cancel(std::uint64_t id) override { now_->Cancel(id); }

  Traffic traffic() const override {
    Traffic sum = now_->traffic();
    const Traffic rest = other_->traffic();
    sum.attempts += rest.attempts;
    sum.round_trips += rest.round_trips;
    sum.bytes_sent += rest.bytes_sent;
    sum.bytes_received += rest.bytes_received;
    return sum;
  }

  void Wait(std::int64_t ms) override { now_->Wait(ms); }

 private:
  std::unique_ptr<NetworkTransport> now_;
  std::unique_ptr<NetworkTransport> other_;
  std::set<std::uint64_t> under_way_;
  int failures_ = 0;  // in a row, of now_
};

}  // namespace

std::unique_ptr<NetworkTransport> NewFallbackTransport(
    std::unique_ptr<NetworkTransport> first,
    std::unique_ptr<NetworkTransport> second) {
  return std::make_unique<TwoWays>(std::move(first), std::move(second));
}

}  // namespace chasqui::client
