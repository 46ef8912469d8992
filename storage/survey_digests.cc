// The feeds of buckets, and their digests, kept in the same write as what they
// are of (sync/digest.h).

#include <optional>
#include <utility>

#include "absl/container/btree_map.h"
#include "storage/survey_transaction.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"
#include "sync/page.h"
#include "sync/pull.h"

namespace chasqui::storage {

void SurveyTransaction::PutFeed(const Bucket& bucket, Seq seq,
                                const FeedEntry& entry) {
  *feeds_.Add({bucket, seq}) = entry;
  if (!entry.left) entered_.emplace_back(bucket, seq);
}

void SurveyTransaction::EraseFeed(const Bucket& bucket, Seq seq) {
  const FeedTable::Id id(bucket, seq);
  const auto entry = feeds_.Find(id);
  Note(entry.status());
  if (!entry.ok() || *entry == nullptr) return;
  // Without content it is of this transaction, and in no digest yet.
  if (!(*entry)->content.empty()) {
    overtaken_.emplace_back(bucket, (*entry)->content);
  }
  Note(feeds_.Erase(id));
}

absl::StatusOr<ContentHash> SurveyTransaction::ContentOf(const RecordId& id) {
  ASSIGN_OR_RETURN(const Record* const record, records_.Find(id));
  if (record == nullptr) {
    return absl::DataLossError(StrCat("state: a feed names record ", ToText(id),
                                      ", which is missing"));
  }
  std::vector<Row> rows;
  if (record->rows > 0 && !record->gone) {
    ASSIGN_OR_RETURN(const std::vector<RowId> ids, RowsOf(id));
    for (const RowId& row_id : ids) {
      ASSIGN_OR_RETURN(const Row* const row, rows_.Find({id, row_id}));
      if (row != nullptr) rows.push_back(*row);
    }
  }
  return HashContent(EncodeWhole(*record, ShownRows(rows)));
}

const DigestKey& SurveyTransaction::KeyOf(const Bucket& bucket) {
  const auto known = digest_keys_.find(bucket);
  if (known != digest_keys_.end()) return known->second;
  const DigestKey key(survey_.name, PresentName(survey_.lineage), bucket);
  return digest_keys_.emplace(bucket, key).first->second;
}

// One short hash for each entry of each feed; no record is read. Nothing is on
// its way to the store then: a log gets its name before anything is written
// under it.
absl::Status SurveyTransaction::RekeyDigests() {
  digest_keys_.clear();
  absl::btree_map<Bucket, BucketDigest> digests;
  const Key all = keys_.All(Tag::kFeed);
  RETURN_IF_ERROR(kv_.Scan(
      Space::kFeeds, all, PrefixEnd(all),
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        const std::optional<ParsedKey> parsed = ParseKey(key);
        if (!parsed.has_value()) {
          return absl::DataLossError(StrCat("malformed key ", PrintKey(key)));
        }
        ASSIGN_OR_RETURN(const FeedEntry entry, DecodeFeedEntry(value));
        if (entry.left) return true;
        digests[parsed->bucket].Add(
            KeyOf(parsed->bucket).ElementOf(entry.content));
        return true;
      }));
  for (const auto& [bucket, digest] : digests) {
    ASSIGN_OR_RETURN(BucketDigest* const kept, digests_.EditOrAdd(bucket));
    *kept = digest;
  }
  return absl::OkStatus();
}

absl::Status SurveyTransaction::FoldDigests() {
  if (rekey_) RETURN_IF_ERROR(RekeyDigests());
  for (const auto& [bucket, content] : overtaken_) {
    ASSIGN_OR_RETURN(BucketDigest* const digest, digests_.EditOrAdd(bucket));
    digest->Remove(KeyOf(bucket).ElementOf(content));
  }
  // A record's entries, of the buckets it is in, come one after the other.
  RecordId hashed;
  ContentHash content;
  for (const FeedTable::Id& id : entered_) {
    ASSIGN_OR_RETURN(FeedEntry* const entry, feeds_.Edit(id));
    if (entry == nullptr) continue;  // moved on in the same transaction
    if (entry->record != hashed) {
      hashed = entry->record;
      ASSIGN_OR_RETURN(content, ContentOf(hashed));
    }
    entry->content = content;
    ASSIGN_OR_RETURN(BucketDigest* const digest, digests_.EditOrAdd(id.first));
    digest->Add(KeyOf(id.first).ElementOf(content));
  }
  for (const auto& [bucket, content_before] : overtaken_) {
    ASSIGN_OR_RETURN(const BucketDigest* const digest, digests_.Find(bucket));
    if (digest != nullptr && digest->records == 0) {
      RETURN_IF_ERROR(digests_.Erase(bucket));
    }
  }
  return absl::OkStatus();
}

}  // namespace chasqui::storage
