#ifndef CHASQUI_STORAGE_SNAPSHOT_READER_H_
#define CHASQUI_STORAGE_SNAPSHOT_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "storage/keys.h"
#include "storage/kv.h"
#include "sync/reader.h"

namespace chasqui::storage {

// Reads a survey from a snapshot of its Kv.
class SnapshotReader final : public Reader {
 public:
  // `survey` is what the snapshot's head says.
  SnapshotReader(std::shared_ptr<const KvReader> snapshot, const Keys& keys,
                 std::shared_ptr<const Survey> survey)
      : snapshot_(std::move(snapshot)),
        keys_(keys),
        survey_(std::move(survey)) {}

  const Survey& survey() const override { return *survey_; }
  absl::StatusOr<std::optional<Record>> FindRecord(
      const RecordId& id) const override;
  absl::StatusOr<std::vector<Row>> RowsOf(
      const RecordId& record) const override;
  absl::StatusOr<std::optional<EntryInfo>> FindEntry(Seq seq) const override;
  absl::StatusOr<LogEntry> ReadLog(Seq seq) const override;
  absl::StatusOr<std::vector<FeedItem>> Feed(const Bucket& bucket, Seq after,
                                             std::size_t limit) const override;
  absl::StatusOr<BucketDigest> DigestOf(const Bucket& bucket) const override;
  absl::StatusOr<std::vector<std::pair<Seq, Seq>>> Notices(
      std::string_view device, Seq after, std::size_t limit) const override;
  absl::StatusOr<std::optional<Device>> FindDevice(
      std::string_view name) const override;
  absl::StatusOr<std::vector<Device>> Devices() const override;
  absl::StatusOr<std::vector<ChainLink>> Links(
      std::string_view device, std::uint64_t number) const override;
  absl::StatusOr<std::optional<Held>> FindHeld(Seq change) const override;
  absl::StatusOr<std::vector<Seq>> HeldFor(
      const RecordId& record) const override;
  absl::StatusOr<std::vector<std::pair<Seq, Held>>> HeldAfter(
      Seq after, std::size_t limit) const override;
  absl::StatusOr<Outcome> IfReleased(Seq change,
                                     std::string_view person) const override;
  absl::StatusOr<std::vector<Record>> Records(const RecordId& after,
                                              std::size_t limit) const override;
  absl::StatusOr<std::vector<RecordId>> Conflicted(
      const RecordId& after, std::size_t limit) const override;
  absl::StatusOr<std::int64_t> Counter(std::string_view counter) const override;
  absl::StatusOr<std::vector<std::pair<std::string, std::int64_t>>> Counters(
      std::string_view prefix) const override;

 private:
  // Value of the key, decoded; nullopt if it is not there.
  template <typename Table>
  absl::StatusOr<std::optional<typename Table::Value>> Find(
      const typename Table::Id& id) const;

  // Visits at most `limit` keys of `space` that begin with `prefix` and are
  // not before prefix + `from`.
  using Visit = absl::FunctionRef<absl::Status(const ParsedKey& key,
                                               std::string_view value)>;
  absl::Status Visiting(Space space, const Key& prefix, std::string_view from,
                        std::size_t limit, Visit visit) const;

  const std::shared_ptr<const KvReader> snapshot_;
  const Keys keys_;
  const std::shared_ptr<const Survey> survey_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_SNAPSHOT_READER_H_
