// Corrections of single answers: what a device sends most often.

#ifndef CHASQUI_TESTS_BENCHMARKS_WIRE_EDITS_H_
#define CHASQUI_TESTS_BENCHMARKS_WIRE_EDITS_H_

#include <cstddef>
#include <map>
#include <optional>

#include "sync/wire/conversation.h"
#include "tests/benchmarks/wire_records.h"

namespace chasqui::benchmarks {

// Records of which the server has the creation, by its seq.
class CreatedRecords : public wire::RecordNames {
 public:
  void Add(const RecordId& id, Seq seq) {
    seqs_[id] = seq;
    ids_[seq] = id;
  }
  std::optional<Seq> SeqOf(const RecordId& id) const override;
  std::optional<RecordId> RecordAt(Seq seq) const override;

 private:
  std::map<RecordId, Seq> seqs_;
  std::map<Seq, RecordId> ids_;
};

inline constexpr std::size_t kBulkEdits = 1000;

struct WireEdits {
  CreatedRecords names;
  wire::Conversation conversation;
  std::vector<Change> changes;
  std::vector<std::string> rows;
};

// So many records of all areas, in no order, each given the answer that another
// school of its area gave to one question of a number or a choice; or, with
// `texts`, of a text. Fewer if there are not so many records.
WireEdits MakeWireEdits(const WireRecords& records, const WireForm& form,
                        bool texts);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_WIRE_EDITS_H_
