#include "server/unsealing.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "server/exchange_wire.h"
#include "sync/base/status_macros.h"
#include "sync/page.h"
#include "sync/personal/sealing.h"

namespace chasqui::server {
namespace {

using personal::RecordKey;
using personal::SurveyKeys;

// A reader of what is sealed. What is not a record or the log is as it was.
class DisclosedReader final : public Reader {
 public:
  DisclosedReader(std::shared_ptr<const Reader> reader, const SurveyKeys& keys,
                  Disclosure how)
      : reader_(std::move(reader)), keys_(keys), how_(how) {}

  const Survey& survey() const override { return reader_->survey(); }

  absl::StatusOr<std::optional<Record>> FindRecord(
      const RecordId& id) const override {
    ASSIGN_OR_RETURN(std::optional<Record> record, reader_->FindRecord(id));
    if (record.has_value()) RETURN_IF_ERROR(Open(*record));
    return record;
  }
  absl::StatusOr<std::vector<Record>> Records(
      const RecordId& after, std::size_t limit) const override {
    ASSIGN_OR_RETURN(std::vector<Record> records,
                     reader_->Records(after, limit));
    for (Record& record : records) RETURN_IF_ERROR(Open(record));
    return records;
  }
  absl::StatusOr<std::vector<Row>> RowsOf(
      const RecordId& record) const override {
    ASSIGN_OR_RETURN(std::vector<Row> rows, reader_->RowsOf(record));
    ASSIGN_OR_RETURN(const auto key, KeyOf(record));
    for (Row& row : rows) OpenHolder(key, row.id, row);
    return rows;
  }
  absl::StatusOr<LogEntry> ReadLog(Seq seq) const override {
    ASSIGN_OR_RETURN(LogEntry entry, reader_->ReadLog(seq));
    auto* const received = std::get_if<ChangeReceived>(&entry.body);
    if (received != nullptr) RETURN_IF_ERROR(OpenChange(*received));
    return entry;
  }

  absl::StatusOr<std::optional<EntryInfo>> FindEntry(Seq seq) const override {
    return reader_->FindEntry(seq);
  }
  absl::StatusOr<std::vector<FeedItem>> Feed(const Bucket& bucket, Seq after,
                                             std::size_t limit) const override {
    return reader_->Feed(bucket, after, limit);
  }
  absl::StatusOr<BucketDigest> DigestOf(const Bucket& bucket) const override {
    return reader_->DigestOf(bucket);
  }
  absl::StatusOr<std::vector<std::pair<Seq, Seq>>> Notices(
      std::string_view device, Seq after, std::size_t limit) const override {
    return reader_->Notices(device, after, limit);
  }
  absl::StatusOr<std::optional<Device>> FindDevice(
      std::string_view name) const override {
    return reader_->FindDevice(name);
  }
  absl::StatusOr<std::vector<Device>> Devices() const override {
    return reader_->Devices();
  }
  absl::StatusOr<std::vector<ChainLink>> Links(
      std::string_view device, std::uint64_t number) const override {
    return reader_->Links(device, number);
  }
  absl::StatusOr<std::optional<Held>> FindHeld(Seq change) const override {
    return reader_->FindHeld(change);
  }
  absl::StatusOr<std::vector<Seq>> HeldFor(
      const RecordId& record) const override {
    return reader_->HeldFor(record);
  }
  absl::StatusOr<std::vector<std::pair<Seq, Held>>> HeldAfter(
      Seq after, std::size_t limit) const override {
    return reader_->HeldAfter(after, limit);
  }
  absl::StatusOr<std::vector<RecordId>> Conflicted(
      const RecordId& after, std::size_t limit) const override {
    return reader_->Conflicted(after, limit);
  }
  absl::StatusOr<std::int64_t> Counter(
      std::string_view counter) const override {
    return reader_->Counter(counter);
  }
  absl::StatusOr<Outcome> IfReleased(Seq change,
                                     std::string_view person) const override {
    return reader_->IfReleased(change, person);
  }
  absl::StatusOr<std::vector<std::pair<std::string, std::int64_t>>> Counters(
      std::string_view prefix) const override {
    return reader_->Counters(prefix);
  }

 private:
  void OpenValue(const std::optional<RecordKey>& key, const FieldAddress& at,
                 Value& value) const {
    if (value.kind != ValueKind::kSealed || !key.has_value()) return;
    auto opened = key->Open(at, value);
    // By a key that nobody kept: it came when the record was erased already.
    if (!opened.ok()) return;
    value = how_ == Disclosure::kClear
                ? *std::move(opened)
                : Value::Text(keys_.key().Pseudonym(at.field, *opened));
  }
  void OpenHolder(const std::optional<RecordKey>& key, const RowId& row,
                  Holder& holder) const {
    for (FieldState& field : holder.fields) {
      for (LiveWrite& write : field.live) {
        OpenValue(key, {row, field.field, field.choice}, write.value);
      }
    }
  }
  // None where the snapshot says that the record was erased: its key may last
  // for a moment longer.
  absl::StatusOr<std::optional<RecordKey>> KeyOf(const RecordId& id) const {
    ASSIGN_OR_RETURN(std::optional<RecordKey> key, keys_.Find(id));
    if (!key.has_value()) return key;
    ASSIGN_OR_RETURN(const auto record, reader_->FindRecord(id));
    if (record.has_value() && record->erased != 0) key.reset();
    return key;
  }
  absl::Status Open(Record& record) const {
    if (record.erased != 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto key, keys_.Find(record.id));
    OpenHolder(key, RowId(), record);
    return absl::OkStatus();
  }
  absl::Status OpenChange(ChangeReceived& received) const {
    if (received.sealing.part == SealedPart::kAll) {
      ASSIGN_OR_RETURN(const auto key,
                       keys_.Find(personal::PlaceOfUnread(received.h)));
      if (!key.has_value()) return absl::OkStatus();
      const auto opened = key->Open({}, {ValueKind::kSealed, received.bytes});
      if (!opened.ok()) return absl::OkStatus();
      received.bytes = opened->payload;
      received.sealing.part = SealedPart::kNothing;
    }
    if (received.sealing.part != SealedPart::kAnswers) return absl::OkStatus();
    ASSIGN_OR_RETURN(Change change, DecodeReceived(received));
    ASSIGN_OR_RETURN(const auto key, KeyOf(change.record));
    for (Op& op : change.ops) OpenValue(key, op.at, op.value);
    received.bytes = EncodeChange(change);
    return absl::OkStatus();
  }

  const std::shared_ptr<const Reader> reader_;
  const SurveyKeys& keys_;
  const Disclosure how_;
};

// Nothing, or the record's key; zeros where it is destroyed.
absl::Status AddKeyOf(const PulledRecord& record, const SurveyKeys& keys,
                      std::string& told) {
  if (!HoldsSealed(record)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto key, keys.Find(record.id));
  if (key.has_value()) {
    told += key->view();
  } else {
    told.append(RecordKey::kSize, '\0');
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<const SurveyKeys*> KeysOf(const Surroundings& around,
                                         const Survey& survey) {
  if (survey.config.personal.empty()) return nullptr;
  if (around.personal != nullptr) return around.personal->Of(survey.name);
  return absl::FailedPreconditionError(
      "this server has no keys for personal fields");
}

absl::Status Seal(const Surroundings& around, const Survey& survey,
                  std::vector<ServerEntry>& entries) {
  ASSIGN_OR_RETURN(const SurveyKeys* const keys, KeysOf(around, survey));
  return keys == nullptr ? absl::OkStatus()
                         : personal::SealEntries(survey, *keys, entries);
}

absl::Status Seal(const Surroundings& around, const SurveyStore& store,
                  Batch& batch) {
  if (!store.HasPersonal()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto reader, store.Snapshot());
  ASSIGN_OR_RETURN(const SurveyKeys* const keys,
                   KeysOf(around, reader->survey()));
  return keys == nullptr ? absl::OkStatus()
                         : personal::SealBatch(reader->survey(), *keys, batch);
}

absl::StatusOr<std::shared_ptr<const Reader>> Disclosed(
    const Surroundings& around, std::shared_ptr<const Reader> reader,
    Disclosure how) {
  ASSIGN_OR_RETURN(const SurveyKeys* const keys,
                   KeysOf(around, reader->survey()));
  if (keys == nullptr) return reader;
  return DisclosedBy(*keys, std::move(reader), how);
}

std::shared_ptr<const Reader> DisclosedBy(const personal::SurveyKeys& keys,
                                          std::shared_ptr<const Reader> reader,
                                          Disclosure how) {
  return std::make_shared<const DisclosedReader>(std::move(reader), keys, how);
}

absl::Status AddRecordKeys(const Surroundings& around, const Survey& survey,
                           const Pulled& pulled, v1::SurveyNews& news) {
  ASSIGN_OR_RETURN(const SurveyKeys* const keys, KeysOf(around, survey));
  if (keys == nullptr) return absl::OkStatus();
  for (std::size_t i = 0; i < pulled.pages.size(); ++i) {
    std::string& told =
        *news.mutable_buckets(static_cast<int>(i))->mutable_keys();
    for (const PageItem& item : pulled.pages[i].items) {
      if (!item.left) RETURN_IF_ERROR(AddKeyOf(item.record, *keys, told));
    }
  }
  return absl::OkStatus();
}

absl::Status AddRepairKeys(const Surroundings& around, const Survey& survey,
                           const Repaired& repaired, v1::SurveyNews& news) {
  ASSIGN_OR_RETURN(const SurveyKeys* const keys, KeysOf(around, survey));
  if (keys == nullptr) return absl::OkStatus();
  for (const RepairPage& page : repaired.pages) {
    for (v1::BucketNews& bucket : *news.mutable_buckets()) {
      if (BucketFromWire(bucket.bucket()) != page.bucket) continue;
      for (const PulledRecord& record : page.records) {
        RETURN_IF_ERROR(AddKeyOf(record, *keys, *bucket.mutable_keys()));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace chasqui::server
