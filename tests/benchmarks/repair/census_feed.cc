#include "tests/benchmarks/repair/census_feed.h"

#include <algorithm>

#include "sync/base/check.h"
#include "sync/page.h"
#include "sync/reconcile/words.h"

namespace chasqui::benchmarks {
namespace {

constexpr LogName kCensusLog{0x5e7};

absl::Status NotInAFeed() {
  return absl::UnimplementedError("a census feed has feeds and records");
}

}  // namespace

CensusFeed::CensusFeed(std::size_t records, std::size_t buckets) {
  survey_.name = "census";
  survey_.head = records;
  survey_.lineage = {{kCensusLog, 1}};
  std::vector<DigestKey> keys;
  for (std::size_t i = 0; i < buckets; ++i) {
    buckets_.push_back({BucketKind::kArea, "LGA-" + std::to_string(100 + i)});
    keys.emplace_back(survey_.name, kCensusLog, buckets_.back());
  }
  digests_.resize(buckets);
  contents_.reserve(records);
  for (std::size_t i = 0; i < records; ++i) {
    contents_.push_back(
        HashContent(EncodeWhole(RecordAt(i, BucketOf(i), i + 1), {})));
    digests_[i % buckets].Add(keys[i % buckets].ElementOf(contents_[i]));
  }
}

// The number stands at its end: so the number can be told from the id.
RecordId CensusFeed::IdOf(std::size_t number) {
  RecordId id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(reconcile::Mixed(number) >> 8 * i);
    id.bytes[8 + i] = static_cast<std::uint8_t>(number >> 8 * i);
  }
  return id;
}

Record CensusFeed::RecordAt(std::size_t number, const Bucket& bucket, Seq seq) {
  Record record;
  record.id = IdOf(number);
  record.latest = seq;
  record.form = 1;
  record.memberships = {{bucket, 1, 0}};
  record.At(kExistenceField).live.push_back({1, Value::Answered()});
  record.At(kAreaField).live.push_back({1, Value::Text(bucket.name)});
  record.At(kFirstFormField)
      .live.push_back({seq, Value::Integer(static_cast<std::int64_t>(seq))});
  return record;
}

std::size_t CensusFeed::PlaceOf(const Bucket& bucket) const {
  const auto at = std::find(buckets_.begin(), buckets_.end(), bucket);
  CHECK(at != buckets_.end());
  return static_cast<std::size_t>(at - buckets_.begin());
}

absl::StatusOr<std::optional<Record>> CensusFeed::FindRecord(
    const RecordId& id) const {
  std::size_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8 | id.bytes[8 + i];
  if (number >= records()) return std::nullopt;
  return RecordAt(number, BucketOf(number), number + 1);
}

absl::StatusOr<std::vector<Row>> CensusFeed::RowsOf(const RecordId&) const {
  return std::vector<Row>();
}

absl::StatusOr<std::vector<FeedItem>> CensusFeed::Feed(
    const Bucket& bucket, Seq after, std::size_t limit) const {
  std::vector<FeedItem> items;
  // Of the numbers of this bucket the first whose seq, one more, is past it.
  std::size_t number = PlaceOf(bucket);
  const std::size_t step = buckets_.size();
  if (after > number) number += (after - number + step - 1) / step * step;
  for (; number < records() && items.size() < limit; number += step) {
    items.push_back({number + 1, {IdOf(number), false, contents_[number]}});
  }
  return items;
}

absl::StatusOr<BucketDigest> CensusFeed::DigestOf(const Bucket& bucket) const {
  return digests_[PlaceOf(bucket)];
}

absl::StatusOr<std::optional<EntryInfo>> CensusFeed::FindEntry(Seq) const {
  return NotInAFeed();
}
absl::StatusOr<LogEntry> CensusFeed::ReadLog(Seq) const { return NotInAFeed(); }
absl::StatusOr<std::vector<std::pair<Seq, Seq>>> CensusFeed::Notices(
    std::string_view, Seq, std::size_t) const {
  return NotInAFeed();
}
absl::StatusOr<std::optional<Device>> CensusFeed::FindDevice(
    std::string_view) const {
  return NotInAFeed();
}
absl::StatusOr<std::vector<Device>> CensusFeed::Devices() const {
  return NotInAFeed();
}
absl::StatusOr<std::vector<ChainLink>> CensusFeed::Links(std::string_view,
                                                         std::uint64_t) const {
  return NotInAFeed();
}
absl::StatusOr<std::optional<Held>> CensusFeed::FindHeld(Seq) const {
  return NotInAFeed();
}
absl::StatusOr<std::vector<Seq>> CensusFeed::HeldFor(const RecordId&) const {
  return NotInAFeed();
}
absl::StatusOr<std::vector<std::pair<Seq, Held>>> CensusFeed::HeldAfter(
    Seq, std::size_t) const {
  return NotInAFeed();
}
absl::StatusOr<std::vector<Record>> CensusFeed::Records(const RecordId&,
                                                        std::size_t) const {
  return NotInAFeed();
}
absl::StatusOr<std::vector<RecordId>> CensusFeed::Conflicted(
    const RecordId&, std::size_t) const {
  return NotInAFeed();
}
absl::StatusOr<std::int64_t> CensusFeed::Counter(std::string_view) const {
  return NotInAFeed();
}
absl::StatusOr<std::vector<std::pair<std::string, std::int64_t>>>
CensusFeed::Counters(std::string_view) const {
  return NotInAFeed();
}

absl::StatusOr<Outcome> CensusFeed::IfReleased(Seq, std::string_view) const {
  return NotInAFeed();
}

}  // namespace chasqui::benchmarks
