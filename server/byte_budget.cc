#include "server/byte_budget.h"

#include <algorithm>

namespace chasqui::server {

ByteBudget::ByteBudget(std::int64_t bytes_per_s)
    : bytes_per_s_(std::clamp<std::int64_t>(bytes_per_s, 0, kRateMax)),
      tokens_(bytes_per_s_ * kBurstS) {}

std::uint32_t ByteBudget::Spend(std::size_t bytes, std::int64_t now_ms) {
  if (!limited()) return 0;
  const MutexLock lock(mutex_);
  // Longer than this it need not be quiet for the bucket to be full, however
  // far it was overdrawn.
  const std::int64_t passed =
      std::clamp<std::int64_t>(now_ms - at_ms_, 0, kWaitMaxMs + kBurstS * 1000);
  at_ms_ = std::max(at_ms_, now_ms);
  // Bytes a second times milliseconds: 2^40 * 2^20 at most.
  tokens_ =
      std::min(tokens_ + bytes_per_s_ * passed / 1000, bytes_per_s_ * kBurstS);
  tokens_ = std::max(tokens_ - static_cast<std::int64_t>(bytes),
                     -bytes_per_s_ * kWaitMaxMs / 1000);
  if (tokens_ >= 0) return 0;
  const std::int64_t wait_ms = (-tokens_ / bytes_per_s_) * 1000 +
                               (-tokens_ % bytes_per_s_) * 1000 / bytes_per_s_;
  return static_cast<std::uint32_t>(std::min(wait_ms, kWaitMaxMs));
}

}  // namespace chasqui::server
