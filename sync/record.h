// A record as the log has made it: each field with its live writes.

#ifndef CHASQUI_SYNC_RECORD_H_
#define CHASQUI_SYNC_RECORD_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "sync/change.h"
#include "sync/config.h"
#include "sync/entry.h"
#include "sync/ids.h"
#include "sync/outcome.h"
#include "sync/value.h"

namespace chasqui {

// A write that no later one has seen. Who made it, where and when is kept once
// per change, under the same seq (EntryInfo).
struct LiveWrite {
  Seq seq = 0;
  Value value;

  friend bool operator==(const LiveWrite&, const LiveWrite&) = default;
};

// At most this many writes stay live in a field; and deletes in a record or
// row. Beyond it the one the policy likes least goes to history.
inline constexpr std::size_t kLiveWritesMax = 4;
inline constexpr std::size_t kLiveDeletesMax = 16;
inline constexpr std::size_t kRowsMax = 10'000;  // of one record
inline constexpr std::size_t kMarksMax = 32;     // of one record

// INVARIANT: `live` is not empty; in the order of rules 4; `shown` is the
// index of the write its policy shows.
struct FieldState {
  std::uint32_t field = 0;
  std::uint32_t choice = 0;
  std::uint8_t shown = 0;
  absl::InlinedVector<LiveWrite, 1> live;

  const Value& value() const { return live[shown].value; }
  // The latest change to the field: what a pull goes by.
  Seq seq() const {
    Seq latest = 0;
    for (const LiveWrite& write : live) {
      if (write.seq > latest) latest = write.seq;
    }
    return latest;
  }
  // Two live writes of different value.
  bool IsConflict() const;

  friend bool operator==(const FieldState&, const FieldState&) = default;
};

// A delete that no later write has seen. `base` is what its author had seen.
struct LiveDelete {
  Seq seq = 0;
  Seq base = 0;

  friend bool operator==(const LiveDelete&, const LiveDelete&) = default;
};

// What rows and records have in common: something that exists, holds fields
// and can be deleted. `fields` is sorted by (field, choice) and begins with
// the existence field; only that which was erased before it came to be has
// none.
struct Holder {
  std::vector<FieldState> fields;
  std::vector<LiveDelete> deletes;
  bool gone = false;  // deleted, and nothing in it unseen (rules 5)
  // Of a row: the last change to it. Of a record: the last change to anything
  // in it, where its feeds have it.
  Seq latest = 0;
  Seq came_back = 0;  // when it was last brought back from a delete

  const FieldState* Find(std::uint32_t field, std::uint32_t choice = 0) const;
  // Creates it, with no live write, if missing.
  FieldState& At(std::uint32_t field, std::uint32_t choice = 0);
};

struct Row : Holder {
  RowId id;
  RowId parent;  // none: directly in the record
  std::uint32_t repeat = 0;
};

// A feed that devices follow. Numbers reach disk and wire.
enum class BucketKind : std::uint8_t { kArea = 1, kPerson = 2 };
struct Bucket {
  BucketKind kind = BucketKind::kArea;
  std::string name;  // of the area or person

  friend auto operator<=>(const Bucket&, const Bucket&) = default;
  friend bool operator==(const Bucket&, const Bucket&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Bucket& b) {
    return H::combine(std::move(h), b.kind, b.name);
  }
};
// "area/CODE" or "person/NAME".
std::string ToText(const Bucket& bucket);

// The record is, or was, in `bucket`. Its one entry in that bucket's feed is
// at the record's `latest`, or, once it left, at `left`.
struct Membership {
  Bucket bucket;
  Seq entered = 0;
  Seq left = 0;  // 0: it is in the bucket

  friend bool operator==(const Membership&, const Membership&) = default;
};

// Why a record needs review, although each answer is decided. Numbers reach
// disk and wire: never change one.
enum class MarkKind : std::uint8_t {
  kPair = 1,       // concurrent writes to two fields that constrain each other
  kApproval = 2,   // approved without having seen this answer
  kOverflow = 3,   // more live writes than stay live: one went to history
  kRelease = 4,    // an answer released after the record was approved
  kUndeleted = 5,  // deleted by someone who had not seen all that is in it
};
struct Mark {
  MarkKind kind = MarkKind::kPair;
  Seq seq = 0;  // of the change that made it
  FieldAddress a;
  FieldAddress b;  // kPair, kApproval: the other field

  friend bool operator==(const Mark&, const Mark&) = default;
};

struct Record : Holder {
  RecordId id;
  // When its personal answers were erased; 0: they were not. It is in no bucket
  // from then on.
  Seq erased = 0;
  std::uint32_t form = 0;  // form version of the last change applied
  Seq created = 0;         // of the change that made it; 0: none ever did
  Seq last_change = 0;     // head of its history (EntryInfo::previous)
  std::uint32_t rows = 0;  // rows ever added and not forgotten
  // Conflicts in it and in its rows: waiting for a person; decided by policy.
  std::uint32_t review_conflicts = 0;
  std::uint32_t decided_conflicts = 0;
  std::vector<Mark> marks;  // by seq; at most kMarksMax, the newest kept
  std::vector<Membership> memberships;
  std::int64_t submitted_ms = 0;  // when the shown `submitted` was made

  RecordStatus status() const;   // shown
  std::string area() const;      // shown; empty: none
  std::string assignee() const;  // shown; empty: none
  // Waiting for a person: conflicts under `review`, or marked needs review.
  std::uint32_t open_conflicts() const {
    return review_conflicts + (marks.empty() ? 0 : 1);
  }
  // Listed among those with conflicts, open or decided.
  bool has_conflicts() const {
    return !gone && (decided_conflicts > 0 || open_conflicts() > 0);
  }
};

// What the log did at one seq.
struct EntryInfo {
  EntryKind kind = EntryKind::kChangeReceived;
  std::int64_t received_ms = 0;

  // kChangeReceived only.
  std::string device;
  std::uint32_t incarnation = 0;
  std::uint64_t number = 0;
  std::string person;
  Role role = Role::kNone;
  TimeInterval time;
  Outcome outcome;
  Seq applied_at = 0;  // this seq, its release's, or 0: not applied
  Seq noticed = 0;     // where its device's own bucket tells of it; 0: nowhere

  // Releases and rejections: the change they are about.
  Seq change = 0;

  // Whatever touched a record.
  RecordId record;
  Seq previous = 0;  // what touched it before; 0: nothing
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_RECORD_H_
