#include "storage/survey_transaction.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "storage/log_codec.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

// How many decoded values stay from one transaction to the next. A record of
// 130 fields takes some 12 KB, the others well under 1 KB.
constexpr std::size_t kRecordsKept = 1'000;
constexpr std::size_t kRowsKept = 20'000;
constexpr std::size_t kEntriesKept = 40'000;
constexpr std::size_t kSmallKept = 20'000;
constexpr std::size_t kFeedKept = 50'000;
constexpr std::size_t kRowListsKept = 1'000;

bool IsAdministrative(EntryKind kind) {
  return kind < EntryKind::kChangeReceived;
}

}  // namespace

SurveyTransaction::SurveyTransaction(Kv& kv, const Keys& keys, Survey& survey)
    : kv_(kv),
      keys_(keys),
      survey_(survey),
      records_(kv, keys, kRecordsKept),
      rows_(kv, keys, kRowsKept),
      entries_(kv, keys, kEntriesKept),
      devices_(kv, keys, kSmallKept),
      links_(kv, keys, kSmallKept),
      held_(kv, keys, kSmallKept),
      waiting_(kv, keys, kSmallKept),
      gaps_(kv, keys, kSmallKept),
      counters_(kv, keys, kSmallKept),
      feeds_(kv, keys, kFeedKept),
      digests_(kv, keys, kSmallKept),
      batch_(kv.NewBatch()) {}

void SurveyTransaction::AppendLog(const LogEntry& entry) {
  std::string bytes;
  EncodeLogEntry(entry, bytes);
  batch_->Put(Space::kLog, keys_.Log(entry.seq), bytes);
  if (IsAdministrative(KindOf(entry))) {
    batch_->Put(Space::kMeta, keys_.Administrative(entry.seq), "");
    administrative_ = entry.seq;
  }
  if (KindOf(entry) == EntryKind::kLogOpened) rekey_ = true;
  appended_.emplace(entry.seq, std::move(bytes));
}

absl::Status SurveyTransaction::Commit(Sync sync) {
  ASSIGN_OR_RETURN(std::unique_ptr<KvBatch> batch, Finish());
  return kv_.Commit(std::move(batch), sync);
}

absl::StatusOr<std::unique_ptr<KvBatch>> SurveyTransaction::Finish() {
  RETURN_IF_ERROR(AddCounts());
  RETURN_IF_ERROR(FoldDigests());
  RETURN_IF_ERROR(failed_);
  records_.Flush(*batch_);
  rows_.Flush(*batch_);
  entries_.Flush(*batch_);
  devices_.Flush(*batch_);
  links_.Flush(*batch_);
  held_.Flush(*batch_);
  waiting_.Flush(*batch_);
  gaps_.Flush(*batch_);
  counters_.Flush(*batch_);
  digests_.Flush(*batch_);
  feeds_.Flush(*batch_);
  FlushNotices();
  std::string head;
  Encode(Head{survey_.head, survey_.received_ms, administrative_}, head);
  batch_->Put(Space::kMeta, keys_.Head(), head);

  records_.Settle();
  rows_.Settle();
  entries_.Settle();
  devices_.Settle();
  links_.Settle();
  held_.Settle();
  waiting_.Settle();
  gaps_.Settle();
  counters_.Settle();
  feeds_.Settle();
  digests_.Settle();
  if (row_ids_.size() > kRowListsKept) {
    absl::erase_if(row_ids_, [this](const auto& list) {
      return !rows_added_.contains(list.first);
    });
  }
  std::unique_ptr<KvBatch> batch = std::move(batch_);
  under_way_ = std::move(appended_);
  StartNext();
  return batch;
}

void SurveyTransaction::Abandon() {
  records_.Clear();
  rows_.Clear();
  entries_.Clear();
  devices_.Clear();
  links_.Clear();
  held_.Clear();
  waiting_.Clear();
  gaps_.Clear();
  counters_.Clear();
  feeds_.Clear();
  digests_.Clear();
  digest_keys_.clear();
  row_ids_.clear();
  under_way_.clear();
  StartNext();
}

void SurveyTransaction::StartNext() {
  batch_ = kv_.NewBatch();
  notices_.clear();
  entered_.clear();
  overtaken_.clear();
  rekey_ = false;
  counts_.clear();
  appended_.clear();
  rows_added_.clear();
  failed_ = absl::OkStatus();
}

void SurveyTransaction::FlushNotices() {
  std::stable_sort(
      notices_.begin(), notices_.end(),
      [](const NoticeWrite& a, const NoticeWrite& b) { return a.key < b.key; });
  for (const NoticeWrite& write : notices_) {
    if (write.value.has_value()) {
      batch_->Put(Space::kFeeds, write.key, *write.value);
    } else {
      batch_->Delete(Space::kFeeds, write.key);
    }
  }
}

absl::StatusOr<const Record*> SurveyTransaction::FindRecord(
    const RecordId& id) {
  return records_.Find(id);
}

absl::StatusOr<Record*> SurveyTransaction::EditRecord(const RecordId& id) {
  return records_.Edit(id);
}

Record* SurveyTransaction::AddRecord(const RecordId& id) {
  row_ids_[id].clear();
  return records_.Add(id);
}

absl::StatusOr<const Row*> SurveyTransaction::FindRow(const RecordId& record,
                                                      const RowId& row) {
  return rows_.Find({record, row});
}

absl::StatusOr<Row*> SurveyTransaction::EditRow(const RecordId& record,
                                                const RowId& row) {
  return rows_.Edit({record, row});
}

Row* SurveyTransaction::AddRow(const RecordId& record, const RowId& row) {
  // The list must know the stored rows before it gets one that is not.
  if (absl::Status read = RowsOf(record).status(); !read.ok()) Note(read);
  std::vector<RowId>& ids = row_ids_[record];
  ids.insert(std::upper_bound(ids.begin(), ids.end(), row), row);
  rows_added_.insert(record);
  return rows_.Add({record, row});
}

absl::StatusOr<std::vector<RowId>> SurveyTransaction::RowsOf(
    const RecordId& record) {
  if (const auto it = row_ids_.find(record); it != row_ids_.end()) {
    return it->second;
  }
  std::vector<RowId> ids;
  ASSIGN_OR_RETURN(const Record* const parent, records_.Find(record));
  if (parent != nullptr && parent->rows == 0) {
    return row_ids_.emplace(record, std::move(ids)).first->second;
  }
  const Key prefix = keys_.Rows(record);
  RETURN_IF_ERROR(kv_.Scan(
      Space::kRecords, prefix, PrefixEnd(prefix),
      [&](std::string_view key, std::string_view) -> absl::StatusOr<bool> {
        const auto id = RowId::FromBytes(key.substr(prefix.view().size()));
        if (!id.has_value()) {
          return absl::DataLossError(StrCat("malformed key ", PrintKey(key)));
        }
        ids.push_back(*id);
        return true;
      }));
  return row_ids_.emplace(record, std::move(ids)).first->second;
}

absl::StatusOr<const EntryInfo*> SurveyTransaction::FindEntry(Seq seq) {
  return entries_.Find(seq);
}

absl::StatusOr<EntryInfo*> SurveyTransaction::EditEntry(Seq seq) {
  return entries_.Edit(seq);
}

EntryInfo* SurveyTransaction::AddEntry(Seq seq) { return entries_.Add(seq); }

absl::StatusOr<ChangeReceived> SurveyTransaction::ReadChange(Seq seq) {
  std::string bytes;
  if (const auto it = appended_.find(seq); it != appended_.end()) {
    bytes = it->second;
  } else if (const auto before = under_way_.find(seq);
             before != under_way_.end()) {
    bytes = before->second;
  } else {
    ASSIGN_OR_RETURN(const bool found,
                     kv_.Get(Space::kLog, keys_.Log(seq), bytes));
    if (!found) {
      return absl::DataLossError(StrCat("the log lacks entry ", seq));
    }
  }
  ASSIGN_OR_RETURN(LogEntry entry, DecodeLogEntry(seq, bytes));
  if (!std::holds_alternative<ChangeReceived>(entry.body)) {
    return absl::DataLossError(StrCat("log entry ", seq, " is no change"));
  }
  return std::get<ChangeReceived>(std::move(entry.body));
}

absl::StatusOr<const Device*> SurveyTransaction::FindDevice(
    std::string_view name) {
  return devices_.Find(std::string(name));
}

absl::StatusOr<Device*> SurveyTransaction::EditDevice(std::string_view name) {
  return devices_.EditOrAdd(std::string(name));
}

absl::StatusOr<std::vector<ChainLink>> SurveyTransaction::Links(
    std::string_view device, std::uint64_t number) {
  ASSIGN_OR_RETURN(const LinkBlock* const block,
                   links_.Find(LinksTable::IdOf(device, number)));
  return block == nullptr ? std::vector<ChainLink>() : LinksIn(*block, number);
}

void SurveyTransaction::AddLink(std::string_view device, std::uint64_t number,
                                const ChainLink& link) {
  const auto block = links_.EditOrAdd(LinksTable::IdOf(device, number));
  Note(block.status());
  if (block.ok()) (*block)->push_back({number, link});
}

absl::Status SurveyTransaction::MoveLink(std::string_view device,
                                         std::uint64_t number,
                                         const ChainLink& link) {
  ASSIGN_OR_RETURN(LinkBlock* const block,
                   links_.Edit(LinksTable::IdOf(device, number)));
  if (block != nullptr) {
    for (PlacedLink& placed : *block) {
      if (placed.number != number || placed.link.h != link.h) continue;
      placed.link = link;
      return absl::OkStatus();
    }
  }
  return absl::DataLossError(
      StrCat("state: change ", number, " of device ", device, " has no link"));
}

void SurveyTransaction::PutNotice(std::string_view device, Seq at, Seq change) {
  notices_.push_back({std::string(keys_.Notice(device, at, change)), ""});
}

void SurveyTransaction::EraseNotice(std::string_view device, Seq at,
                                    Seq change) {
  notices_.push_back(
      {std::string(keys_.Notice(device, at, change)), std::nullopt});
}

void SurveyTransaction::SetConflicted(const RecordId& record, bool conflicted) {
  if (conflicted) {
    batch_->Put(Space::kMeta, keys_.Conflicted(record), "");
  } else {
    batch_->Delete(Space::kMeta, keys_.Conflicted(record));
  }
}

void SurveyTransaction::Count(std::string_view counter, std::int64_t delta) {
  counts_[std::string(counter)] += delta;
}

absl::Status SurveyTransaction::AddCounts() {
  for (const auto& [name, delta] : counts_) {
    if (delta == 0) continue;
    ASSIGN_OR_RETURN(std::int64_t * count, counters_.EditOrAdd(name));
    *count += delta;
    if (*count == 0) RETURN_IF_ERROR(counters_.Erase(name));
  }
  counts_.clear();
  return absl::OkStatus();
}

}  // namespace chasqui::storage
