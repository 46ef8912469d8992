// What a device keeps of a survey, and how it is spelled in its store.
//
//   table            key                          value
//   kDevice          "name"                       the device's name
//   kDevice          "link"                       LinkEstimate
//   kDevice          "key", "known key",          see device_keys.h
//                    "server key"
//   kDevice          "starting " head             what opens the starting file
//   of
//                                                 that head: key:32 signer:32;
//                                                 while a part of it is taken
//   kSurvey          survey                       SurveyState
//   kRecord          survey 00 record:16          StoredRecord
//   kChange          survey 00 number:be64        StoredChange
//   kChangeOfRecord  survey 00 record:16 number:be64      nothing
//   kLineage         survey 00 log:be64           a lineage
//   kForm            survey 00 number:be64        a form version
//   kStatistics      survey                       of the newest form version
//   kCarried         hash:16                      see relay.h
//   kReceipt         to:8 hash:16                 see relay.h
//
// Decoding is total: DataLoss for anything that was not encoded here.

#ifndef CHASQUI_CLIENT_LOCAL_STATE_H_
#define CHASQUI_CLIENT_LOCAL_STATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/exchange.h"
#include "sync/change.h"
#include "sync/entry.h"
#include "sync/ids.h"
#include "sync/lineage.h"
#include "sync/outcome.h"
#include "sync/record.h"

namespace chasqui::client {

// A bucket the device follows.
struct FollowedBucket {
  Bucket bucket;
  std::uint32_t id = 0;          // how records name it; never used again
  std::uint32_t generation = 0;  // pulls from zero that have begun
  bool sweep = false;  // drop what is of an older one, on the last page
  Position complete;   // everything up to here has arrived
  // The latest `complete` at which the copy was what the server had: up to
  // where it is a base (rules 4, 9). None while it is known to differ.
  Position agreed;

  friend bool operator==(const FollowedBucket&,
                         const FollowedBucket&) = default;
};

// What was taken of a bucket's starting file and the server was not told of
// yet.
struct StartedBucket {
  Bucket bucket;
  Position at;               // of the file
  std::uint32_t chunks = 0;  // taken
  std::string cursor;        // with the last of them; empty: none had one

  friend bool operator==(const StartedBucket&, const StartedBucket&) = default;
};

struct SurveyState {
  std::string person;
  // End of the device's chain: the last change saved.
  std::uint64_t number = 0;
  ChainHash h;
  std::string cursor;
  LogName log = LogName::kNone;
  Position durable;
  std::uint32_t forms = 0;
  std::vector<FollowedBucket> buckets;
  std::uint32_t last_bucket_id = 0;
  // The server asked for changes that are no longer here: the next batch
  // begins an incarnation without parent.
  bool orphan = false;
  std::vector<StartedBucket> started;  // at most one of each bucket

  friend bool operator==(const SurveyState&, const SurveyState&) = default;
};

// One change of the device's own chain.
//
//   outbox    accepted is none         to be sent
//   held      accepted is a position   kept until durable, and until the copy
//                                      covers it
struct StoredChange {
  std::uint64_t number = 0;
  ChainHash before;
  ChainHash h;
  std::string bytes;
  Position accepted;
  // It was released from quarantine since: at `accepted` or before, which is
  // then no entry about its record.
  bool released = false;
  std::optional<TimeInterval> told;  // with its outcome
  Outcome outcome;

  bool is_held() const { return accepted != Position{}; }
  bool is_quarantined() const {
    return is_held() && outcome.kind == OutcomeKind::kQuarantined;
  }
  // In quarantine, and nobody can let it in any more.
  bool is_refused() const {
    return is_quarantined() &&
           (outcome.rejected ||
            outcome.reason == QuarantineReason::kRecordErased);
  }
};

// That a record is in a bucket, as said in one of its pulls.
struct Following {
  std::uint32_t bucket = 0;
  std::uint32_t generation = 0;
};

// The device's copy of a record. `bytes` is EncodePulled() of the whole record;
// `at` where it was current.
struct StoredRecord {
  Position at;
  bool gone = false;  // a tombstone: bytes has no fields
  std::vector<Following> following;
  std::string bytes;
  // What opens its sealed values, if the device was told: gone with the copy.
  std::string key;
};

std::string SurveyPrefix(std::string_view survey);
std::string RecordKey(std::string_view survey, const RecordId& id);
std::string NumberKey(std::string_view survey, std::uint64_t number);
std::string ChangeOfRecordKey(std::string_view survey, const RecordId& id,
                              std::uint64_t number);
// The number a key of NumberKey or ChangeOfRecordKey ends in.
std::uint64_t NumberOf(std::string_view key);
// The record of a key of RecordKey or ChangeOfRecordKey.
RecordId RecordOf(std::string_view survey, std::string_view key);

std::string EncodeState(const SurveyState& state);
absl::StatusOr<SurveyState> DecodeState(std::string_view bytes);
std::string EncodeStored(const StoredChange& change);
absl::StatusOr<StoredChange> DecodeStoredChange(std::string_view bytes);
std::string EncodeStored(const StoredRecord& record);
absl::StatusOr<StoredRecord> DecodeStoredRecord(std::string_view bytes);
std::string EncodeStatistics(const HeldStatistics& statistics);
absl::StatusOr<HeldStatistics> DecodeStatistics(std::string_view bytes);
std::string EncodeLineage(const Lineage& lineage);
absl::StatusOr<Lineage> DecodeLineage(std::string_view bytes);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_LOCAL_STATE_H_
