// Records as shown, one after the other, as symbols.

#ifndef CHASQUI_SYNC_WIRE_PAGE_CODING_H_
#define CHASQUI_SYNC_WIRE_PAGE_CODING_H_

#include <cstdint>
#include <vector>

#include "sync/page.h"
#include "sync/wire/conversation.h"
#include "sync/wire/entropy_coder.h"
#include "sync/wire/id_coding.h"
#include "sync/wire/memory.h"
#include "sync/wire/step_coding.h"

namespace chasqui::wire {

// The items of one page, in their order. Thread-compatible. Both must outlive
// it.
class PageCoding {
 public:
  PageCoding(EntropyCoder& coder, const Conversation& conversation);

  void Code(PageItem& item);

 private:
  void CodeRecord(PulledRecord& record);
  void CodeForm(std::uint32_t& form);
  void CodeConflicts(PulledRecord& record);
  void CodeMark(Seq seq, Mark& mark);
  void CodeAddress(FieldAddress& at);
  void CodeFields(std::uint32_t sort, std::vector<FieldState>& fields);
  void CodeLive(FieldState& field);
  void CodeRow(PulledRow& row);
  std::int64_t DayBefore(std::uint32_t field) const;

  EntropyCoder& coder_;
  const Conversation& conversation_;
  Memory memory_;
  IdChain ids_;
  RowNames rows_{ids_};
  Steps steps_;
  std::uint32_t form_ = 0;      // of the record before, then of this one
  Seq seq_ = 0;                 // likewise
  std::uint64_t last_age_ = 0;  // of the write before: seq_ less its seq
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_PAGE_CODING_H_
