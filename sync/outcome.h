// What became of a change.

#ifndef CHASQUI_SYNC_OUTCOME_H_
#define CHASQUI_SYNC_OUTCOME_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "sync/config.h"
#include "sync/ids.h"

namespace chasqui {

// In order of gravity: a change's own outcome is the gravest of its fields'.
// Numbers reach disk and wire: never change one.
enum class OutcomeKind : std::uint8_t {
  kNone = 0,
  kApplied = 1,      // the only live write
  kMerged = 2,       // others are live beside it; this one is shown
  kSuperseded = 3,   // another is shown, or it went to history
  kReview = 4,       // live under `review`: a person decides
  kQuarantined = 5,  // the whole change waits for a person, see the reason
};
std::string_view ToText(OutcomeKind kind);

// Why a change is in quarantine. Numbers reach disk and wire: never change
// one.
enum class QuarantineReason : std::uint8_t {
  kNone = 0,
  kUnreadable = 1,        // its bytes do not decode
  kOversized = 2,         // over what one change may have
  kUnknownForm = 3,       // its form version was never published
  kUnknownField = 4,      // a field, row or choice the survey does not have
  kWrongType = 5,         // a value of another type than the field's
  kUnknownPerson = 6,     // nobody, or no longer, of this survey
  kOutOfScope = 7,        // the record was not, or no longer, the author's
  kFromTheFuture = 8,     // a base this log never gave
  kForbiddenStep = 9,     // a status step its author's role does not have
  kAfterApproval = 10,    // an answer by someone who had seen the approval
  kAwaitsCreation = 11,   // the record's creation has not been applied
  kTooManyBranches = 12,  // more incarnations than a device may have
  kSurveyClosed = 13,
  kSystemField = 14,   // area or assignee, by an answer
  kRowLimit = 15,      // more rows, deletes or writes than one record has
  kGap = 16,           // what came before it in its chain has not arrived
  kDeviceLocked = 17,  // it came from a device that was locked
  kOtherPerson = 18,   // its author is not the person whose the device is
  // Its record is erased: nothing comes to it any more, whoever decides.
  kRecordErased = 19,
};
inline constexpr QuarantineReason kLastReason = QuarantineReason::kRecordErased;
std::string_view ToText(QuarantineReason reason);

struct FieldOutcome {
  FieldAddress at;
  OutcomeKind kind = OutcomeKind::kNone;
  Policy policy = Policy::kDefault;  // by which it was decided
  Seq by = 0;                        // kSuperseded: the write shown instead
  bool uncertain = false;  // decided by time, and the intervals overlap
  bool history = false;    // no longer live: it can only be found in history

  friend bool operator==(const FieldOutcome&, const FieldOutcome&) = default;
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kNone;
  QuarantineReason reason = QuarantineReason::kNone;
  bool rejected = false;  // out of quarantine, by a person, for good
  // Only the fields whose outcome is not kApplied, by address.
  std::vector<FieldOutcome> fields;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_OUTCOME_H_
