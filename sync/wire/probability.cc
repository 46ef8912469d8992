#include "sync/wire/probability.h"

#include "sync/base/check.h"

namespace chasqui::wire {
namespace {

// 4096 / (1 + e^-x) for x = -8, -7.5 … 8; between them, straight lines.
constexpr std::array<int, 33> kLogistic = {
    1,    2,    4,    6,    10,   17,   27,   45,   74,   120,  194,
    311,  488,  747,  1102, 1546, 2048, 2550, 2994, 3349, 3608, 3785,
    3902, 3976, 4022, 4051, 4069, 4079, 4086, 4090, 4092, 4094, 4095};

constexpr std::array<std::uint16_t, 4096> MakeSquashed() {
  std::array<std::uint16_t, 4096> table{};
  for (std::size_t at = 1; at < table.size(); ++at) {
    const int low = kLogistic[at >> 7];
    const int high = kLogistic[(at >> 7) + 1];
    const int within = static_cast<int>(at & 127);
    table[at] = static_cast<std::uint16_t>(
        (low * (128 - within) + high * within + 64) >> 7);
  }
  table[0] = table[1];
  return table;
}

// The least that Squash() brings to p or above.
constexpr std::array<std::int16_t, 4096> MakeStretched() {
  const std::array<std::uint16_t, 4096> squashed = MakeSquashed();
  std::array<std::int16_t, 4096> table{};
  std::size_t p = 0;
  for (std::size_t i = 1; i < squashed.size(); ++i) {
    for (; p <= squashed[i]; ++p) {
      table[p] = static_cast<std::int16_t>(static_cast<int>(i) - 2048);
    }
  }
  for (; p < table.size(); ++p) table[p] = kStretchMax;
  return table;
}

constexpr std::array<std::uint16_t, Node::kSeenMax + 1> MakeRates() {
  std::array<std::uint16_t, Node::kSeenMax + 1> rates{};
  for (std::size_t seen = 0; seen < rates.size(); ++seen) {
    rates[seen] = static_cast<std::uint16_t>(2 * 65'536 / (2 * seen + 3));
  }
  return rates;
}

constexpr std::array<std::uint8_t, Node::kSeenMax + 1> MakeSeenClasses() {
  std::array<std::uint8_t, Node::kSeenMax + 1> classes{};
  for (std::size_t seen = 0; seen < classes.size(); ++seen) {
    std::uint8_t of = 0;
    for (const std::size_t above : {0U, 1U, 2U, 4U, 8U, 16U, 32U}) {
      if (seen > above) ++of;
    }
    classes[seen] = of;
  }
  return classes;
}

}  // namespace

const std::array<std::uint16_t, 4096> kSquashed = MakeSquashed();
const std::array<std::int16_t, 4096> kStretched = MakeStretched();
const std::array<std::uint16_t, Node::kSeenMax + 1> kRates = MakeRates();
const std::array<std::uint8_t, Node::kSeenMax + 1> kSeenClassOf =
    MakeSeenClasses();

Node Node::Of(std::uint32_t p, std::uint32_t seen) {
  CHECK(p < 4096 && seen <= kSeenMax);
  Node node;
  node.state_ = (p << 20) | (std::uint32_t{1} << 19) | seen;
  return node;
}

Weights FirstWeights() {
  Weights weights;
  weights.fill({0, 16'384, 19'660, 22'937, 26'214, 29'491, 29'491, 29'491});
  return weights;
}

}  // namespace chasqui::wire
