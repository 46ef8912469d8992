#include "client/link_estimate.h"

#include <algorithm>

#include "sync/bytes.h"

namespace chasqui::client {
namespace {

constexpr std::uint8_t kEstimateVersion = 1;

// Less than this tells of the overhead, not of the rate.
constexpr std::size_t kSampleBytesMin = std::size_t{4} << 10;
// Before anything was measured: what a slow link carries in some ten seconds.
constexpr std::size_t kFirstBatchBytes = std::size_t{32} << 10;
// No measurement counts as more, so that products stay within 64 bits.
constexpr std::uint32_t kMsMax = 24 * 3600 * 1000;
constexpr std::uint32_t kRateMax = 1'000'000'000;

std::uint32_t Clamped(std::int64_t ms) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ms, 1, kMsMax));
}

// A step of 1/4 towards the sample; the first sample as it is.
std::uint32_t Towards(std::uint32_t mean, std::uint64_t sample) {
  if (mean == 0) return static_cast<std::uint32_t>(sample);
  return static_cast<std::uint32_t>((std::uint64_t{3} * mean + sample) / 4);
}

// The largest whole number whose square is at most `n`.
std::uint64_t Root(std::uint64_t n) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit > 0; bit >>= 1) {
    const std::uint64_t tried = root | bit;
    if (tried * tried <= n) root = tried;
  }
  return root;
}

}  // namespace

void LinkEstimate::Moved(std::size_t bytes, std::int64_t ms) {
  const std::uint32_t took = Clamped(ms);
  moving_ms_ = std::min(moving_ms_ + took, kMsMax);
  // A link that holds for longer than it ever did drops less often.
  drop_interval_ms_ = std::max(drop_interval_ms_, moving_ms_);
  if (bytes == 0) return;
  if (bytes < kSampleBytesMin) {
    // A single delay is no overhead: down at once, up slowly.
    overhead_ms_ = overhead_ms_ == 0 || took < overhead_ms_
                       ? took
                       : overhead_ms_ + (took - overhead_ms_) / 8;
    return;
  }
  const std::uint32_t moving =
      std::max(took - std::min(took, overhead_ms_), std::max(took / 4, 1U));
  bytes_per_s_ = Towards(
      bytes_per_s_, std::min<std::uint64_t>(bytes * 1000 / moving, kRateMax));
}

void LinkEstimate::Dropped(std::int64_t ms) {
  drop_interval_ms_ = std::max(
      Towards(drop_interval_ms_, std::min(moving_ms_ + Clamped(ms), kMsMax)),
      1U);
  moving_ms_ = 0;
}

std::size_t LinkEstimate::BatchBytes() const {
  if (bytes_per_s_ == 0) return kFirstBatchBytes;
  const std::uint64_t ms =
      Root(std::uint64_t{2} * std::max(overhead_ms_, 1U) * drop_interval_ms_);
  const std::uint64_t bytes = bytes_per_s_ * ms / 1000;
  return std::clamp<std::size_t>(bytes, kBatchBytesMin, kBatchBytesMax);
}

std::string LinkEstimate::Encode() const {
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kEstimateVersion);
  out.Varint(bytes_per_s_);
  out.Varint(overhead_ms_);
  out.Varint(drop_interval_ms_);
  out.Varint(moving_ms_);
  return bytes;
}

absl::StatusOr<LinkEstimate> LinkEstimate::Decode(std::string_view bytes) {
  ByteReader in(bytes);
  LinkEstimate estimate;
  if (in.Byte() != kEstimateVersion) in.Fail();
  estimate.bytes_per_s_ = in.Varint32();
  estimate.overhead_ms_ = in.Varint32();
  estimate.drop_interval_ms_ = in.Varint32();
  estimate.moving_ms_ = in.Varint32();
  const bool in_bounds =
      estimate.bytes_per_s_ <= kRateMax && estimate.overhead_ms_ <= kMsMax &&
      estimate.drop_interval_ms_ >= 1 && estimate.drop_interval_ms_ <= kMsMax &&
      estimate.moving_ms_ <= kMsMax;
  if (!in.done() || !in_bounds) {
    return absl::DataLossError("the estimate of the link is damaged");
  }
  return estimate;
}

}  // namespace chasqui::client
