// What a change or record says next: which field, or what else. Forms are
// filled in their order, so it is mostly what came next the last time.

#ifndef CHASQUI_SYNC_WIRE_STEP_CODING_H_
#define CHASQUI_SYNC_WIRE_STEP_CODING_H_

#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "sync/wire/entropy_coder.h"
#include "sync/wire/layout.h"

namespace chasqui::wire {

// `kind` is 0 for the end, an OpKind (sync/change.h) for what is no field. Of
// kSet, which field, and which of its choices. `moves`: in another row than the
// step before.
struct Step {
  std::uint32_t kind = 0;
  std::uint32_t field = 0;
  std::uint32_t choice = 0;
  bool moves = false;

  friend bool operator==(const Step&, const Step&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Step& s) {
    return H::combine(std::move(h), s.kind, s.field, s.choice, s.moves);
  }
};

// Thread-compatible.
class Steps {
 public:
  // A sequence of steps begins. Those of one `sort` are alike.
  void Begin(std::uint32_t sort);
  void Code(EntropyCoder& coder, const Layout& layout, Step& step);

 private:
  Step Expected(const Layout& layout) const;
  void CodeOther(EntropyCoder& coder, const Layout& layout, Step& step) const;

  std::uint32_t sort_ = 0;
  Step last_;
  Step earlier_;
  // By sort as well: how a creation goes on says little of an edit.
  absl::flat_hash_map<std::pair<std::uint32_t, Step>, Step> followers_;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_STEP_CODING_H_
