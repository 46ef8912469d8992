// One bucket's records by the words of their elements, for reconciliation: what
// a server answers a device's questions from.
//
//   index(seq)  =  the live entries of the bucket's feed, as of seq
//
// Made from the feed alone: no record is read. It follows the log by what the
// feed has past its seq.

#ifndef CHASQUI_SYNC_BUCKET_INDEX_H_
#define CHASQUI_SYNC_BUCKET_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "sync/digest.h"
#include "sync/ids.h"
#include "sync/reader.h"
#include "sync/reconcile/coded_symbols.h"
#include "sync/reconcile/reconciliation.h"
#include "sync/reconcile/words.h"

namespace chasqui {

// The word of a record in a bucket.
inline reconcile::Word WordOfElement(absl::uint128 element) {
  return reconcile::WordOf(absl::Uint128Low64(element));
}

// Thread-compatible. Some 90 bytes a record.
class BucketIndex {
 public:
  // Of `bucket` in the survey of that name, under the log's name `log`. Empty,
  // at seq 0.
  BucketIndex(std::string_view survey, LogName log, const Bucket& bucket);

  LogName log() const { return log_; }
  // As of when.
  Seq seq() const { return seq_; }
  std::size_t records() const { return by_word_.size(); }

  // Brings it to `reader`'s head. REQUIRES: that is under the name log(), and
  // not before seq(). After an error it is empty, at seq 0.
  absl::Status Advance(const Reader& reader);

  // REQUIRES: question.range.IsValid(); from + count <= kSymbolsMax; of a range
  // asked for its parts, IsDivisible().
  reconcile::Answer AnswerTo(const reconcile::Question& question);

  // The records whose word has that name: none, one, or, by accident or craft,
  // several.
  std::vector<RecordId> Named(std::uint32_t name) const;

  // Visits the records in `range` whose words are greater than `after` (0: all
  // of them), in the order of their words, until `visit` returns false.
  using Visit =
      absl::FunctionRef<bool(reconcile::Word word, const RecordId& record)>;
  void VisitRange(const reconcile::WordRange& range, reconcile::Word after,
                  Visit visit) const;

 private:
  // The first symbols of all and of each part, kept up to date, and how many
  // words each part has. Symbol 0 is the sum of all words.
  struct Kept {
    reconcile::CodedSymbols all{reconcile::kSymbolsMax};
    std::vector<reconcile::CodedSymbols> parts{
        reconcile::kRangeParts,
        reconcile::CodedSymbols(reconcile::kSymbolsMax)};
    std::array<std::uint64_t, reconcile::kRangeParts> words{};

    void Add(reconcile::Word word);
    void Remove(reconcile::Word word);
  };
  using Placed = std::pair<reconcile::Word, RecordId>;

  absl::Status Follow(const Reader& reader);
  void Enter(const RecordId& record, const ContentHash& content);
  void Leave(const RecordId& record);
  // Makes what is kept, if the bucket is large enough. Null if not.
  const Kept* KeptOfAll();
  // By what is kept of the range and its parts, or by a walk through it.
  static void AnswerFrom(const Kept& kept, const reconcile::Question& question,
                         reconcile::Answer& answer);
  void AnswerByWalk(const reconcile::Question& question,
                    reconcile::Answer& answer) const;
  void Clear();

  const LogName log_;
  const Bucket bucket_;
  const DigestKey key_;
  Seq seq_ = 0;
  absl::btree_set<Placed> by_word_;
  absl::flat_hash_map<RecordId, reconcile::Word> word_of_;
  std::unique_ptr<Kept> kept_;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_BUCKET_INDEX_H_
