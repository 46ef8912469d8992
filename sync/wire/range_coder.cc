// code     := byte*         a fraction 0.b1 b2 b3 … in base 256
// interval := [low, low + range), at first [0, 2^32 - 1) / 2^32
//
//   bit, chance c of a 1     cut = (range >> 16) * c
//                            1: range = cut;  0: low += cut, range -= cut
//   one of n                 cut = range / n; low += value * cut; range = cut,
//                            but of the last value: all that is left
//   range < 2^24             the top byte of low is written; both are shifted
//                            by 8 bits
//   end                      the shortest fraction inside the interval; zeros
//                            follow for ever

#include "sync/wire/range_coder.h"

#include <utility>

#include "sync/base/check.h"

namespace chasqui::wire {
namespace {

constexpr std::uint32_t kRangeMin = std::uint32_t{1} << 24;
constexpr int kTop = 24;

}  // namespace

void RangeEncoder::Carry() {
  for (std::size_t i = out_.size(); i-- > 0;) {
    const auto next = static_cast<std::uint8_t>(out_[i]) + 1;
    out_[i] = static_cast<char>(next);
    if (next <= 0xff) return;
  }
  CHECK(false);  // the fraction would be 1 or more
}

void RangeEncoder::Shift() {
  while (range_ < kRangeMin) {
    out_.push_back(static_cast<char>(low_ >> kTop));
    low_ <<= 8;
    range_ <<= 8;
  }
}

void RangeEncoder::Bit(bool bit, Chance one) {
  const std::uint32_t cut = (range_ >> kChanceBits) * one;
  if (bit) {
    range_ = cut;
  } else {
    if (low_ + cut < low_) Carry();
    low_ += cut;
    range_ -= cut;
  }
  Shift();
}

void RangeEncoder::Uniform(std::uint32_t value, std::uint32_t of) {
  CHECK(value < of && of <= kUniformMax);
  const std::uint32_t cut = range_ / of;
  const std::uint32_t below = cut * value;
  if (low_ + below < low_) Carry();
  low_ += below;
  range_ = value + 1 == of ? range_ - below : cut;
  Shift();
}

std::string RangeEncoder::Finish() && {
  // The fewest bytes after which zeros stay inside the interval.
  const std::uint64_t end = std::uint64_t{low_} + range_;
  for (int bytes = 0; bytes <= 4; ++bytes) {
    const std::uint64_t below = (std::uint64_t{1} << (32 - 8 * bytes)) - 1;
    std::uint64_t inside = (low_ + below) & ~below;
    if (inside >= end) continue;
    if (inside > 0xffff'ffff) Carry();
    for (int i = 0; i < bytes; ++i) {
      out_.push_back(static_cast<char>(inside >> kTop));
      inside <<= 8;
    }
    break;
  }
  return std::move(out_);
}

RangeDecoder::RangeDecoder(std::string_view bytes) : bytes_(bytes) {
  for (std::size_t i = 0; i < kAhead; ++i) Shift();
}

void RangeDecoder::Shift() {
  const std::uint32_t next =
      read_ < bytes_.size() ? static_cast<std::uint8_t>(bytes_[read_]) : 0;
  ++read_;
  code_ = (code_ << 8) | next;
}

void RangeDecoder::Normalize() {
  while (range_ < kRangeMin) {
    Shift();
    range_ <<= 8;
  }
}

bool RangeDecoder::Bit(Chance one) {
  const std::uint32_t cut = (range_ >> kChanceBits) * one;
  const bool bit = code_ < cut;
  if (bit) {
    range_ = cut;
  } else {
    code_ -= cut;
    range_ -= cut;
  }
  Normalize();
  return bit;
}

std::uint32_t RangeDecoder::Uniform(std::uint32_t of) {
  CHECK(of > 0 && of <= kUniformMax);
  const std::uint32_t cut = range_ / of;
  const std::uint32_t value = code_ / cut < of ? code_ / cut : of - 1;
  code_ -= cut * value;
  range_ = value + 1 == of ? range_ - cut * value : cut;
  Normalize();
  return value;
}

}  // namespace chasqui::wire
