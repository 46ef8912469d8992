#include "storage/kv_journal.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sync/base/mutex.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::storage {
namespace {

std::string_view ViewOf(const JournalHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

JournalHash ReadHash(ByteReader& in) {
  JournalHash hash{};
  const std::string_view bytes = in.Raw(hash.size());
  if (in.ok()) std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

std::string Encode(const JournalHead& head) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Varint(head.seq);
  out.Raw(ViewOf(head.hash));
  return bytes;
}

absl::StatusOr<JournalHead> ReadHead(const KvReader& kv, const Keys& keys) {
  std::string bytes;
  ASSIGN_OR_RETURN(const bool found, kv.Get(Space::kMeta, keys.Head(), bytes));
  JournalHead head;
  if (!found) return head;
  ByteReader in(bytes);
  head.seq = in.Varint();
  head.hash = ReadHash(in);
  if (!in.done()) return absl::DataLossError("journal: its head is damaged");
  return head;
}

std::string Encode(const JournalEntry& entry, const JournalHash& hash) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Raw(ViewOf(hash));
  out.Zigzag(entry.at_ms);
  out.Raw(entry.bytes);
  return bytes;
}

// The entry, and the hash kept with it.
absl::StatusOr<std::pair<JournalEntry, JournalHash>> Decode(
    std::uint64_t seq, std::string_view value) {
  ByteReader in(value);
  JournalEntry entry;
  entry.seq = seq;
  const JournalHash hash = ReadHash(in);
  entry.at_ms = in.Zigzag();
  entry.bytes = std::string(in.Raw(in.left()));
  if (!in.done()) {
    return absl::DataLossError(StrCat("journal: entry ", seq, " is damaged"));
  }
  return std::pair(std::move(entry), hash);
}

// Reads on from `at`, and holds every entry to the chain.
absl::Status ReadChain(const KvReader& kv, const Keys& keys, JournalHead& at,
                       Journal::Visit visit) {
  return kv.Scan(
      Space::kLog, keys.Log(at.seq + 1), PrefixEnd(keys.All(Tag::kLog)),
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        const std::optional<ParsedKey> parsed = ParseKey(key);
        if (!parsed.has_value() || parsed->seq != at.seq + 1) {
          return absl::DataLossError(
              StrCat("journal: entry ", at.seq + 1, " is missing"));
        }
        ASSIGN_OR_RETURN(const auto decoded, Decode(parsed->seq, value));
        const JournalHash hash = HashAfter(at.hash, decoded.first);
        if (hash != decoded.second) {
          return absl::DataLossError(
              StrCat("journal: entry ", parsed->seq,
                     " is not what was written, or follows on another"));
        }
        at = {parsed->seq, hash};
        return visit(decoded.first);
      });
}

// Where the entry at `seq` leaves the chain.
absl::StatusOr<JournalHead> HeadAt(const KvReader& kv, const Keys& keys,
                                   std::uint64_t seq) {
  if (seq == 0) return JournalHead{};
  std::string bytes;
  ASSIGN_OR_RETURN(const bool found, kv.Get(Space::kLog, keys.Log(seq), bytes));
  if (!found) {
    return absl::DataLossError(StrCat("journal: entry ", seq, " is missing"));
  }
  ASSIGN_OR_RETURN(const auto decoded, Decode(seq, bytes));
  return JournalHead{seq, decoded.second};
}

class KvJournal final : public Journal {
 public:
  KvJournal(Kv& kv, const Keys& keys, const JournalHead& head)
      : kv_(kv), keys_(keys), head_(head) {}

  absl::StatusOr<JournalHead> Append(const std::vector<std::string>& entries,
                                     std::int64_t at_ms,
                                     Lasting lasting) override {
    const MutexLock lock(mutex_);
    JournalHead next = head_;
    auto batch = kv_.NewBatch();
    for (const std::string& bytes : entries) {
      if (bytes.size() > kJournalEntryBytesMax) {
        return absl::InvalidArgumentError(
            StrCat("an entry of the journal has ", bytes.size(),
                   " bytes; the limit is ", kJournalEntryBytesMax));
      }
      const JournalEntry entry{next.seq + 1, at_ms, bytes};
      next = {entry.seq, HashAfter(next.hash, entry)};
      batch->Put(Space::kLog, keys_.Log(entry.seq), Encode(entry, next.hash));
    }
    batch->Put(Space::kMeta, keys_.Head(), Encode(next));
    if (lasting == Lasting::kNow) RETURN_IF_ERROR(kv_.CheckRoom());
    RETURN_IF_ERROR(kv_.Commit(
        std::move(batch), lasting == Lasting::kNow ? Sync::kYes : Sync::kNo));
    head_ = next;
    return next;
  }

  absl::Status Read(std::uint64_t after, Visit visit) const override {
    ASSIGN_OR_RETURN(JournalHead at, HeadAt(kv_, keys_, after));
    return ReadChain(kv_, keys_, at, visit);
  }

  JournalHead head() const override {
    const MutexLock lock(mutex_);
    return head_;
  }

 private:
  Kv& kv_;
  const Keys keys_;
  mutable Mutex mutex_;
  JournalHead head_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Journal>> OpenJournal(
    Kv& kv, std::uint32_t organisation) {
  const Keys keys = JournalKeys(organisation);
  ASSIGN_OR_RETURN(const JournalHead head, ReadHead(kv, keys));
  return std::unique_ptr<Journal>(std::make_unique<KvJournal>(kv, keys, head));
}

absl::Status CheckJournal(const KvReader& kv, std::uint32_t organisation,
                          Findings& findings) {
  const Keys keys = JournalKeys(organisation);
  const absl::StatusOr<JournalHead> head = ReadHead(kv, keys);
  JournalHead at;
  absl::Status read =
      ReadChain(kv, keys, at, [](const JournalEntry&) { return true; });
  if (read.ok()) read = head.status();
  if (read.ok() && *head != at) {
    read = absl::DataLossError(
        StrCat("journal: it ends at ", at.seq, ", its head says ", head->seq));
  }
  if (!absl::IsDataLoss(read)) return read;
  findings.Add(StdView(read.message()));
  return absl::OkStatus();
}

absl::Status CopyJournal(const KvReader& from, std::uint32_t organisation,
                         Kv& to) {
  const Keys keys = JournalKeys(organisation);
  JournalHead at;
  absl::Status read = ReadChain(
      from, keys, at, [&](const JournalEntry& entry) -> absl::StatusOr<bool> {
        auto batch = to.NewBatch();
        batch->Put(Space::kLog, keys.Log(entry.seq), Encode(entry, at.hash));
        batch->Put(Space::kMeta, keys.Head(), Encode(at));
        RETURN_IF_ERROR(to.Commit(std::move(batch), Sync::kNo));
        return true;
      });
  RETURN_IF_ERROR(to.Commit(to.NewBatch(), Sync::kYes));
  return read;
}

}  // namespace chasqui::storage
