// A survey's state and log at one seq, for reading: pulls, progress,
// conflicts, history, export.

#ifndef CHASQUI_SYNC_READER_H_
#define CHASQUI_SYNC_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/digest.h"
#include "sync/entry.h"
#include "sync/ids.h"
#include "sync/outcome.h"
#include "sync/record.h"
#include "sync/state.h"
#include "sync/survey.h"

namespace chasqui {

struct FeedItem {
  Seq seq = 0;
  FeedEntry entry;
};

// One consistent snapshot; what is committed later does not show. Never waits
// for the committer. Holding one for long keeps old data on disk.
//
// Thread-compatible; different snapshots may be read by different threads.
// Errors: DataLoss where stored bytes do not decode, Unavailable for I/O.
class Reader {
 public:
  virtual ~Reader() = default;

  virtual const Survey& survey() const = 0;
  Seq head() const { return survey().head; }

  virtual absl::StatusOr<std::optional<Record>> FindRecord(
      const RecordId& id) const = 0;
  virtual absl::StatusOr<std::vector<Row>> RowsOf(
      const RecordId& record) const = 0;
  virtual absl::StatusOr<std::optional<EntryInfo>> FindEntry(Seq seq) const = 0;
  // OutOfRange past the head.
  virtual absl::StatusOr<LogEntry> ReadLog(Seq seq) const = 0;

  // Entries of a bucket's feed with seq > after, ascending, at most `limit`.
  virtual absl::StatusOr<std::vector<FeedItem>> Feed(
      const Bucket& bucket, Seq after, std::size_t limit) const = 0;
  // Of the records in the bucket now, under the log's present name.
  virtual absl::StatusOr<BucketDigest> DigestOf(const Bucket& bucket) const = 0;
  // (at, change) of a device's own bucket with at > after, ascending.
  virtual absl::StatusOr<std::vector<std::pair<Seq, Seq>>> Notices(
      std::string_view device, Seq after, std::size_t limit) const = 0;

  virtual absl::StatusOr<std::optional<Device>> FindDevice(
      std::string_view name) const = 0;
  virtual absl::StatusOr<std::vector<Device>> Devices() const = 0;
  virtual absl::StatusOr<std::vector<ChainLink>> Links(
      std::string_view device, std::uint64_t number) const = 0;

  virtual absl::StatusOr<std::optional<Held>> FindHeld(Seq change) const = 0;
  virtual absl::StatusOr<std::vector<Seq>> HeldFor(
      const RecordId& record) const = 0;
  virtual absl::StatusOr<std::vector<std::pair<Seq, Held>>> HeldAfter(
      Seq after, std::size_t limit) const = 0;

  // What would become of a change in quarantine if `person` released it now.
  // Nothing is appended. NotFound: it is not in quarantine.
  virtual absl::StatusOr<Outcome> IfReleased(Seq change,
                                             std::string_view person) const = 0;

  // Records by id, from `after` (exclusive; none: from the first), at most
  // `limit`, gone ones too.
  virtual absl::StatusOr<std::vector<Record>> Records(
      const RecordId& after, std::size_t limit) const = 0;
  // Ids of records that have conflicts, likewise.
  virtual absl::StatusOr<std::vector<RecordId>> Conflicted(
      const RecordId& after, std::size_t limit) const = 0;

  virtual absl::StatusOr<std::int64_t> Counter(
      std::string_view counter) const = 0;
  // Counters whose name begins with `prefix`, by name.
  virtual absl::StatusOr<std::vector<std::pair<std::string, std::int64_t>>>
  Counters(std::string_view prefix) const = 0;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_READER_H_
