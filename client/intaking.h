// Taking in the server's part of an exchange, in one transaction.

#ifndef CHASQUI_CLIENT_INTAKING_H_
#define CHASQUI_CLIENT_INTAKING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/local_survey.h"

namespace chasqui::client {

// Works on copies of what it touches; Commit() writes them all, or nothing.
// Lives for one response.
class Intaking {
 public:
  Intaking(LocalSurvey& survey, const SurveyRequest& sent,
           const SurveyNews& news)
      : survey_(survey), sent_(sent), news_(news), state_(survey.state_) {}

  absl::Status Run();

  // Whether the server took fewer changes than it could, so that the same
  // should be sent again at once.
  bool resend() const { return resend_; }

 private:
  // Whether the news goes on from the cursor that was sent. Refused for another
  // reason, the pull goes on where it was.
  bool pulled() const {
    return sent_.pull && news_.error.ok() && !news_.unreadable;
  }

  absl::Status Load();
  // A new log name: keep its lineage, and hold void what was acknowledged
  // beyond what both logs share (rules 3).
  absl::Status TakeLineage();
  absl::Status TakeOutcomes(const BatchAnswer& answer);
  // The server does not know the h before the batch: find the last change both
  // share.
  void TakeGap(const BatchAnswer& answer);
  void SendFrom(std::uint64_t number);
  absl::Status TakeBucket(const BucketNews& news);
  // Everything in the bucket has arrived up to `at`.
  absl::Status Completed(FollowedBucket& followed, const Position& at);
  // That far its starting file was taken (starting_taking.cc).
  absl::Status NoteStarted(const StartingPart& part);
  // A request without a cursor: of which buckets there were, the server has not
  // been told. What it does not name by the last page is lost.
  void DoubtBuckets();
  bool IsLost(const FollowedBucket& followed) const;
  absl::Status DropLost();
  absl::Status TakeItem(const NewsItem& item, const FollowedBucket& followed);
  absl::Status Leave(const RecordId& id, std::uint32_t bucket);
  // Drops, of all records, what `bucket` no longer confirms: all of it, or what
  // is older than `generation`.
  absl::Status Sweep(std::uint32_t bucket, std::uint32_t generation);
  void TakeNotice(const Notice& notice);
  absl::Status Forget();
  absl::Status Commit();

  absl::StatusOr<std::optional<StoredRecord>*> Copy(const RecordId& id);
  bool HasUnacknowledged(const RecordId& id) const;

  LocalSurvey& survey_;
  const SurveyRequest& sent_;
  const SurveyNews& news_;
  SurveyState state_;
  Lineage lineage_;
  std::vector<std::string> old_lineages_;          // keys in the store to erase
  std::map<std::uint64_t, StoredChange> changes_;  // all that are kept
  std::map<std::uint64_t, RecordId> record_of_;
  std::set<std::uint64_t> edited_;     // changes to be written
  std::set<std::uint64_t> forgotten_;  // changes to be erased
  std::map<RecordId, std::optional<StoredRecord>> copies_;
  bool resend_ = false;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_INTAKING_H_
