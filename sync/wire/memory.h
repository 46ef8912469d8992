// What both ends of a batch have seen of it so far: what is to come is
// predicted from it.

#ifndef CHASQUI_SYNC_WIRE_MEMORY_H_
#define CHASQUI_SYNC_WIRE_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "sync/ids.h"
#include "sync/value.h"
#include "sync/wire/leaf_table.h"

namespace chasqui::wire {

// The most that a batch may come to: bytes of its rows.
inline constexpr std::size_t kDecodedBytesMax = std::size_t{1} << 20;

// Thread-compatible.
class Memory {
 public:
  // Another record begins: what was answered before was of the one before.
  void BeginRecord();
  // `value` was given to `field`. Remembers no answers that are long.
  void Note(std::uint32_t field, const Value& value);

  // The value that `field` had last in this batch; nullptr if it had none.
  const Value* LastOf(std::uint32_t field) const;
  // The same, as a context.
  ContextKey LastKeyOf(std::uint32_t field) const;
  // The answers before, of this record: 0 the latest, 1 the one before it.
  ContextKey AnswerKey(std::size_t back) const { return answers_[back]; }
  // The whole numbers before, of this record, likewise; 0 where there is none.
  std::int64_t Number(std::size_t back) const { return numbers_[back]; }

  // Takes so much off what the batch may still come to. False if it is more
  // than there is; from then on it is always false.
  bool Spend(std::size_t bytes);

 private:
  struct Last {
    Value value;
    ContextKey key = 0;
  };
  absl::flat_hash_map<std::uint32_t, Last> last_;
  std::array<ContextKey, 2> answers_{};
  std::array<std::int64_t, 2> numbers_{};
  std::size_t left_ = kDecodedBytesMax;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_MEMORY_H_
