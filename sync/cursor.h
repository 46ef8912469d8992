// How far a device has pulled, bucket by bucket. Opaque to the device.

#ifndef CHASQUI_SYNC_CURSOR_H_
#define CHASQUI_SYNC_CURSOR_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "sync/record.h"

namespace chasqui {

struct BucketCursor {
  // Everything up to here has arrived: the position of the last page. Before
  // the first last page: none.
  Position complete;
  // Pages after `complete` were read up to here; none between pulls.
  Position page;
  // The highest head at which those pages were read.
  Position page_head;

  friend bool operator==(const BucketCursor&, const BucketCursor&) = default;
};

// INVARIANT: of each bucket, complete lies at or before page, and page at or
// before page_head, by seq within one log name.
struct Cursor {
  std::map<Bucket, BucketCursor> buckets;
  Position notices;  // in the device's own bucket

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

// Goes on from where `started` is, as for a device that has taken in what was
// pulled up to there: in the buckets of which `cursor` has not all of an
// earlier time.
void Adopt(const Cursor& started, Cursor& cursor);

inline constexpr std::size_t kCursorBucketsMax = 20'000;

// Grammar in cursor.cc; ends in a checksum. Empty bytes are the cursor of a
// device that has pulled nothing.
std::string EncodeCursor(const Cursor& cursor);
// InvalidArgument for bytes that EncodeCursor did not make; never crashes.
absl::StatusOr<Cursor> DecodeCursor(std::string_view bytes);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_CURSOR_H_
