#include "tests/benchmarks/links/shaper.h"

#include <algorithm>

#include "sync/base/check.h"

namespace chasqui::benchmarks {

Shaper::Shaper(const LinkTrace& trace, Way way, std::uint64_t seed,
               Losing losing)
    : trace_(trace),
      slots_(way == Way::kUp ? trace.up : trace.down),
      losing_(losing),
      random_(seed) {
  CHECK(!slots_.empty());
  CHECK(!trace.conditions.empty());
}

void Shaper::NextSlot() {
  if (++slot_ < slots_.size()) return;
  slot_ = 0;
  cycle_us_ += trace_.length_us;
}

// Lets those before `now_us` go by unused.
void Shaper::SkipTo(std::int64_t now_us) {
  credit_ = 0;
  const std::int64_t cycle = now_us / trace_.length_us * trace_.length_us;
  if (cycle > cycle_us_) {
    cycle_us_ = cycle;
    slot_ = 0;
  }
  const auto before = [](const Opportunity& slot, std::int64_t at) {
    return slot.at_us < at;
  };
  const auto first = slots_.begin() + static_cast<std::ptrdiff_t>(slot_);
  const auto found =
      std::lower_bound(first, slots_.end(), now_us - cycle_us_, before);
  slot_ = static_cast<std::size_t>(found - slots_.begin());
  if (slot_ < slots_.size()) return;
  slot_ = 0;
  cycle_us_ += trace_.length_us;
}

Shaper::Holding Shaper::ConditionAt(std::int64_t at_us) const {
  const std::int64_t at = at_us % trace_.length_us;
  const auto after = [](std::int64_t time, const Condition& condition) {
    return time < condition.from_us;
  };
  const auto next = std::upper_bound(trace_.conditions.begin(),
                                     trace_.conditions.end(), at, after);
  const std::int64_t ends =
      next == trace_.conditions.end() ? trace_.length_us : next->from_us;
  return {*std::prev(next), ends - at};
}

void Shaper::Send(std::int64_t at_us, std::string packet) {
  const auto [condition, left_us] = ConditionAt(at_us);
  std::int64_t due = at_us + condition.delay_us;
  if (random_.Below(kAllLost) < condition.loss_ppm) {
    ++counts_.lost;
    if (losing_ == Losing::kDrop) return;
    // A sender's least timeout (RFC 6298 asks for a second, Linux takes this),
    // and the way there once more.
    constexpr std::int64_t kTimeoutUs = 200'000;
    due += kTimeoutUs + 2 * std::int64_t{condition.delay_us};
    if (condition.loss_ppm == kAllLost) due += left_us;
  }
  // One path: what is sent later does not arrive earlier.
  if (!in_flight_.empty()) due = std::max(due, in_flight_.back().due_us);
  in_flight_.push_back({due, std::move(packet)});
}

void Shaper::Advance(std::int64_t now_us) {
  while (!queue_.empty() && SlotUs() <= now_us) {
    credit_ += Slot().bytes;
    while (!queue_.empty() && credit_ >= queue_.front().size()) {
      credit_ -= queue_.front().size();
      queued_bytes_ -= queue_.front().size();
      Send(SlotUs(), std::move(queue_.front()));
      queue_.pop_front();
    }
    NextSlot();
  }
  if (queue_.empty()) credit_ = 0;
}

void Shaper::Offer(std::int64_t now_us, std::string packet) {
  // What comes at the same moment shares its opportunity.
  Advance(now_us - 1);
  ++counts_.packets;
  counts_.bytes += packet.size();
  if (!Fits(packet.size())) {
    ++counts_.dropped;
    return;
  }
  if (queue_.empty()) SkipTo(now_us);
  queued_bytes_ += packet.size();
  queue_.push_back(std::move(packet));
}

std::optional<std::string> Shaper::Take(std::int64_t now_us) {
  Advance(now_us);
  if (in_flight_.empty() || in_flight_.front().due_us > now_us) {
    return std::nullopt;
  }
  std::string packet = std::move(in_flight_.front().packet);
  in_flight_.pop_front();
  return packet;
}

std::optional<std::int64_t> Shaper::NextUs() const {
  std::optional<std::int64_t> next;
  if (!in_flight_.empty()) next = in_flight_.front().due_us;
  if (!queue_.empty()) next = std::min(next.value_or(SlotUs()), SlotUs());
  return next;
}

}  // namespace chasqui::benchmarks
