#include "sync/pull.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui {
namespace {

constexpr std::size_t kFeedRead = 128;
// More than one entry can make: a change has kChangeOpsMax writes, and each
// tells fewer than kLiveWritesMax others.
constexpr std::size_t kNoticesRead = kChangeOpsMax * kLiveWritesMax + 1;

const Membership* MembershipIn(const Record& record, const Bucket& bucket) {
  for (const Membership& member : record.memberships) {
    if (member.bucket == bucket) return &member;
  }
  return nullptr;
}

// One pull: spends what the limits allow, bucket by bucket.
class Puller {
 public:
  Puller(const Reader& reader, const std::vector<ToldLineage>& told,
         const PullTerms& terms)
      : reader_(reader), told_(told), terms_(terms) {}

  absl::Status PullBucket(const Bucket& bucket, BucketCursor at,
                          Pulled& pulled);
  absl::Status PullNotices(const std::string& device, const Position& from,
                           Pulled& pulled);
  // As if everything had arrived: the comparison says what has not.
  void JumpToHead(const Bucket& bucket, Pulled& pulled);

  Seq Counts(const Position& position) const {
    const Survey& survey = reader_.survey();
    return CountsAs(position, survey.lineage, survey.head, told_);
  }
  // A position counts as less than it was: what lies beyond was cut off.
  bool IsCut(const Position& position) const {
    return Counts(position) < position.seq;
  }
  Position Here(Seq seq) const {
    return {PresentName(reader_.survey().lineage), seq};
  }

 private:
  bool Spent() const {
    return items_ >= terms_.items_max || bytes_ >= terms_.bytes_max;
  }
  absl::StatusOr<Notice> NoticeOf(const std::string& device, Seq change);
  absl::StatusOr<PageItem> ItemOf(const Bucket& bucket, const FeedItem& entry,
                                  Seq complete);

  const Reader& reader_;
  const std::vector<ToldLineage>& told_;
  const PullTerms& terms_;
  std::size_t items_ = 0;
  std::size_t bytes_ = 0;
};

absl::StatusOr<PageItem> Puller::ItemOf(const Bucket& bucket,
                                        const FeedItem& entry, Seq complete) {
  PageItem item;
  item.left = entry.entry.left;
  item.record.id = entry.entry.record;
  item.record.seq = entry.seq;
  if (item.left) return item;
  ASSIGN_OR_RETURN(std::optional<Record> record,
                   reader_.FindRecord(entry.entry.record));
  const Membership* const found =
      record.has_value() ? MembershipIn(*record, bucket) : nullptr;
  if (found == nullptr) {
    return absl::DataLossError(StrCat("state: feed ", ToText(bucket), " at ",
                                      entry.seq, " names a record not in it"));
  }
  std::vector<Row> rows;
  if (record->rows > 0 && !record->gone) {
    ASSIGN_OR_RETURN(rows, reader_.RowsOf(record->id));
  }
  const Membership member = *found;
  item.record = Newer(*std::move(record), rows, member, complete);
  return item;
}

absl::Status Puller::PullBucket(const Bucket& bucket, BucketCursor at,
                                Pulled& pulled) {
  const Seq head = reader_.head();
  BucketPage page;
  page.bucket = bucket;
  const Position before = at.complete;
  if (IsCut(at.page_head)) at.page = at.page_head = {};
  page.restarts = at.complete == Position{} && at.page == Position{};
  const Seq complete = Counts(at.complete);
  const Seq start = std::max(complete, Counts(at.page));
  Seq from = start;
  while (!page.last && !Spent()) {
    ASSIGN_OR_RETURN(const std::vector<FeedItem> entries,
                     reader_.Feed(bucket, from, kFeedRead));
    page.last = entries.size() < kFeedRead;
    for (const FeedItem& entry : entries) {
      if (Spent()) {
        page.last = false;
        break;
      }
      ASSIGN_OR_RETURN(PageItem item, ItemOf(bucket, entry, complete));
      ++items_;
      bytes_ += RoughBytes(item.record);
      page.items.push_back(std::move(item));
      from = entry.seq;
    }
  }
  if (page.last) {
    at = {Here(head), {}, {}};
  } else if (from > start) {
    at.page = Here(from);
    at.page_head = Here(head);
  }
  page.complete = at.complete;
  pulled.cursor.buckets[bucket] = at;
  pulled.more |= !page.last;
  // Nothing new, and no later than before: nothing to tell.
  if (!page.items.empty() || (page.last && at.complete != before)) {
    pulled.pages.push_back(std::move(page));
  }
  return absl::OkStatus();
}

absl::StatusOr<Notice> Puller::NoticeOf(const std::string& device, Seq change) {
  ASSIGN_OR_RETURN(const std::optional<EntryInfo> info,
                   reader_.FindEntry(change));
  if (!info.has_value()) {
    return absl::DataLossError(StrCat("state: entry ", change, " is missing"));
  }
  Notice notice;
  notice.change = change;
  notice.number = info->number;
  notice.outcome = info->outcome;
  ASSIGN_OR_RETURN(const std::vector<ChainLink> links,
                   reader_.Links(device, info->number));
  for (const ChainLink& link : links) {
    if (link.seq == change) notice.h = link.h;
  }
  return notice;
}

absl::Status Puller::PullNotices(const std::string& device,
                                 const Position& from, Pulled& pulled) {
  ASSIGN_OR_RETURN(auto notices,
                   reader_.Notices(device, Counts(from), kNoticesRead));
  Seq to = reader_.head();
  if (notices.size() == kNoticesRead) {
    // What one entry changed goes together: the last may be cut short.
    const Seq cut = notices.back().first;
    std::erase_if(notices, [cut](const auto& n) { return n.first == cut; });
    to = cut - 1;
    pulled.more = true;
  }
  for (const auto& [at, change] : notices) {
    ASSIGN_OR_RETURN(Notice notice, NoticeOf(device, change));
    pulled.notices.push_back(std::move(notice));
  }
  pulled.cursor.notices = Here(to);
  return absl::OkStatus();
}

void Puller::JumpToHead(const Bucket& bucket, Pulled& pulled) {
  BucketPage page;
  page.bucket = bucket;
  page.jumps = true;
  page.last = true;
  page.complete = Here(reader_.head());
  pulled.cursor.buckets[bucket] = {page.complete, {}, {}};
  pulled.pages.push_back(std::move(page));
}

// A copy may have come through any of its buckets. Where one of them brought
// what was cut off, none says what the record was before: that holds for all.
bool IsCutSomewhere(const Cursor& cursor, const Puller& puller) {
  return std::any_of(cursor.buckets.begin(), cursor.buckets.end(),
                     [&](const auto& entry) {
                       return puller.IsCut(entry.second.complete) ||
                              puller.IsCut(entry.second.page);
                     });
}

// What the digest says by itself.
bool IsQuiet(const BucketPage& page) {
  return page.last && !page.restarts && !page.jumps && page.items.empty();
}

absl::StatusOr<absl::uint128> DigestOfScope(const Reader& reader,
                                            const std::vector<Bucket>& scope) {
  absl::uint128 sum = 0;
  for (const Bucket& bucket : scope) {
    ASSIGN_OR_RETURN(const BucketDigest digest, reader.DigestOf(bucket));
    sum += digest.sum;
  }
  return sum;
}

}  // namespace

absl::StatusOr<Pulled> Pull(const Reader& reader, const std::string& device,
                            const std::vector<Bucket>& scope,
                            const Cursor& cursor,
                            const std::vector<ToldLineage>& told,
                            const PullTerms& terms) {
  Pulled pulled;
  Puller puller(reader, told, terms);
  for (const auto& [bucket, at] : cursor.buckets) {
    if (!std::binary_search(scope.begin(), scope.end(), bucket)) {
      pulled.lost.push_back(bucket);
    }
  }
  RETURN_IF_ERROR(puller.PullNotices(device, cursor.notices, pulled));
  const bool cut = IsCutSomewhere(cursor, puller);
  const bool jump = terms.compares && (cut || cursor.buckets.empty());
  // Live changes first: a bucket being back-filled waits for the others.
  for (const bool filling : {false, true}) {
    for (const Bucket& bucket : scope) {
      const auto known = cursor.buckets.find(bucket);
      const BucketCursor at =
          cut || known == cursor.buckets.end() ? BucketCursor{} : known->second;
      if ((puller.Counts(at.complete) == 0) != filling) continue;
      if (jump) {
        puller.JumpToHead(bucket, pulled);
      } else {
        RETURN_IF_ERROR(puller.PullBucket(bucket, at, pulled));
      }
    }
  }
  if (!pulled.more) {
    std::erase_if(pulled.pages, IsQuiet);
    ASSIGN_OR_RETURN(pulled.digest, DigestOfScope(reader, scope));
  }
  return pulled;
}

}  // namespace chasqui
