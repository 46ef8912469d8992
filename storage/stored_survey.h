#ifndef CHASQUI_STORAGE_STORED_SURVEY_H_
#define CHASQUI_STORAGE_STORED_SURVEY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "storage/catalog.h"
#include "storage/findings.h"
#include "storage/keys.h"
#include "storage/kv.h"
#include "storage/state_codec.h"
#include "sync/entry.h"
#include "sync/record.h"
#include "sync/state.h"

namespace chasqui::storage {

// What a log entry says that the state must say too.
struct LoggedEntry {
  EntryKind kind = EntryKind::kChangeReceived;
  std::int64_t received_ms = 0;
  std::string device;
  std::uint64_t number = 0;
  ChainHash before;
  ChainHash h;
};

// What of a record its indexes depend on.
struct RecordSummary {
  Seq last_change = 0;
  Seq latest = 0;
  std::uint32_t rows = 0;
  bool conflicted = false;
  ContentHash content;  // none where rows are a part of it
  std::vector<Membership> memberships;
  std::vector<std::string> counters;
};

// A survey, all of it but the answers, read to be verified. What cannot be read
// is a finding, and missing here.
struct StoredSurvey {
  std::optional<Head> head;
  std::set<Seq> administrative;
  std::map<Seq, LoggedEntry> log;
  std::map<Seq, EntryInfo> infos;
  std::map<std::string, Device> devices;
  std::map<std::pair<std::string, std::uint64_t>, std::vector<ChainLink>> links;
  std::map<Seq, Held> held;
  std::map<RecordId, std::vector<Seq>> waiting;
  std::map<std::pair<std::string, ChainHash>, std::vector<Seq>> gaps;
  std::set<RecordId> conflicted;
  std::map<std::string, std::int64_t> counters;
  absl::flat_hash_map<RecordId, RecordSummary> records;
  absl::flat_hash_map<RecordId, std::uint32_t> rows;
  std::map<std::pair<Bucket, Seq>, FeedEntry> feeds;
  std::map<Bucket, BucketDigest> digests;
  std::vector<ParsedKey> notices;
  LogName log_name = LogName::kNone;  // the last one recorded
  std::int32_t utc_offset_minutes = 0;

  // Takes in one key of the survey.
  absl::Status Add(const ParsedKey& key, std::string_view value);

 private:
  absl::Status AddLog(Seq seq, std::string_view value);
  absl::Status AddRecord(const RecordId& id, std::string_view value);
  absl::Status AddLinks(const ParsedKey& key, std::string_view value);
};

// Adds what is wrong with the digests of buckets: a part of CheckRelations.
void CheckDigests(const std::string& name, const StoredSurvey& stored,
                  Findings& findings);

// Adds what is wrong between the parts of `stored`.
void CheckRelations(const std::string& name, const StoredSurvey& stored,
                    Findings& findings);
// Likewise, of the changes in gap; a part of the former.
void CheckGaps(const std::string& name, const StoredSurvey& stored,
               Findings& findings);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_STORED_SURVEY_H_
