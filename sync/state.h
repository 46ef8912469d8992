// The state of a survey, as Apply reads and writes it.

#ifndef CHASQUI_SYNC_STATE_H_
#define CHASQUI_SYNC_STATE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/entry.h"
#include "sync/ids.h"
#include "sync/record.h"
#include "sync/survey.h"

namespace chasqui {

// One branch of a device's chain of changes.
struct Incarnation {
  std::uint32_t parent = 0;        // 0: none
  std::uint64_t branch_point = 0;  // last number shared with the parent
  bool hole = false;               // what came before it is not here
  std::uint64_t end = 0;           // its last number
  ChainHash end_h;

  friend bool operator==(const Incarnation&, const Incarnation&) = default;
};

// A device has at most this many; the changes of further branches share one
// more and are quarantined.
inline constexpr std::size_t kIncarnationsMax = 100;

// incarnations[i] is incarnation i + 1.
struct Device {
  std::string name;
  std::vector<Incarnation> incarnations;
  Seq latest = 0;            // its last change, whichever the incarnation
  std::uint64_t in_gap = 0;  // changes that wait for what came before (gap.h)
};

// The incarnation of a change in gap: it has no place in a chain.
inline constexpr std::uint32_t kInGap = 0;

// One change in a device's chain: found by (device, number).
struct ChainLink {
  std::uint32_t incarnation = 0;
  ChainHash h;
  Seq seq = 0;

  friend bool operator==(const ChainLink&, const ChainLink&) = default;
};

// A record's one live entry in a bucket's feed.
struct FeedEntry {
  RecordId record;
  bool left = false;
  // Of the record as it is after the transaction that put the entry. Whoever
  // keeps the state computes it, once a transaction; none of one that left.
  ContentHash content;

  friend bool operator==(const FeedEntry&, const FeedEntry&) = default;
};

// A change in quarantine, and which record waits with it.
struct Held {
  QuarantineReason reason = QuarantineReason::kNone;
  RecordId record;  // none where the change did not decode

  friend bool operator==(const Held&, const Held&) = default;
};

// Everything Apply may read and write. Reads see the writes made before, in
// this transaction too. Pointers stay good until the transaction ends.
//
// Errors are those of the store (DataLoss, Unavailable): Apply passes them on,
// and the transaction must then be abandoned.
//
// Thread-compatible: one thread at a time.
class State {
 public:
  virtual ~State() = default;

  // What the administrative entries made; always in memory.
  virtual Survey& survey() = 0;

  // Nullptr if there is none. Edit marks it to be written.
  virtual absl::StatusOr<const Record*> FindRecord(const RecordId& id) = 0;
  virtual absl::StatusOr<Record*> EditRecord(const RecordId& id) = 0;
  // REQUIRES: there is none.
  virtual Record* AddRecord(const RecordId& id) = 0;

  virtual absl::StatusOr<const Row*> FindRow(const RecordId& record,
                                             const RowId& row) = 0;
  virtual absl::StatusOr<Row*> EditRow(const RecordId& record,
                                       const RowId& row) = 0;
  virtual Row* AddRow(const RecordId& record, const RowId& row) = 0;
  // All of the record's rows, by id, gone ones too.
  virtual absl::StatusOr<std::vector<RowId>> RowsOf(const RecordId& record) = 0;

  virtual absl::StatusOr<const EntryInfo*> FindEntry(Seq seq) = 0;
  virtual absl::StatusOr<EntryInfo*> EditEntry(Seq seq) = 0;
  virtual EntryInfo* AddEntry(Seq seq) = 0;
  // The change received at `seq` as the log has it.
  virtual absl::StatusOr<ChangeReceived> ReadChange(Seq seq) = 0;

  virtual absl::StatusOr<const Device*> FindDevice(std::string_view name) = 0;
  // Creates it if missing.
  virtual absl::StatusOr<Device*> EditDevice(std::string_view name) = 0;
  virtual absl::StatusOr<std::vector<ChainLink>> Links(
      std::string_view device, std::uint64_t number) = 0;
  virtual void AddLink(std::string_view device, std::uint64_t number,
                       const ChainLink& link) = 0;
  // Puts `link` in place of the one with the same h. DataLoss if there is none.
  virtual absl::Status MoveLink(std::string_view device, std::uint64_t number,
                                const ChainLink& link) = 0;

  // Seqs of the device's changes in gap right behind the one whose hash is
  // `before`, ascending.
  virtual absl::StatusOr<std::vector<Seq>> GapAfter(
      std::string_view device, const ChainHash& before) = 0;
  virtual absl::Status PutGap(std::string_view device, const ChainHash& before,
                              Seq change) = 0;
  virtual absl::Status EraseGap(std::string_view device,
                                const ChainHash& before, Seq change) = 0;

  virtual void PutFeed(const Bucket& bucket, Seq seq,
                       const FeedEntry& entry) = 0;
  virtual void EraseFeed(const Bucket& bucket, Seq seq) = 0;
  // A device's own bucket: at `at`, the outcome of `change` became another.
  virtual void PutNotice(std::string_view device, Seq at, Seq change) = 0;
  virtual void EraseNotice(std::string_view device, Seq at, Seq change) = 0;

  virtual absl::StatusOr<const Held*> FindHeld(Seq change) = 0;
  virtual void PutHeld(Seq change, const Held& held) = 0;
  virtual absl::Status EraseHeld(Seq change) = 0;
  // Seqs of the changes held that are about `record`, ascending.
  virtual absl::StatusOr<std::vector<Seq>> HeldFor(const RecordId& record) = 0;

  // Whether `record` is listed among those with conflicts.
  virtual void SetConflicted(const RecordId& record, bool conflicted) = 0;

  // Counters start at 0 and are forgotten when they are 0 again.
  virtual void Count(std::string_view counter, std::int64_t delta) = 0;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_STATE_H_
