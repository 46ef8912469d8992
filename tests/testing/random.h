// Random numbers that are the same on every machine and under every compiler:
// a simulated run is its seed. (The distributions of the standard library are
// free to differ.)

#ifndef CHASQUI_TESTS_TESTING_RANDOM_H_
#define CHASQUI_TESTS_TESTING_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "sync/base/check.h"

namespace chasqui::testing {

// xoshiro256** by Blackman and Vigna, started by SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }

  std::uint64_t Next() {
    const std::uint64_t result = Rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // In [0, bound). REQUIRES: bound > 0. The small bias of the remainder does
  // not matter here; that it is the same everywhere does.
  std::uint64_t Below(std::uint64_t bound) {
    CHECK(bound > 0);
    return Next() % bound;
  }

  // In [low, high].
  std::int64_t Between(std::int64_t low, std::int64_t high) {
    CHECK(low <= high);
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(Below(span));
  }

  // True `percent` times in a hundred.
  bool Chance(std::uint64_t percent) { return Below(100) < percent; }

  // One element of `items`. REQUIRES: it has any.
  template <typename Items>
  auto& OneOf(Items& items) {
    return items[static_cast<std::size_t>(Below(items.size()))];
  }

 private:
  static std::uint64_t Rotate(std::uint64_t x, int by) {
    return (x << by) | (x >> (64 - by));
  }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_TESTING_RANDOM_H_
