// A change: one save by one person on one device of one record.

#ifndef CHASQUI_SYNC_CHANGE_H_
#define CHASQUI_SYNC_CHANGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "sync/value.h"

namespace chasqui {

// Steps of a record's work. Numbers reach disk and wire: never change one.
enum class RecordStatus : std::uint8_t {
  kNone = 0,
  kAssigned = 1,
  kDraft = 2,
  kSubmitted = 3,
  kApproved = 4,
  kReturned = 5,
};
std::string_view ToText(RecordStatus status);
RecordStatus ParseRecordStatus(std::string_view text);  // kNone if unknown.

// Numbers reach disk and wire: never change one.
enum class OpKind : std::uint8_t {
  kSet = 1,        // writes `value` to the field at `at`
  kSetStatus = 2,  // moves the record's status from `from` to `to`
  kAddRow = 3,     // adds row `at.row` to repeat `repeat` inside `parent`
  kDeleteRow = 4,  // deletes row `at.row` with all in it
  kDelete = 5,     // deletes the record with all in it
  kRestore = 6,    // brings the record, or row `at.row`, back
  kReview = 7,     // clears the record's marks up to the base
};

// One write of a change. Which members count is said by `kind`; the others
// keep their defaults.
struct Op {
  OpKind kind = OpKind::kSet;
  FieldAddress at;
  Value value;
  RecordStatus from = RecordStatus::kNone;
  RecordStatus to = RecordStatus::kNone;
  std::uint32_t repeat = 0;
  RowId parent;
  // Index into Change::positions of this write's own base, where it is higher
  // than the change's (rules 4). 0 is the change's own.
  std::uint32_t base = 0;

  friend bool operator==(const Op&, const Op&) = default;
};

// When and where an edit was made, as far as the device can tell.
struct EditClock {
  std::uint64_t boot = 0;    // Random per boot. 0: the device cannot tell.
  std::int64_t mono_ms = 0;  // Since that boot, monotonic.
  std::int64_t wall_ms = 0;  // Since 1970 UTC, by the device's own clock.

  friend bool operator==(const EditClock&, const EditClock&) = default;
};

// The order of `ops` is the order they were made in. Applied whole.
struct Change {
  RecordId record;
  bool creates = false;    // The record is made by this change.
  std::uint32_t form = 0;  // Number of the form version it was made with.
  std::string person;      // Who made it, as the survey names them.
  // positions[0] is the change's base, the lowest of all; {kNone, 0} if the
  // author had seen nothing. Further ones are the bases of ops that have a
  // higher one. Never empty.
  std::vector<Position> positions = {Position{}};
  EditClock clock;
  // Random, kSaltBytes of it, where an answer is personal; else empty. So that
  // h, which outlives the answer, cannot tell who guesses that they guessed
  // right. The log has it not.
  std::string salt;
  std::vector<Op> ops;

  friend bool operator==(const Change&, const Change&) = default;
};

// Limits on one change, enforced by DecodeChange.
inline constexpr std::size_t kChangeOpsMax = 10'000;
inline constexpr std::size_t kChangePositionsMax = 64;
inline constexpr std::size_t kPersonBytesMax = 64;
inline constexpr std::size_t kSaltBytes = 12;
// Of its canonical form. A device of ours refuses a larger one at save; one
// that another sends is quarantined as it came.
inline constexpr std::size_t kChangeBytesMax = std::size_t{240} << 10;
inline constexpr std::size_t kBatchChangesMax = 1000;

// The canonical form of a change (grammar in change.cc): what the chain's
// hash is taken over, what rows carry on the wire, what the log keeps.
// Deterministic: one change has one spelling.
//
// REQUIRES: `change` is within the limits; its clock tells no mono_ms without a
// boot; its salt is as long as one is.
std::string EncodeChange(const Change& change);

// The inverse. InvalidArgument, with what, where and the limit, for anything
// that EncodeChange does not produce; never crashes, whatever the bytes. A
// sealed answer is refused: whoever sends has none.
absl::StatusOr<Change> DecodeChange(std::string_view bytes);
// The same, of what was sealed here.
absl::StatusOr<Change> DecodeSealedChange(std::string_view bytes);

// h(0): where the chain of `device` in `survey` begins.
ChainHash ChainStart(std::string_view survey, std::string_view device);
// h(n) from h(n-1) and the bytes of change n as sent. Bytes that do not
// decode are chained all the same: the change took its number.
ChainHash ChainNext(const ChainHash& before, std::string_view change_bytes);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_CHANGE_H_
