// Repair of a device's copy of its scope, bucket by bucket (rules 9): what the
// device asks, and what a server answers from one snapshot.
//
//   the scope's digest differs        (Pulled::digest)
//     of each bucket: my digest is …  kSymbols, with `digest`: symbols, if it
//                                     is another here
//     more symbols; sums of parts     kSymbols, kParts: where it differs
//     these records; this range       kRecords, kWhole: what differs, whole
//
// Answers are given only beside the last page of a pull: then the device's copy
// is as late as the snapshot, and what differs is not merely on its way.

#ifndef CHASQUI_SYNC_REPAIR_H_
#define CHASQUI_SYNC_REPAIR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/bucket_index.h"
#include "sync/ids.h"
#include "sync/intake.h"
#include "sync/page.h"
#include "sync/reader.h"
#include "sync/reconcile/reconciliation.h"
#include "sync/reconcile/words.h"

namespace chasqui {

// Numbers reach the wire: never change one.
enum class RepairAsked : std::uint8_t {
  kSymbols = 1,
  kParts = 2,
  kRecords = 3,  // by the names of their words
  kWhole = 4,    // all of the range
};

struct RepairQuestion {
  Bucket bucket;
  RepairAsked asked = RepairAsked::kSymbols;
  reconcile::WordRange range;
  std::uint32_t from = 0;   // kSymbols: of these the first,
  std::uint32_t count = 0;  // and how many
  // The device's digest of the bucket: if it is the server's, that is the
  // answer. With the first question on a bucket.
  std::optional<absl::uint128> digest;
  // RepairAnswer::at of the answers before on the bucket; 0: there are none.
  std::uint64_t at = 0;
  std::vector<std::uint32_t> names;  // kRecords
  reconcile::Word after = 0;         // kWhole: words up to here have come
};

// At most so many questions are put at once, and so many names in one.
inline constexpr std::size_t kRepairQuestionsMax = 256;
inline constexpr std::size_t kRepairNamesMax = 4'096;

struct RepairAnswer {
  Bucket bucket;
  RepairAsked asked = RepairAsked::kSymbols;
  bool equal = false;  // the digests are: there is nothing more to say
  // What the bucket is, unless it is equal: the low half of its digest. If it
  // is not that of the question, it has moved on, and nothing else is answered:
  // ask anew.
  std::uint64_t at = 0;
  reconcile::Answer answer;  // kSymbols, kParts: with its range
  // kRecords: so many of the names have been dealt with, in their order. The
  // records are in Repaired::records.
  std::uint32_t served = 0;
  // kWhole: words up to here have been dealt with, or, if `done`, all.
  reconcile::Word upto = 0;
  bool done = false;
};

// Whole records that are to take the place of what the device has of them.
struct RepairPage {
  Bucket bucket;
  std::vector<PulledRecord> records;
};

struct Repaired {
  std::vector<RepairAnswer> answers;  // to the first few, in their order
  std::vector<RepairPage> pages;      // one a bucket
  // Records that are not what their feed says, as this server has them: they
  // were damaged here, and are not sent.
  std::vector<RecordId> damaged;
};

// Calls `use` with an index of `bucket` as of the reader's head, and returns
// what that does. Whoever keeps indexes says how.
using UseIndex = absl::FunctionRef<absl::Status(
    const Bucket& bucket, absl::FunctionRef<absl::Status(BucketIndex&)> use)>;

// InvalidArgument for what no device of ours asks: too much of something, a
// range that is none, the same twice.
absl::Status CheckRepair(const std::vector<RepairQuestion>& questions);

// Answers `questions` about buckets of `scope` (sorted), as many as about
// `bytes_max` of records allow, at least one. Those about other buckets get no
// answer. REQUIRES: CheckRepair(questions).
absl::StatusOr<Repaired> Repair(const Reader& reader,
                                const std::vector<Bucket>& scope,
                                const std::vector<RepairQuestion>& questions,
                                UseIndex use_index, std::size_t bytes_max);

// The last change that the log has of `device`, in whichever incarnation: what
// a device that lost its store goes on after. Nullopt if there is none.
absl::StatusOr<std::optional<ChainEnd>> LastChangeOf(const Reader& reader,
                                                     const std::string& device);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_REPAIR_H_
