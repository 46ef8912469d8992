// A large survey's feeds, of records made from their numbers.

#ifndef CHASQUI_TESTS_BENCHMARKS_REPAIR_CENSUS_FEED_H_
#define CHASQUI_TESTS_BENCHMARKS_REPAIR_CENSUS_FEED_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sync/reader.h"

namespace chasqui::benchmarks {

// A reader of a survey of which there are the feeds, and the records in them:
// what reconciliation reads. Anything else is Unimplemented.
//
// Record n is in bucket n mod buckets, and at seq n + 1 in the log.
class CensusFeed final : public Reader {
 public:
  CensusFeed(std::size_t records, std::size_t buckets);

  std::size_t records() const { return contents_.size(); }
  const std::vector<Bucket>& buckets() const { return buckets_; }
  const Bucket& BucketOf(std::size_t number) const {
    return buckets_[number % buckets_.size()];
  }
  static RecordId IdOf(std::size_t number);
  // As the record is at `seq`.
  static Record RecordAt(std::size_t number, const Bucket& bucket, Seq seq);
  const ContentHash& ContentOf(std::size_t number) const {
    return contents_[number];
  }

  const Survey& survey() const override { return survey_; }
  absl::StatusOr<std::optional<Record>> FindRecord(
      const RecordId& id) const override;
  absl::StatusOr<std::vector<Row>> RowsOf(const RecordId&) const override;
  absl::StatusOr<std::vector<FeedItem>> Feed(const Bucket& bucket, Seq after,
                                             std::size_t limit) const override;
  absl::StatusOr<BucketDigest> DigestOf(const Bucket& bucket) const override;

  absl::StatusOr<std::optional<EntryInfo>> FindEntry(Seq) const override;
  absl::StatusOr<LogEntry> ReadLog(Seq) const override;
  absl::StatusOr<std::vector<std::pair<Seq, Seq>>> Notices(
      std::string_view, Seq, std::size_t) const override;
  absl::StatusOr<std::optional<Device>> FindDevice(
      std::string_view) const override;
  absl::StatusOr<std::vector<Device>> Devices() const override;
  absl::StatusOr<std::vector<ChainLink>> Links(std::string_view,
                                               std::uint64_t) const override;
  absl::StatusOr<std::optional<Held>> FindHeld(Seq) const override;
  absl::StatusOr<std::vector<Seq>> HeldFor(const RecordId&) const override;
  absl::StatusOr<std::vector<std::pair<Seq, Held>>> HeldAfter(
      Seq, std::size_t) const override;
  absl::StatusOr<std::vector<Record>> Records(const RecordId&,
                                              std::size_t) const override;
  absl::StatusOr<std::vector<RecordId>> Conflicted(const RecordId&,
                                                   std::size_t) const override;
  absl::StatusOr<std::int64_t> Counter(std::string_view) const override;
  absl::StatusOr<Outcome> IfReleased(Seq, std::string_view) const override;
  absl::StatusOr<std::vector<std::pair<std::string, std::int64_t>>> Counters(
      std::string_view) const override;

 private:
  std::size_t PlaceOf(const Bucket& bucket) const;

  Survey survey_;
  std::vector<Bucket> buckets_;
  std::vector<ContentHash> contents_;  // by number
  std::vector<BucketDigest> digests_;  // of each bucket
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_REPAIR_CENSUS_FEED_H_
