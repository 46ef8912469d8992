// symbol := bit{width}      the first is the highest. Bit i is decided by node
//           (1 << i | the bits before it) of the leaf of each context: their
//           opinions, weighed, are the chance; then each node learns the bit,
//           and so do the weights.
// leaf   := as the statistics have it, else as nothing is known; from its first
//           use on, the coder's own copy.

#include "sync/wire/entropy_coder.h"

#include <utility>

#include "sync/base/check.h"
#include "sync/wire/evidence.h"
#include "sync/wire/statistics.h"

namespace chasqui::wire {
namespace {

ContextKey NotZero(ContextKey key) { return key == 0 ? 1 : key; }

}  // namespace

Contexts::Contexts(SymbolKind kind, absl::Span<const ContextKey> keys)
    : kind_(kind) {
  CHECK(keys.size() <= kOpinionsMax);
  std::uint32_t place = 0;
  for (const ContextKey key : keys) {
    // Contexts of one symbol are kept apart, and from those of other kinds.
    keys_[size_++] =
        NotZero(Mix(key, static_cast<std::uint32_t>(kind) * 16 + place++));
  }
}

Contexts Contexts::And(std::uint32_t more) const {
  Contexts further = *this;
  for (std::size_t i = 0; i < size_; ++i) {
    further.keys_[i] = NotZero(Mix(keys_[i], more));
  }
  return further;
}

EntropyCoder::EntropyCoder(const Statistics* statistics, Evidence* evidence)
    : statistics_(statistics), evidence_(evidence) {
  weights_ =
      statistics == nullptr ? FirstWeightsOfAll() : statistics->weights();
}

EntropyCoder::EntropyCoder(const Statistics* statistics, std::string_view bytes)
    : EntropyCoder(statistics) {
  decoder_.emplace(bytes);
}

bool EntropyCoder::Bit(Mixed& mixed, bool bit) {
  const Chance chance = mixed.chance();
  if (decoder_.has_value()) {
    bit = decoder_->Bit(chance);
  } else {
    encoder_.Bit(bit, chance);
  }
  mixed.Learn(bit);
  return bit;
}

// `spare` where the table is full: what is learned there is forgotten.
Leaf* EntropyCoder::LeafOf(ContextKey key, Leaf& spare) {
  Leaf* leaf = table_.At(key);
  if (leaf != nullptr && leaf->At(1).seen() != 0) return leaf;
  if (leaf == nullptr) leaf = &spare;
  const Leaf* const usual =
      statistics_ == nullptr ? nullptr : statistics_->Find(key);
  leaf->nodes = usual == nullptr ? Leaf().nodes : usual->nodes;
  return leaf;
}

void EntropyCoder::Symbol(const Contexts& contexts, int width,
                          std::uint32_t& value) {
  std::array<Leaf*, kOpinionsMax> leaves;
  for (std::size_t i = 0; i < contexts.size(); ++i) {
    leaves[i] = LeafOf(contexts[i], spare_[i]);
  }
  Weights& weights = weights_[static_cast<std::size_t>(contexts.kind())];
  std::uint32_t node = 1;
  for (int i = width; i-- > 0;) {
    Mixed mixed(weights);
    for (std::size_t k = 0; k < contexts.size(); ++k) {
      mixed.Add(leaves[k]->At(node));
    }
    const bool bit = Bit(mixed, ((value >> i) & 1) != 0);
    if (evidence_ != nullptr) evidence_->Note(contexts, node, bit);
    node = 2 * node + (bit ? 1 : 0);
  }
  value = node - (std::uint32_t{1} << width);
  if (decoder_.has_value() && decoder_->overrun()) Fail();
}

void EntropyCoder::Flag(const Contexts& contexts, bool& flag) {
  std::uint32_t value = flag ? 1 : 0;
  Symbol(contexts, 1, value);
  flag = value != 0;
}

void EntropyCoder::Uniform(std::uint32_t of, std::uint32_t& value) {
  if (!decoder_.has_value()) return encoder_.Uniform(value, of);
  value = decoder_->Uniform(of);
  if (decoder_->overrun()) Fail();
}

void EntropyCoder::Plain(int width, std::uint64_t& value) {
  std::uint64_t whole = 0;
  while (width > 0) {
    const int some = width < 16 ? width : 16;
    width -= some;
    const std::uint32_t of = std::uint32_t{1} << some;
    auto piece = static_cast<std::uint32_t>(value >> width) & (of - 1);
    Uniform(of, piece);
    whole = (whole << some) | piece;
  }
  value = whole;
}

std::string EntropyCoder::Finish() && {
  CHECK(!reading());
  return std::move(encoder_).Finish();
}

}  // namespace chasqui::wire
