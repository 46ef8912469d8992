// The next page of a device's scope (rules 7).
//
//   pull(0..n) = pull(0..c); pull(c..n)    for every c, as resulting views

#ifndef CHASQUI_SYNC_PULL_H_
#define CHASQUI_SYNC_PULL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "sync/cursor.h"
#include "sync/lineage.h"
#include "sync/page.h"
#include "sync/reader.h"

namespace chasqui {

struct PullTerms {
  std::size_t items_max = 1000;       // >= 1
  std::size_t bytes_max = 200 << 10;  // at least one item goes in any case

  // The device compares digests, and has copies: where its cursor is lost or
  // counts as less than it was, it goes on from the head, and the comparison
  // finds what it lacks (rules 9).
  bool compares = false;
};

struct Pulled {
  std::vector<BucketPage> pages;  // buckets with something to tell
  std::vector<Bucket> lost;       // in the cursor, no longer in scope: drop
  std::vector<Notice> notices;
  Cursor cursor;      // where to go on
  bool more = false;  // pull again: something is left
  // Of all buckets in scope as read; nullopt while something is left. Where it
  // is there, all of them are complete up to the head: those of which there is
  // nothing else to tell are not among `pages`.
  std::optional<absl::uint128> digest;
};

// Reads on from `cursor` for a device whose scope is `scope` (sorted).
// Buckets that are up to date come first, buckets being back-filled last, so
// that a back-fill never holds up live changes.
//
// A position that counts as less than it was (rules 3): what the device has is
// compared, or, if it does not compare, all is pulled from zero, and what does
// not come is dropped. All and not that bucket alone: a copy may have come
// through any of the buckets that hold its record, and what it was before the
// cut another of them will not send again.
absl::StatusOr<Pulled> Pull(const Reader& reader, const std::string& device,
                            const std::vector<Bucket>& scope,
                            const Cursor& cursor,
                            const std::vector<ToldLineage>& told,
                            const PullTerms& terms);

// What a device that has everything up to `complete` lacks of `record`, in
// `membership`'s bucket: fields past it; the whole record or row, if that
// entered or came back past it. `rows` are all of the record's.
PulledRecord Newer(Record record, const std::vector<Row>& rows,
                   const Membership& membership, Seq complete);

// The rows of a whole record, of which `rows` are all.
std::vector<PulledRow> ShownRows(const std::vector<Row>& rows);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_PULL_H_
