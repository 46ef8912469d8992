#include "storage/stored_survey.h"

#include <variant>

#include "storage/log_codec.h"
#include "storage/record_codec.h"
#include "sync/base/status_macros.h"
#include "sync/counters.h"
#include "sync/digest.h"
#include "sync/page.h"

namespace chasqui::storage {

absl::Status StoredSurvey::AddLog(Seq seq, std::string_view value) {
  ASSIGN_OR_RETURN(const LogEntry entry, DecodeLogEntry(seq, value));
  LoggedEntry& logged = log[seq];
  logged.kind = KindOf(entry);
  logged.received_ms = entry.received_ms;
  if (const auto* change = std::get_if<ChangeReceived>(&entry.body)) {
    logged.device = change->device;
    logged.number = change->number;
    logged.before = change->before;
    logged.h = change->h;
  }
  if (const auto* created = std::get_if<SurveyCreated>(&entry.body)) {
    utc_offset_minutes = created->config.utc_offset_minutes;
  }
  if (const auto* opened = std::get_if<LogOpened>(&entry.body)) {
    log_name = opened->name;
  }
  return absl::OkStatus();
}

absl::Status StoredSurvey::AddRecord(const RecordId& id,
                                     std::string_view value) {
  ASSIGN_OR_RETURN(const Record record, DecodeRecord(id, value));
  RecordSummary& summary = records[id];
  summary.last_change = record.last_change;
  summary.latest = record.latest;
  summary.rows = record.rows;
  summary.conflicted = record.has_conflicts();
  if (record.rows == 0) summary.content = HashContent(EncodeWhole(record, {}));
  summary.memberships = record.memberships;
  summary.counters = CountersOf(StandingOf(record, utc_offset_minutes));
  return absl::OkStatus();
}

absl::Status StoredSurvey::AddLinks(const ParsedKey& key,
                                    std::string_view value) {
  ASSIGN_OR_RETURN(const LinkBlock block, DecodeLinks(value));
  for (const PlacedLink& placed : block) {
    if (placed.number / kLinkBlockNumbers != key.number) {
      return absl::DataLossError("it holds a link of another block");
    }
    links[std::pair(key.name, placed.number)].push_back(placed.link);
  }
  return absl::OkStatus();
}

absl::Status StoredSurvey::Add(const ParsedKey& key, std::string_view value) {
  switch (key.tag) {
    case Tag::kHead: {
      ASSIGN_OR_RETURN(head, DecodeHead(value));
      return absl::OkStatus();
    }
    case Tag::kAdministrative:
      administrative.insert(key.seq);
      return absl::OkStatus();
    case Tag::kDevice: {
      ASSIGN_OR_RETURN(devices[key.name], DecodeDevice(key.name, value));
      return absl::OkStatus();
    }
    case Tag::kCounter: {
      ASSIGN_OR_RETURN(counters[key.name], DecodeCounter(value));
      return absl::OkStatus();
    }
    case Tag::kHeld: {
      ASSIGN_OR_RETURN(held[key.seq], DecodeHeld(value));
      return absl::OkStatus();
    }
    case Tag::kWaiting: {
      ASSIGN_OR_RETURN(waiting[key.record], DecodeSeqs(value));
      return absl::OkStatus();
    }
    case Tag::kGap: {
      auto& behind = gaps[std::pair(key.name, key.h)];
      ASSIGN_OR_RETURN(behind, DecodeSeqs(value));
      return absl::OkStatus();
    }
    case Tag::kConflicted:
      conflicted.insert(key.record);
      return absl::OkStatus();
    case Tag::kDigest: {
      ASSIGN_OR_RETURN(digests[key.bucket], DecodeBucketDigest(value));
      return absl::OkStatus();
    }
    case Tag::kLog:
      return AddLog(key.seq, value);
    case Tag::kRecord:
      return AddRecord(key.record, value);
    case Tag::kRow:
      ++rows[key.record];
      return DecodeRow(key.row, value).status();
    case Tag::kEntry: {
      ASSIGN_OR_RETURN(infos[key.seq], DecodeEntryInfo(value));
      return absl::OkStatus();
    }
    case Tag::kLinks:
      return AddLinks(key, value);
    case Tag::kFeed: {
      auto& feed = feeds[std::pair(key.bucket, key.seq)];
      ASSIGN_OR_RETURN(feed, DecodeFeedEntry(value));
      return absl::OkStatus();
    }
    case Tag::kNotice:
      notices.push_back(key);
      return absl::OkStatus();
    case Tag::kLayout:
    case Tag::kOrganisation:
    case Tag::kSurvey:
    case Tag::kNote:
      break;
  }
  return absl::DataLossError("it does not belong to a survey");
}

}  // namespace chasqui::storage
