// One way of a link: a modem's queue, the radio, and the way behind it. All
// arithmetic, no clock: whoever calls says what time it is.
//
//   Offer ──► queue (bounded, drop-tail) ──► opportunities ──► loss ──► delay
//   ──► Take
//
// What is lost has used the radio all the same.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_SHAPER_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_SHAPER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "tests/benchmarks/links/link_trace.h"
#include "tests/testing/random.h"

namespace chasqui::benchmarks {

// What a modem keeps at most. At 40 kbit/s it is 13 s: queues of phones are too
// long for slow links, and everything that travels there has to live with it
// (H. Jiang et al., "Tackling bufferbloat in 3G/4G networks", IMC 2012).
inline constexpr std::size_t kQueueBytesMax = std::size_t{64} << 10;

enum class Way : std::uint8_t { kUp, kDown };

// What to do with a packet that the radio loses: drop it; or, where that would
// be a hole in a stream of bytes, let it come as late as if it had been noticed
// and sent again; after a cut if it was lost in one.
enum class Losing : std::uint8_t { kDrop, kLate };

struct ShaperCounts {
  std::uint64_t packets = 0;  // offered
  std::uint64_t bytes = 0;    // of those
  std::uint64_t dropped = 0;  // packets that found the queue full
  std::uint64_t lost = 0;     // packets that the radio lost
};

// Times are in microseconds since the trace began, and never go back from call
// to call. Thread-compatible.
class Shaper {
 public:
  // `trace` must outlive it. The same seed loses the same packets.
  Shaper(const LinkTrace& trace, Way way, std::uint64_t seed,
         Losing losing = Losing::kDrop);

  // Whether the queue has room for a packet of so many bytes.
  bool Fits(std::size_t bytes) const {
    return queued_bytes_ + bytes <= kQueueBytesMax;
  }
  void Offer(std::int64_t now_us, std::string packet);
  // A packet that has arrived by now; nullopt: none has yet.
  std::optional<std::string> Take(std::int64_t now_us);
  // When there may be something to take, later than now or not; nullopt while
  // nothing is under way.
  std::optional<std::int64_t> NextUs() const;

  const ShaperCounts& counts() const { return counts_; }

 private:
  struct InFlight {
    std::int64_t due_us = 0;
    std::string packet;
  };

  struct Holding {
    Condition condition;
    std::int64_t left_us = 0;  // how long it still holds
  };

  const Opportunity& Slot() const { return slots_[slot_]; }
  std::int64_t SlotUs() const { return cycle_us_ + Slot().at_us; }
  void NextSlot();
  void SkipTo(std::int64_t now_us);
  void Advance(std::int64_t now_us);
  void Send(std::int64_t at_us, std::string packet);
  Holding ConditionAt(std::int64_t at_us) const;

  const LinkTrace& trace_;
  const std::vector<Opportunity>& slots_;
  const Losing losing_;
  testing::Random random_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  std::deque<InFlight> in_flight_;  // by `due_us`
  std::size_t slot_ = 0;            // the next to be used
  std::int64_t cycle_us_ = 0;       // when the trace began that it is of
  std::size_t credit_ = 0;  // bytes of the first packet that are through
  ShaperCounts counts_;
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_SHAPER_H_
