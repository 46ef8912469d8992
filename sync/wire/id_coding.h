// Names of records and rows. What one device makes between two starts are a
// random number and those after it, so that only the first of them costs its
// sixteen bytes.

#ifndef CHASQUI_SYNC_WIRE_ID_CODING_H_
#define CHASQUI_SYNC_WIRE_ID_CODING_H_

#include <array>
#include <cstdint>
#include <vector>

#include "sync/ids.h"
#include "sync/wire/entropy_coder.h"

namespace chasqui::wire {

// The ids of a batch, in the order in which they came. Thread-compatible.
class IdChain {
 public:
  template <typename Id>
  void Code(EntropyCoder& coder, Id& id) {
    CodeBytes(coder, id.bytes);
  }

 private:
  using Bytes = std::array<std::uint8_t, 16>;
  void CodeBytes(EntropyCoder& coder, Bytes& bytes);

  Bytes last_{};
};

// The rows that a batch has named. Thread-compatible.
class RowNames {
 public:
  explicit RowNames(IdChain& ids) : ids_(ids) {}

  // Another record begins, whose rows are others.
  void BeginRecord() { current_ = RowId{}; }
  const RowId& current() const { return current_; }
  // The row that an op or field is in; it is the current one from then on.
  void CodeRow(EntropyCoder& coder, ContextKey what, RowId& row);
  // A row around another.
  void CodeParent(EntropyCoder& coder, ContextKey what, RowId& parent);

 private:
  void Code(EntropyCoder& coder, ContextKey what, RowId& row);

  IdChain& ids_;
  RowId current_;
  std::vector<RowId> known_;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_ID_CODING_H_
