// What a device has learnt of its link, and how much it sends at a time.
//
// A batch that is cut is sent again whole, and each costs the overhead o of a
// request; on a link that moves r bytes a millisecond and drops every T of
// transfer, as much time is lost to cuts as to overhead with batches of
//
//   c* = r · √(2·o·T)
//
// (J. W. Young, "A first order approximation to the optimum checkpoint
// interval", CACM 17(9), 1974: a batch is a checkpoint of the transfer.)

#ifndef CHASQUI_CLIENT_LINK_ESTIMATE_H_
#define CHASQUI_CLIENT_LINK_ESTIMATE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace chasqui::client {

// Batches are kept between these, whatever was measured: below, overhead is
// all; above, a message may never get through a link that drops.
inline constexpr std::size_t kBatchBytesMin = std::size_t{4} << 10;
inline constexpr std::size_t kBatchBytesMax = std::size_t{256} << 10;

// Integers throughout: the same measurements give the same batches everywhere.
class LinkEstimate {
 public:
  // An exchange moved `bytes`, both ways together, in `ms`.
  void Moved(std::size_t bytes, std::int64_t ms);
  // The link broke after `ms` of an exchange, or nothing came for so long.
  void Dropped(std::int64_t ms);

  // c*, within the bounds.
  std::size_t BatchBytes() const;

  // r, in bytes a second. 0 while it is not known.
  std::uint32_t bytes_per_s() const { return bytes_per_s_; }
  // o: what an exchange takes that moves next to nothing.
  std::uint32_t overhead_ms() const { return overhead_ms_; }
  // T: how long, on the whole, something moves before the link drops.
  std::uint32_t drop_interval_ms() const { return drop_interval_ms_; }

  // As it is kept on the device. DataLoss for what is no estimate.
  std::string Encode() const;
  static absl::StatusOr<LinkEstimate> Decode(std::string_view bytes);

  friend bool operator==(const LinkEstimate&, const LinkEstimate&) = default;

 private:
  std::uint32_t bytes_per_s_ = 0;
  std::uint32_t overhead_ms_ = 0;
  std::uint32_t drop_interval_ms_ = 60'000;
  std::uint32_t moving_ms_ = 0;  // since the latest drop
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_LINK_ESTIMATE_H_
