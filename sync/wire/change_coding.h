// Changes, one after the other, as symbols.

#ifndef CHASQUI_SYNC_WIRE_CHANGE_CODING_H_
#define CHASQUI_SYNC_WIRE_CHANGE_CODING_H_

#include <string>
#include <vector>

#include "sync/change.h"
#include "sync/wire/conversation.h"
#include "sync/wire/entropy_coder.h"
#include "sync/wire/id_coding.h"
#include "sync/wire/memory.h"
#include "sync/wire/step_coding.h"

namespace chasqui::wire {

// The changes of one batch, in their order. Thread-compatible. All three must
// outlive it.
class ChangeCoding {
 public:
  ChangeCoding(EntropyCoder& coder, const Conversation& conversation,
               const RecordNames& names);

  // The canonical form of the next change, or any other bytes: what does not
  // decode as a change goes raw.
  void Code(std::string& bytes);

 private:
  void CodeChange(Change& change);
  void CodeHead(Change& change);
  void CodePerson(std::string& person);
  void CodeClock(EditClock& clock);
  void CodePositions(std::vector<Position>& positions);
  void CodePosition(const Position& before, Position& position);
  void CodeRecord(bool creates, RecordId& record);
  void CodeSeqName(RecordId& record, Seq& seq);
  void CodeOps(Change& change);
  void CodeBase(std::size_t positions, std::uint32_t before,
                std::uint32_t& base);
  void CodeOp(const Layout& layout, const Change& change, bool moves, Op& op);

  EntropyCoder& coder_;
  const Conversation& conversation_;
  const RecordNames& names_;
  Memory memory_;
  IdChain ids_;
  RowNames rows_{ids_};
  Steps steps_;
  Change before_;  // without its ops
  Seq named_ = 0;  // the last record that went by a seq
  std::vector<RecordId> records_;
  std::size_t rows_left_ = kDecodedBytesMax;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_CHANGE_CODING_H_
