// Erasing: the log first, so that whoever is asked knows what is to be; then
// the keys.

#include <algorithm>
#include <map>
#include <optional>
#include <variant>

#include "server/personal.h"
#include "sync/base/status_macros.h"
#include "sync/personal/sealing.h"

namespace chasqui::server {
namespace {

constexpr std::size_t kErasedAtOnce = 256;
// More than are committed between a rejection and the end of its key.
constexpr Seq kLookedBackAt = 10'000;

// But for those that were to be erased before they came to be, and have come
// since it was looked.
absl::StatusOr<Erasures> AppendErasures(SurveyStore& store,
                                        std::vector<RecordErased> records) {
  ASSIGN_OR_RETURN(const auto reader, store.Snapshot());
  std::vector<ServerEntry> entries;
  std::vector<RecordErased> still;
  for (RecordErased& record : records) {
    if (record.form != 0) {
      ASSIGN_OR_RETURN(const auto come, reader->FindRecord(record.record));
      if (come.has_value()) continue;
    }
    entries.emplace_back(record);
    still.push_back(std::move(record));
  }
  if (entries.empty()) return Erasures();
  ASSIGN_OR_RETURN(const DeliveryAnswer answer,
                   SubmitAndWait(store, std::move(entries)));
  Erasures erased;
  for (std::size_t i = 0; i < still.size(); ++i) {
    erased.emplace_back(still[i].record, answer.entries[i].seq);
  }
  return erased;
}

// What is not as the other says: keys that are there, and log entries that are
// not.
struct Unfinished {
  Erasures destroy;
  std::vector<RecordErased> erase;
};

absl::StatusOr<Unfinished> FindUnfinished(const Reader& reader,
                                          const personal::KeyStore& keys) {
  Unfinished unfinished;
  const std::string& name = reader.survey().name;
  RETURN_IF_ERROR(
      keys.ForEach([&](std::string_view survey, const RecordId& id,
                       const personal::KeptKey& kept) -> absl::Status {
        if (survey != name) return absl::OkStatus();
        ASSIGN_OR_RETURN(const std::optional<Record> record,
                         reader.FindRecord(id));
        if (!record.has_value()) return absl::OkStatus();
        const bool destroyed = kept.wrapped.empty();
        if (record->erased != 0 && !destroyed) {
          unfinished.destroy.emplace_back(id, record->erased);
        }
        if (record->erased == 0 && destroyed) unfinished.erase.push_back({id});
        return absl::OkStatus();
      }));
  return unfinished;
}

// Of what waits to make a record: those whose key is destroyed, which somebody
// could still let in.
absl::Status FindUnfinishedUnmade(const Reader& reader,
                                  const personal::KeyStore& keys,
                                  std::vector<RecordErased>& erase) {
  std::map<RecordId, Seq> waiting;
  Seq after = 0;
  std::vector<std::pair<Seq, Held>> some;
  do {
    ASSIGN_OR_RETURN(some, reader.HeldAfter(after, kErasedAtOnce));
    for (const auto& [seq, held] : some) {
      after = seq;
      if (!held.record.empty()) waiting.emplace(held.record, seq);
    }
  } while (!some.empty());
  for (const auto& [id, seq] : waiting) {
    ASSIGN_OR_RETURN(const auto kept, keys.Find(reader.survey().name, id));
    if (!kept.has_value() || !kept->wrapped.empty()) continue;
    ASSIGN_OR_RETURN(const auto record, reader.FindRecord(id));
    if (record.has_value()) continue;
    ASSIGN_OR_RETURN(const std::uint32_t form, FormOfChange(seq, reader));
    if (form != 0) erase.push_back({id, "", form});
  }
  return absl::OkStatus();
}

// The latest rejections: each was to be followed by the end of a key.
absl::Status FinishRejections(const Reader& reader, Personal& personal) {
  const Seq head = reader.head();
  for (Seq seq = head - std::min(head, kLookedBackAt) + 1; seq <= head; ++seq) {
    ASSIGN_OR_RETURN(const auto info, reader.FindEntry(seq));
    if (!info.has_value() || info->kind != EntryKind::kQuarantineRejected) {
      continue;
    }
    RETURN_IF_ERROR(EraseRejected(reader, info->change, personal));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Personal::Destroy(const std::string& survey,
                               const Erasures& erased) {
  if (erased.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(keys_.Destroy(survey, erased));
  const MutexLock lock(mutex_);
  for (const auto& [record, seq] : erased) {
    last_erased_[survey] = std::max(last_erased_[survey], seq);
  }
  return absl::OkStatus();
}

Seq Personal::LastErased(const std::string& survey) {
  const MutexLock lock(mutex_);
  return last_erased_[survey];
}

absl::Status Personal::FinishErasures(const Catalog& catalog) {
  for (const std::string& name : catalog.List()) {
    ASSIGN_OR_RETURN(SurveyStore* const store, catalog.Find(name));
    if (!store->HasPersonal()) continue;
    ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
    ASSIGN_OR_RETURN(Unfinished unfinished, FindUnfinished(*reader, keys_));
    RETURN_IF_ERROR(FindUnfinishedUnmade(*reader, keys_, unfinished.erase));
    RETURN_IF_ERROR(Destroy(name, unfinished.destroy));
    RETURN_IF_ERROR(FinishRejections(*reader, *this));
    RETURN_IF_ERROR(Erase(*store, name, unfinished.erase, *this));
  }
  return keys_.ForEach([this](std::string_view survey, const RecordId&,
                              const personal::KeptKey& kept) {
    const MutexLock lock(mutex_);
    Seq& last = last_erased_[std::string(survey)];
    last = std::max(last, kept.erased);
    return absl::OkStatus();
  });
}

absl::Status Erase(SurveyStore& store, const std::string& survey,
                   const std::vector<RecordErased>& records,
                   Personal& personal) {
  for (std::size_t first = 0; first < records.size(); first += kErasedAtOnce) {
    const std::size_t count = std::min(kErasedAtOnce, records.size() - first);
    const auto begin = records.begin() + static_cast<std::ptrdiff_t>(first);
    ASSIGN_OR_RETURN(
        const Erasures erased,
        AppendErasures(store,
                       {begin, begin + static_cast<std::ptrdiff_t>(count)}));
    RETURN_IF_ERROR(personal.Destroy(survey, erased));
  }
  return absl::OkStatus();
}

absl::Status EraseRejected(const Reader& reader, Seq change,
                           Personal& personal) {
  ASSIGN_OR_RETURN(const auto info, reader.FindEntry(change));
  if (!info.has_value() || !info->outcome.rejected) return absl::OkStatus();
  ASSIGN_OR_RETURN(const LogEntry entry, reader.ReadLog(change));
  const auto* const received = std::get_if<ChangeReceived>(&entry.body);
  if (received == nullptr || received->sealing.part != SealedPart::kAll) {
    return absl::OkStatus();
  }
  return personal.Destroy(
      reader.survey().name,
      {{personal::PlaceOfUnread(received->h), reader.head()}});
}

absl::StatusOr<std::size_t> EraseOlder(SurveyStore& store,
                                       std::int64_t before_ms,
                                       Personal& personal) {
  ASSIGN_OR_RETURN(const auto reader, store.Snapshot());
  std::vector<RecordErased> expired;
  std::vector<Record> records;
  RecordId after;
  do {
    ASSIGN_OR_RETURN(records, reader->Records(after, kErasedAtOnce));
    for (const Record& record : records) {
      after = record.id;
      if (record.erased != 0) continue;
      ASSIGN_OR_RETURN(const auto info, reader->FindEntry(record.last_change));
      if (info.has_value() && info->received_ms < before_ms) {
        expired.push_back({record.id});
      }
    }
  } while (!records.empty());
  ASSIGN_OR_RETURN(const auto unmade, personal.Unmade(*reader));
  for (const auto& [id, each] : unmade) {
    if (each.received_ms < before_ms) expired.push_back({id, "", each.form});
  }
  RETURN_IF_ERROR(Erase(store, reader->survey().name, expired, personal));
  return expired.size();
}

absl::StatusOr<std::size_t> EraseExpired(const Catalog& catalog,
                                         std::int64_t now_ms,
                                         Personal& personal) {
  constexpr std::int64_t kDayMs = 86'400'000;
  std::size_t erased = 0;
  for (const std::string& name : catalog.List()) {
    ASSIGN_OR_RETURN(SurveyStore* const store, catalog.Find(name));
    ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
    const std::int64_t days = reader->survey().config.retention_days;
    if (days == 0) continue;
    ASSIGN_OR_RETURN(const std::size_t some,
                     EraseOlder(*store, now_ms - days * kDayMs, personal));
    erased += some;
  }
  return erased;
}

}  // namespace chasqui::server
