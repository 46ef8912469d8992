// What a device is sent of a record.

#ifndef CHASQUI_SYNC_PAGE_H_
#define CHASQUI_SYNC_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "sync/outcome.h"
#include "sync/record.h"

namespace chasqui {

// A row as shown, or what changed of it. Fields replace those of the same
// address that the device has; others stay, unless the row is whole: then
// what the device has of it is forgotten first.
struct PulledRow {
  RowId id;
  RowId parent;
  std::uint32_t repeat = 0;
  bool whole = false;
  bool gone = false;  // no fields then
  std::vector<FieldState> fields;

  friend bool operator==(const PulledRow&, const PulledRow&) = default;
};

// A record as shown at `seq`, or what changed of it, by the same rule. A
// whole record has all its rows; else rows not named are unchanged.
struct PulledRecord {
  RecordId id;
  Seq seq = 0;
  std::uint32_t form = 0;
  bool whole = false;
  bool gone = false;  // no fields, rows or marks then
  std::uint32_t review_conflicts = 0;
  std::uint32_t decided_conflicts = 0;
  std::vector<Mark> marks;  // always all
  std::vector<FieldState> fields;
  std::vector<PulledRow> rows;

  friend bool operator==(const PulledRecord&, const PulledRecord&) = default;
};

// The row encoding of a pulled record, grammar in page.cc: what travels and
// what a device keeps. One record has one spelling.
std::string EncodePulled(const PulledRecord& record);
// InvalidArgument, with what and where, for anything else; never crashes.
absl::StatusOr<PulledRecord> DecodePulled(std::string_view bytes);

// The row encoding of all of `record` as shown, whose rows as shown are `rows`
// (ShownRows, sync/pull.h): what a device that has pulled all of it keeps,
// byte by byte.
std::string EncodeWhole(const Record& record,
                        const std::vector<PulledRow>& rows);

// Whether a value in it is sealed: who is sent it is sent the record's key.
bool HoldsSealed(const PulledRecord& record);

// About as many bytes as it takes on the wire.
std::size_t RoughBytes(const PulledRecord& record);

// Brings `held`, the device's copy, to what `news` says. If `news` is whole or
// gone, `held` is replaced. A row that is gone is forgotten with the rows
// inside it: a copy holds no gone rows.
//
// REQUIRES: news.whole, news.gone, or held is a copy of that record.
void Merge(const PulledRecord& news, PulledRecord& held);

// What a device is told of one entry in a bucket's feed: the record entered or
// changed, or left the bucket.
struct PageItem {
  bool left = false;
  PulledRecord record;  // of one that left, only id and seq
};

// Part of a bucket's feed, in order of seq.
struct BucketPage {
  Bucket bucket;
  // The pull starts from zero: what the device has of this bucket is
  // unconfirmed until it comes again.
  bool restarts = false;
  // The pull goes on from the head although not everything before it has
  // arrived: a comparison is to find what has not. `last` then.
  bool jumps = false;
  // The last page: `complete` moves, and what a restart left unconfirmed is
  // dropped.
  bool last = false;
  Position complete;  // after this page
  std::vector<PageItem> items;
};

// The outcome of one of the device's own changes is another now.
struct Notice {
  Seq change = 0;  // the seq it was acknowledged with
  std::uint64_t number = 0;
  ChainHash h;
  Outcome outcome;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_PAGE_H_
