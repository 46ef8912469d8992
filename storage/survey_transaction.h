#ifndef CHASQUI_STORAGE_SURVEY_TRANSACTION_H_
#define CHASQUI_STORAGE_SURVEY_TRANSACTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/cached_table.h"
#include "storage/keys.h"
#include "storage/kv.h"
#include "storage/state_codec.h"
#include "storage/tables.h"
#include "sync/digest.h"
#include "sync/entry.h"
#include "sync/state.h"
#include "sync/survey.h"

namespace chasqui::storage {

// The state of one survey over a Kv, with what has not been committed yet. One
// object does for many transactions, one after the other:
//
//     AppendLog, Apply, AppendLog, Apply, …  Finish | Abandon
//
// What Finish returns is to be committed, by whomever. The next transaction may
// go on meanwhile: it sees what is on its way as if it were in the Kv. But only
// one may be on its way: the one before must have been committed when the next
// one is finished, and if it could not be, all is to be abandoned.
//
// INVARIANT: nobody else writes this survey's keys. Thread-compatible.
class SurveyTransaction final : public State {
 public:
  // Both must outlive it. `survey` is what has been committed.
  SurveyTransaction(Kv& kv, const Keys& keys, Survey& survey);

  // Adds `entry` to the log. It is not applied.
  void AppendLog(const LogEntry& entry);

  // What Commit will write besides, for the catalog's own keys.
  KvBatch& batch() { return *batch_; }

  // The last administrative entry, in this transaction or before.
  Seq administrative() const { return administrative_; }
  // Tells which it was before the first transaction.
  void set_administrative(Seq seq) { administrative_ = seq; }

  // All that is to be written. After an error the transaction must be
  // abandoned.
  absl::StatusOr<std::unique_ptr<KvBatch>> Finish();
  // Finishes and commits. After an error the transaction must be abandoned.
  absl::Status Commit(Sync sync);
  // Forgets everything. The survey is left as it is: read it again.
  void Abandon();

  Survey& survey() override { return survey_; }
  absl::StatusOr<const Record*> FindRecord(const RecordId& id) override;
  absl::StatusOr<Record*> EditRecord(const RecordId& id) override;
  Record* AddRecord(const RecordId& id) override;
  absl::StatusOr<const Row*> FindRow(const RecordId& record,
                                     const RowId& row) override;
  absl::StatusOr<Row*> EditRow(const RecordId& record,
                               const RowId& row) override;
  Row* AddRow(const RecordId& record, const RowId& row) override;
  absl::StatusOr<std::vector<RowId>> RowsOf(const RecordId& record) override;
  absl::StatusOr<const EntryInfo*> FindEntry(Seq seq) override;
  absl::StatusOr<EntryInfo*> EditEntry(Seq seq) override;
  EntryInfo* AddEntry(Seq seq) override;
  absl::StatusOr<ChangeReceived> ReadChange(Seq seq) override;
  absl::StatusOr<const Device*> FindDevice(std::string_view name) override;
  absl::StatusOr<Device*> EditDevice(std::string_view name) override;
  absl::StatusOr<std::vector<ChainLink>> Links(std::string_view device,
                                               std::uint64_t number) override;
  void AddLink(std::string_view device, std::uint64_t number,
               const ChainLink& link) override;
  absl::Status MoveLink(std::string_view device, std::uint64_t number,
                        const ChainLink& link) override;
  absl::StatusOr<std::vector<Seq>> GapAfter(std::string_view device,
                                            const ChainHash& before) override;
  absl::Status PutGap(std::string_view device, const ChainHash& before,
                      Seq change) override;
  absl::Status EraseGap(std::string_view device, const ChainHash& before,
                        Seq change) override;
  void PutFeed(const Bucket& bucket, Seq seq, const FeedEntry& entry) override;
  void EraseFeed(const Bucket& bucket, Seq seq) override;
  void PutNotice(std::string_view device, Seq at, Seq change) override;
  void EraseNotice(std::string_view device, Seq at, Seq change) override;
  absl::StatusOr<const Held*> FindHeld(Seq change) override;
  void PutHeld(Seq change, const Held& held) override;
  absl::Status EraseHeld(Seq change) override;
  absl::StatusOr<std::vector<Seq>> HeldFor(const RecordId& record) override;
  void SetConflicted(const RecordId& record, bool conflicted) override;
  void Count(std::string_view counter, std::int64_t delta) override;

 private:
  // A write that nothing in a transaction reads back. Nullopt: it is deleted.
  // They are written in the order of their keys, which costs the store half of
  // what any other order does; of those of one key the last wins.
  struct NoticeWrite {
    std::string key;
    std::optional<std::string> value;
  };

  void Note(const absl::Status& status) {
    if (failed_.ok()) failed_ = status;
  }
  template <typename Table>
  static absl::Status AddTo(CachedTable<Table>& lists,
                            const typename Table::Id& id, Seq change);
  template <typename Table>
  static absl::Status RemoveFrom(CachedTable<Table>& lists,
                                 const typename Table::Id& id, Seq change);
  absl::Status AddCounts();
  // Brings the digests of the buckets that were touched up to date: once a
  // transaction, however often a record was written in it.
  absl::Status FoldDigests();
  absl::StatusOr<ContentHash> ContentOf(const RecordId& id);
  // The digests of all buckets as stored, under the log's present name.
  absl::Status RekeyDigests();
  const DigestKey& KeyOf(const Bucket& bucket);
  void FlushNotices();
  void StartNext();

  Kv& kv_;
  const Keys keys_;
  Survey& survey_;

  CachedTable<RecordTable> records_;
  CachedTable<RowTable> rows_;
  CachedTable<EntryTable> entries_;
  CachedTable<DeviceTable> devices_;
  CachedTable<LinksTable> links_;
  CachedTable<HeldTable> held_;
  CachedTable<WaitingTable> waiting_;
  CachedTable<GapTable> gaps_;
  CachedTable<CounterTable> counters_;
  CachedTable<FeedTable> feeds_;
  CachedTable<DigestTable> digests_;
  // The rows of records whose rows were asked for or added, by id.
  absl::flat_hash_map<RecordId, std::vector<RowId>> row_ids_;
  absl::flat_hash_set<RecordId> rows_added_;  // in this transaction, to these

  std::unique_ptr<KvBatch> batch_;
  std::vector<NoticeWrite> notices_;
  // What a transaction does to the digests: entries it puts, and contents of
  // entries stored before that it erases.
  std::vector<FeedTable::Id> entered_;
  std::vector<std::pair<Bucket, ContentHash>> overtaken_;
  bool rekey_ = false;  // the log got another name in this transaction
  // Under the log's present name, as far as they were asked for.
  absl::flat_hash_map<Bucket, DigestKey> digest_keys_;
  absl::btree_map<std::string, std::int64_t> counts_;
  // Log entries, encoded: of this transaction, and of the one on its way.
  absl::flat_hash_map<Seq, std::string> appended_;
  absl::flat_hash_map<Seq, std::string> under_way_;
  Seq administrative_ = 0;
  absl::Status failed_;  // Of those that cannot return it.
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_SURVEY_TRANSACTION_H_
