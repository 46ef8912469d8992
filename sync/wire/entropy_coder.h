// Symbols, each predicted by what was seen in the contexts it stands in.
//
// One grammar serves both directions: code that describes a value hands each
// symbol over by reference, and the coder writes it, or fills it in. So what is
// read is what was written, by construction; the two cannot drift apart.

#ifndef CHASQUI_SYNC_WIRE_ENTROPY_CODER_H_
#define CHASQUI_SYNC_WIRE_ENTROPY_CODER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "sync/wire/leaf_table.h"
#include "sync/wire/probability.h"
#include "sync/wire/range_coder.h"

namespace chasqui::wire {

class Statistics;
class Evidence;

// What a symbol is part of. Each kind has its own weights. Numbers are in what
// statistics say: never change one.
enum class SymbolKind : std::uint8_t {
  kFlag = 0,
  kStep = 1,
  kStepField = 2,
  kValueKind = 3,
  kChoice = 4,
  kSize = 5,  // how many bits a number has
  kBits = 6,  // the bits of a number
  kDigit = 7,
  kLetterHigh = 8,
  kLetterLow = 9,
  kHead = 10,  // clocks, names and bases of changes
};
inline constexpr std::size_t kSymbolKinds = 11;

// The contexts of one symbol, the widest first.
class Contexts {
 public:
  // REQUIRES: at most kOpinionsMax keys.
  Contexts(SymbolKind kind, absl::Span<const ContextKey> keys);

  SymbolKind kind() const { return kind_; }
  std::size_t size() const { return size_; }
  ContextKey operator[](std::size_t i) const { return keys_[i]; }
  // The same, further on: after `more` is known as well.
  Contexts And(std::uint32_t more) const;

 private:
  SymbolKind kind_;
  std::size_t size_ = 0;
  std::array<ContextKey, kOpinionsMax> keys_{};
};

// Thread-compatible. Statistics must outlive it.
class EntropyCoder {
 public:
  // Writes. Without statistics everything begins as unknown. What it codes is
  // noted in `evidence`, if there is one.
  explicit EntropyCoder(const Statistics* statistics,
                        Evidence* evidence = nullptr);
  // Reads.
  EntropyCoder(const Statistics* statistics, std::string_view bytes);

  bool reading() const { return decoder_.has_value(); }
  // Cannot become true again. What is read from a coder that failed means
  // nothing.
  bool ok() const { return ok_; }
  void Fail() { ok_ = false; }

  // Each at most four bits: REQUIRES value < 2^width when writing.
  void Symbol(const Contexts& contexts, int width, std::uint32_t& value);
  void Flag(const Contexts& contexts, bool& flag);
  // All as likely. REQUIRES: value < of <= kUniformMax when writing.
  void Uniform(std::uint32_t of, std::uint32_t& value);
  // `width` bits, all as likely.
  void Plain(int width, std::uint64_t& value);

  // What was written, and nothing may follow. REQUIRES: writing.
  std::string Finish() &&;
  // All bytes were read, and nothing failed. REQUIRES: reading.
  bool AtEnd() const { return ok_ && decoder_->complete(); }

  const std::array<Weights, kSymbolKinds>& weights() const { return weights_; }
  void SetWeights(const std::array<Weights, kSymbolKinds>& weights) {
    weights_ = weights;
  }

 private:
  Leaf* LeafOf(ContextKey key, Leaf& spare);
  bool Bit(Mixed& mixed, bool bit);

  const Statistics* const statistics_;
  Evidence* const evidence_ = nullptr;
  RangeEncoder encoder_;
  std::optional<RangeDecoder> decoder_;
  bool ok_ = true;
  LeafTable table_;
  std::array<Leaf, kOpinionsMax> spare_;  // where the table is full
  std::array<Weights, kSymbolKinds> weights_;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_ENTROPY_CODER_H_
