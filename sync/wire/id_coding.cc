// id   := near:flag (number | 16 plain bytes)   near: so many after the last id
//                                               of the batch, mod 2^128
// row  := 0 | 1 | 2 back:count | 3 id           the current row; none, which is
//                                               the record itself; a row named
//                                               before, so many back; another

#include "sync/wire/id_coding.h"

#include <algorithm>
#include <limits>

#include "sync/wire/number_coding.h"

namespace chasqui::wire {
namespace {

constexpr ContextKey kIdKey = 0x1d;
// Rows before these are named again in full.
constexpr std::size_t kBackMax = 4096;

struct Wide {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

Wide WideOf(const std::array<std::uint8_t, 16>& bytes) {
  Wide wide;
  for (std::size_t i = 0; i < 8; ++i) {
    wide.high = wide.high << 8 | bytes[i];
    wide.low = wide.low << 8 | bytes[8 + i];
  }
  return wide;
}

void ToBytes(Wide wide, std::array<std::uint8_t, 16>& bytes) {
  for (std::size_t i = 8; i-- > 0;) {
    bytes[i] = static_cast<std::uint8_t>(wide.high);
    bytes[8 + i] = static_cast<std::uint8_t>(wide.low);
    wide.high >>= 8;
    wide.low >>= 8;
  }
}

}  // namespace

void IdChain::CodeBytes(EntropyCoder& coder, Bytes& bytes) {
  constexpr std::int64_t kNear = std::numeric_limits<std::int32_t>::max();
  const Wide last = WideOf(last_);
  Wide wide = WideOf(bytes);
  // Across 2^64 ids are not near: that is once in an age.
  auto step = static_cast<std::int64_t>(wide.low - last.low);
  bool near = wide.high == last.high && step >= -kNear && step <= kNear;
  coder.Flag(Contexts(SymbolKind::kHead, {Mix(kIdKey, 1)}), near);
  if (near) {
    CodeNumber(coder, {Mix(kIdKey, 2)}, step);
    wide = {last.high, last.low + static_cast<std::uint64_t>(step)};
  } else {
    coder.Plain(64, wide.high);
    coder.Plain(64, wide.low);
  }
  ToBytes(wide, bytes);
  last_ = bytes;
}

void RowNames::Code(EntropyCoder& coder, ContextKey what, RowId& row) {
  std::size_t back = 0;
  std::uint32_t how = 3;
  if (coder.reading()) {
    // It is told.
  } else if (row == current_) {
    how = 0;
  } else if (row.empty()) {
    how = 1;
  } else {
    const std::size_t near = std::min(known_.size(), kBackMax);
    const auto limit = known_.rbegin() + static_cast<std::ptrdiff_t>(near);
    back = static_cast<std::size_t>(std::find(known_.rbegin(), limit, row) -
                                    known_.rbegin());
    if (back < near) how = 2;
  }
  coder.Symbol(Contexts(SymbolKind::kHead, {Mix(what, 3)}), 2, how);
  switch (how) {
    case 0:
      row = current_;
      return;
    case 1:
      row = RowId{};
      return;
    case 2:
      CodeCount(coder, Mix(what, 4), kBackMax, back);
      if (back >= known_.size()) return coder.Fail();
      row = known_[known_.size() - 1 - back];
      return;
    default:
      ids_.Code(coder, row);
      known_.push_back(row);
  }
}

void RowNames::CodeRow(EntropyCoder& coder, ContextKey what, RowId& row) {
  Code(coder, what, row);
  current_ = row;
}

void RowNames::CodeParent(EntropyCoder& coder, ContextKey what, RowId& parent) {
  Code(coder, Mix(what, 5), parent);
}

}  // namespace chasqui::wire
