// Bits as a fraction of an interval: each decision narrows it by how likely it
// was, and what is written is the shortest fraction inside. After Martin,
// "Range encoding" (1979); carries go into bytes already written.
//
// Two ends that make the same decisions with the same probabilities in the same
// order understand each other; nothing else is in the bytes.

#ifndef CHASQUI_SYNC_WIRE_RANGE_CODER_H_
#define CHASQUI_SYNC_WIRE_RANGE_CODER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chasqui::wire {

// That a bit is 1, in 65,536ths. Never 0 and never 65,536.
using Chance = std::uint32_t;
inline constexpr int kChanceBits = 16;

// The most that one Uniform() decides between.
inline constexpr std::uint32_t kUniformMax = std::uint32_t{1} << 16;

// Thread-compatible.
class RangeEncoder {
 public:
  void Bit(bool bit, Chance one);
  // One of `of` values, all as likely. REQUIRES: value < of <= kUniformMax.
  void Uniform(std::uint32_t value, std::uint32_t of);

  std::size_t size() const { return out_.size(); }
  // Everything, and nothing may follow.
  std::string Finish() &&;

 private:
  void Shift();
  void Carry();

  std::string out_;
  std::uint32_t low_ = 0;
  std::uint32_t range_ = 0xffff'ffff;
};

// Total: whatever the bytes, every decision has an answer. Beyond the end it
// reads zeros; complete() then says whether these bytes were all, and enough.
//
// Thread-compatible. The bytes must outlive it.
class RangeDecoder {
 public:
  explicit RangeDecoder(std::string_view bytes);

  bool Bit(Chance one);
  std::uint32_t Uniform(std::uint32_t of);

  // More was read than an encoder that wrote these bytes can have meant.
  bool overrun() const { return read_ > bytes_.size() + kAhead; }
  // What was read is exactly what an encoder wrote.
  bool complete() const { return !overrun() && read_ >= bytes_.size(); }

 private:
  // Bytes that the decoder has read before it needs them.
  static constexpr std::size_t kAhead = 4;

  void Shift();
  void Normalize();

  std::string_view bytes_;
  std::size_t read_ = 0;
  std::uint32_t code_ = 0;  // the fraction, less the low end of the interval
  std::uint32_t range_ = 0xffff'ffff;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_RANGE_CODER_H_
