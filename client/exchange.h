// One exchange of a device with the server, as values: what SyncRequest and
// SyncResponse say (proto/chasqui/v1/sync_service.proto has the meaning of each
// member), without how they travel.

#ifndef CHASQUI_CLIENT_EXCHANGE_H_
#define CHASQUI_CLIENT_EXCHANGE_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "client/credential.h"
#include "client/heartbeat.h"
#include "client/link_estimate.h"
#include "sync/entry.h"
#include "sync/ids.h"
#include "sync/intake.h"
#include "sync/lineage.h"
#include "sync/page.h"
#include "sync/record.h"
#include "sync/repair.h"
#include "sync/seal/starting_file.h"

namespace chasqui::client {

// What a device holds of a form version's statistics.
struct HeldStatistics {
  std::uint32_t form = 0;  // 0: nothing
  Position trained;        // their version
  std::string spelled;     // grammar in sync/wire/statistics.cc
};

// With what a batch can go as columns, and news come so (sync/wire/batch.h).
struct ColumnMeans {
  std::string form;  // version SurveyRequest::forms, as the wire spells it
  HeldStatistics statistics;
  // Of the records that the batch is about, the seq of an entry about each, in
  // the log that the request knows as the present one.
  std::vector<std::pair<RecordId, Seq>> records;
  // The server has asked for this batch as rows.
  bool rows_only = false;
  // So is the device asking for news: it could not read their columns.
  bool news_as_rows = false;
};

struct SurveyRequest {
  std::string survey;
  std::string person;
  // Changes' bytes and told times, and where in the chain they go. Without
  // changes it only asks how far the server has the chain.
  std::optional<Batch> batch;
  std::string cursor;
  LogName log = LogName::kNone;  // known as the present one
  std::vector<ToldLineage> lineages;
  std::uint32_t forms = 0;  // form versions 1 to this are here
  bool pull = true;
  ColumnMeans columns;
  bool compares = false;  // it has copies
  std::vector<RepairQuestion> questions;
  std::vector<std::string> started;  // cursors of starting files taken in
  std::vector<seal::StartingName> keys_for;
  // Changes are due that did not fit. Does not travel.
  bool rest = false;

  // Number of the last change in the batch; 0 if there is none.
  std::uint64_t last() const {
    return !batch.has_value() || batch->changes.empty()
               ? 0
               : batch->first + batch->changes.size() - 1;
  }
};

// What became of a sealed batch that the device carries for another.
struct CarriedNews {
  absl::Status error;   // it was not taken
  std::string receipt;  // a sealed unit (sync/seal/envelope.h)
};

struct Request {
  std::string device;
  std::vector<SurveyRequest> surveys;
  Exchange clock;
  std::uint32_t news_bytes_max = 0;  // 0: as the server likes
  LinkEstimate link;
  Heartbeat heartbeat;
  std::string device_key;  // 32 bytes, until the server is known to have it
  std::string carried;     // a sealed unit; empty: none
  bool wiped = false;      // it has forgotten everything, as it was told
  Shown shown;

  bool brings_changes() const {
    return std::any_of(surveys.begin(), surveys.end(),
                       [](const auto& part) { return part.last() != 0; });
  }
};

// One entry of a bucket's feed: a record's row encoding (sync/page.h), or that
// it left.
struct NewsItem {
  bool left = false;
  Seq seq = 0;
  RecordId record;
  std::string bytes;  // EncodePulled(); empty if it left
  std::string key;    // by which its values are sealed; empty: not told
};

struct BucketNews {
  Bucket bucket;
  bool restarts = false;
  bool last = false;
  Position complete;
  std::vector<NewsItem> items;
  bool jumps = false;
  std::vector<NewsItem> repairs;  // whole
};

// A form version, as the wire spells it: the device's core only keeps it.
struct FormNews {
  std::uint32_t number = 0;
  std::string bytes;
};

// Which chunk, of which starting file.
struct StartingPart {
  seal::StartingName file;
  std::uint32_t number = 0;
  bool last = false;
};

struct SurveyNews {
  std::string survey;
  absl::Status
      error;  // of this survey's part; the rest may be set all the same
  LogName log = LogName::kNone;
  Seq head = 0;
  std::optional<Lineage> lineage;
  std::optional<BatchAnswer> answer;
  std::vector<BucketNews> buckets;
  std::vector<Bucket> lost;
  std::vector<Notice> notices;
  std::string cursor;
  bool more = false;
  Position durable;
  std::vector<FormNews> forms;
  // The columns of the batch were not read: the same again, as rows.
  bool send_rows = false;
  // The columns of a page cannot be read here: of the news nothing was taken,
  // neither buckets nor cursor.
  bool unreadable = false;
  std::optional<HeldStatistics> statistics;  // in place of those held
  // Of the scope as the server has it; nullopt unless this was the last page:
  // then all buckets are complete up to `head`, told of here or not.
  std::optional<absl::uint128> digest;
  std::vector<RepairAnswer> answers;
  std::optional<ChainEnd> latest;          // of a device without a chain
  std::vector<std::string> starting_keys;  // of keys_for; empty: not for it
  // It is not an answer but a chunk of a starting file: there may be newer
  // here.
  std::optional<StartingPart> starting;
};

struct Response {
  std::vector<SurveyNews> surveys;
  std::int64_t received_ms = 0;
  std::uint32_t retry_after_ms = 0;
  std::string device_key;  // that the device is known by; empty: not said
  std::string server_key;  // likewise
  std::optional<CarriedNews> carried;
  std::string token;  // to show from now on; empty: as before
  std::int64_t token_expires_ms = 0;
  bool wipe = false;  // it shall forget everything
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_EXCHANGE_H_
