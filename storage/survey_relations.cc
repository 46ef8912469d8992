#include <algorithm>

#include "storage/stored_survey.h"
#include "sync/counters.h"

namespace chasqui::storage {
namespace {

// One method a relation of VerifyKv's list; each looks both ways.
class Relations {
 public:
  Relations(const std::string& name, const StoredSurvey& stored,
            Findings& findings)
      : name_(name), stored_(stored), findings_(findings) {}

  void CheckLog();
  void CheckInfos();
  void CheckHistory();
  void CheckChains();
  void CheckDevices();
  void CheckFeeds();
  void CheckNotices();
  void CheckQuarantine();
  void CheckRows();
  void CheckCounters();
  void CheckConflicts();

 private:
  template <typename... Pieces>
  void Expect(bool good, const Pieces&... pieces) {
    findings_.Expect(good, "survey ", name_, ": ", pieces...);
  }
  const EntryInfo* InfoAt(Seq seq) const {
    const auto it = stored_.infos.find(seq);
    return it == stored_.infos.end() ? nullptr : &it->second;
  }
  bool IsHeld(const EntryInfo& info) const {
    return info.kind == EntryKind::kChangeReceived &&
           info.outcome.kind == OutcomeKind::kQuarantined &&
           !info.outcome.rejected;
  }
  void CheckFeedsOf(const RecordId& id, const RecordSummary& record);

  const std::string& name_;
  const StoredSurvey& stored_;
  Findings& findings_;
};

void Relations::CheckLog() {
  Seq expected = 1;
  std::int64_t before_ms = 0;
  Seq administrative = 0;
  for (const auto& [seq, entry] : stored_.log) {
    Expect(seq == expected, "log entries ", expected, " to ", seq - 1,
           " are missing");
    expected = seq + 1;
    Expect(seq == 1 || entry.received_ms > before_ms, "log entry ", seq,
           " is not later than the one before it");
    before_ms = entry.received_ms;
    const bool is = entry.kind < EntryKind::kChangeReceived;
    Expect(is == stored_.administrative.contains(seq), "log entry ", seq,
           is ? " is not listed as administrative"
              : " is listed as administrative");
    if (is) administrative = seq;
  }
  for (const Seq seq : stored_.administrative) {
    Expect(stored_.log.contains(seq), "the administrative entry ", seq,
           " is not in the log");
  }
  Expect(stored_.head.has_value(), "it has no head");
  if (!stored_.head.has_value()) return;
  const Head expected_head{expected - 1, before_ms, administrative};
  Expect(*stored_.head == expected_head, "the head is at ", stored_.head->seq,
         " (", stored_.head->received_ms, " ms, administrative ",
         stored_.head->administrative, "), the log ends at ", expected_head.seq,
         " (", before_ms, " ms, administrative ", administrative, ")");
}

void Relations::CheckInfos() {
  for (const auto& [seq, entry] : stored_.log) {
    const EntryInfo* info = InfoAt(seq);
    Expect(info != nullptr, "entry ", seq, " has no info");
    if (info == nullptr) continue;
    Expect(info->kind == entry.kind && info->received_ms == entry.received_ms &&
               info->device == entry.device && info->number == entry.number,
           "the info of entry ", seq, " differs from the log");
  }
  for (const auto& [seq, info] : stored_.infos) {
    Expect(stored_.log.contains(seq), "the info of entry ", seq,
           " has no entry in the log");
  }
}

void Relations::CheckHistory() {
  std::set<Seq> touched;
  for (const auto& [id, record] : stored_.records) {
    Seq later = record.last_change + 1;
    for (Seq seq = record.last_change; seq != 0;) {
      const EntryInfo* info = InfoAt(seq);
      const bool good = info != nullptr && info->record == id && seq < later;
      Expect(good, "the history of record ", ToText(id), " breaks at ", seq);
      if (!good) break;
      touched.insert(seq);
      later = seq;
      seq = info->previous;
    }
  }
  for (const auto& [seq, info] : stored_.infos) {
    if (info.kind != EntryKind::kChangeReceived || info.applied_at == 0) {
      continue;
    }
    Expect(touched.contains(info.applied_at), "the change at ", seq,
           " was applied at ", info.applied_at,
           ", which is in no record's history");
  }
}

void Relations::CheckChains() {
  for (const auto& [seq, entry] : stored_.log) {
    if (entry.kind != EntryKind::kChangeReceived || entry.device.empty()) {
      continue;
    }
    const auto it = stored_.links.find({entry.device, entry.number});
    const bool linked =
        it != stored_.links.end() &&
        std::any_of(it->second.begin(), it->second.end(),
                    [seq = seq, h = entry.h](const ChainLink& link) {
                      return link.seq == seq && link.h == h;
                    });
    Expect(linked, "the change at ", seq, " is not in the chain of ",
           entry.device);
  }
  for (const auto& [place, links] : stored_.links) {
    for (const ChainLink& link : links) {
      const auto it = stored_.log.find(link.seq);
      Expect(it != stored_.log.end() && it->second.device == place.first &&
                 it->second.number == place.second && it->second.h == link.h,
             "change ", place.second, " of ", place.first,
             " is not in the log at ", link.seq);
    }
  }
}

void Relations::CheckDevices() {
  for (const auto& [place, links] : stored_.links) {
    Expect(stored_.devices.contains(place.first), "the device ", place.first,
           " has changes but is not listed");
  }
  for (const auto& [name, device] : stored_.devices) {
    const auto latest = stored_.log.find(device.latest);
    Expect(latest != stored_.log.end() && latest->second.device == name,
           "the latest change of ", name, " is not at ", device.latest);
    for (const Incarnation& one : device.incarnations) {
      if (one.end == 0) continue;
      const auto it = stored_.links.find({name, one.end});
      const bool found = it != stored_.links.end() &&
                         std::any_of(it->second.begin(), it->second.end(),
                                     [&one](const ChainLink& link) {
                                       return link.h == one.end_h;
                                     });
      Expect(found, "an incarnation of ", name, " ends at change ", one.end,
             ", which is not in its chain");
    }
  }
}

void Relations::CheckFeedsOf(const RecordId& id, const RecordSummary& record) {
  for (const Membership& member : record.memberships) {
    const Seq at = member.left != 0 ? member.left : record.latest;
    const auto it = stored_.feeds.find({member.bucket, at});
    const bool good = it != stored_.feeds.end() && it->second.record == id &&
                      it->second.left == (member.left != 0);
    Expect(good, "record ", ToText(id), " is not in the feed of ",
           ToText(member.bucket), " at ", at);
    Expect(!good || member.left != 0 || record.content.empty() ||
               it->second.content == record.content,
           "record ", ToText(id), " is not what the feed of ",
           ToText(member.bucket), " says it is");
  }
}

void Relations::CheckFeeds() {
  for (const auto& [id, record] : stored_.records) CheckFeedsOf(id, record);
  for (const auto& [place, entry] : stored_.feeds) {
    const auto& [bucket, seq] = place;
    const auto it = stored_.records.find(entry.record);
    bool wanted = false;
    if (it != stored_.records.end()) {
      for (const Membership& member : it->second.memberships) {
        wanted = wanted ||
                 (member.bucket == bucket &&
                  seq == (member.left != 0 ? member.left : it->second.latest));
      }
    }
    Expect(wanted, "the feed of ", ToText(bucket), " has record ",
           ToText(entry.record), " at ", seq, ", where it should not be");
  }
}

void Relations::CheckNotices() {
  std::set<std::pair<Seq, Seq>> told;  // at, change
  for (const ParsedKey& notice : stored_.notices) {
    const EntryInfo* info = InfoAt(notice.change);
    Expect(info != nullptr && info->device == notice.name &&
               info->noticed == notice.seq,
           "the notice to ", notice.name, " at ", notice.seq,
           " does not fit the change at ", notice.change);
    told.emplace(notice.seq, notice.change);
  }
  for (const auto& [seq, info] : stored_.infos) {
    if (info.noticed == 0) continue;
    Expect(told.contains({info.noticed, seq}), "the notice of the change at ",
           seq, " is missing at ", info.noticed);
  }
}

void Relations::CheckQuarantine() {
  for (const auto& [seq, held] : stored_.held) {
    const EntryInfo* info = InfoAt(seq);
    Expect(
        info != nullptr && IsHeld(*info) && info->outcome.reason == held.reason,
        "the change at ", seq, " is held, but its outcome does not say so");
    if (held.record.empty()) continue;
    const auto it = stored_.waiting.find(held.record);
    Expect(it != stored_.waiting.end() &&
               std::binary_search(it->second.begin(), it->second.end(), seq),
           "the change held at ", seq, " is not listed with its record");
  }
  for (const auto& [seq, info] : stored_.infos) {
    Expect(!IsHeld(info) || stored_.held.contains(seq), "the change at ", seq,
           " is in quarantine by its outcome, but not held");
  }
  for (const auto& [record, seqs] : stored_.waiting) {
    Expect(!seqs.empty() && std::is_sorted(seqs.begin(), seqs.end()),
           "the list of changes held about record ", ToText(record),
           " is empty or out of order");
    for (const Seq seq : seqs) {
      const auto it = stored_.held.find(seq);
      Expect(it != stored_.held.end() && it->second.record == record,
             "the change at ", seq, " is listed as held about record ",
             ToText(record), ", but is not");
    }
  }
}

void Relations::CheckRows() {
  for (const auto& [id, record] : stored_.records) {
    const auto it = stored_.rows.find(id);
    const std::uint32_t rows = it == stored_.rows.end() ? 0 : it->second;
    Expect(rows == record.rows, "record ", ToText(id), " counts ", record.rows,
           " rows, there are ", rows);
  }
  for (const auto& [id, rows] : stored_.rows) {
    Expect(stored_.records.contains(id), "there are ", rows, " rows of record ",
           ToText(id), ", which is not there");
  }
}

void Relations::CheckCounters() {
  std::map<std::string, std::int64_t> counted;
  for (const auto& [id, record] : stored_.records) {
    for (const std::string& counter : record.counters) ++counted[counter];
  }
  for (const auto& [seq, held] : stored_.held) {
    const EntryInfo* info = InfoAt(seq);
    if (info == nullptr) continue;
    for (const std::string& counter : CountersOfHeld(info->person)) {
      ++counted[counter];
    }
  }
  for (const auto& [counter, count] : counted) {
    const auto it = stored_.counters.find(counter);
    const std::int64_t kept = it == stored_.counters.end() ? 0 : it->second;
    Expect(kept == count, "the counter ", counter, " is ", kept,
           ", a recount gives ", count);
  }
  for (const auto& [counter, kept] : stored_.counters) {
    Expect(counted.contains(counter), "the counter ", counter, " is ", kept,
           ", a recount gives 0");
  }
}

void Relations::CheckConflicts() {
  for (const auto& [id, record] : stored_.records) {
    const bool listed = stored_.conflicted.contains(id);
    Expect(listed == record.conflicted, "record ", ToText(id),
           record.conflicted ? " has conflicts but is not listed with them"
                             : " is listed with conflicts but has none");
  }
  for (const RecordId& id : stored_.conflicted) {
    Expect(stored_.records.contains(id), "record ", ToText(id),
           " is listed with conflicts but not there");
  }
}

}  // namespace

void CheckRelations(const std::string& name, const StoredSurvey& stored,
                    Findings& findings) {
  Relations relations(name, stored, findings);
  relations.CheckLog();
  relations.CheckInfos();
  relations.CheckHistory();
  relations.CheckChains();
  relations.CheckDevices();
  relations.CheckFeeds();
  relations.CheckNotices();
  relations.CheckQuarantine();
  CheckGaps(name, stored, findings);
  relations.CheckRows();
  relations.CheckCounters();
  relations.CheckConflicts();
  CheckDigests(name, stored, findings);
}

}  // namespace chasqui::storage
