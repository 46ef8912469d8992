// cursor   := version:byte logs crc:4 common notices n:varint n*bucket
// logs     := n:varint n*log:8                  the names used below
// notices  := position
// common   := position                          what most are complete up to:
//                                               that of the first bucket
// bucket   := kind:byte name:bytes              sorted by (kind, name);
// complete
//                                               up to there, without pages
//           | 0x80+kind:byte name:bytes complete:position page:position
//             head:position
// position := log:varint seq:varint             log: 0 none, else its place in
//                                               logs; seq 0 where there is none
// crc      := the first bytes of BLAKE2b over all but itself: against damage
//             and mistakes, not against forgery
//
// What moves with the head stands in front, once: of two cursors between which
// no more happened than that, the rest is the same.

#include "sync/cursor.h"

#include <sodium/crypto_generichash.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"
#include "sync/config.h"

namespace chasqui {
namespace {

constexpr char kCursorVersion = 2;
constexpr std::size_t kCheckBytes = 4;
constexpr std::uint8_t kApart = 0x80;

std::string CheckOf(std::string_view logs, std::string_view rest) {
  const std::string bytes = StrCat(logs, rest);
  std::array<unsigned char, 16> hash{};
  CHECK(crypto_generichash(hash.data(), hash.size(),
                           reinterpret_cast<const unsigned char*>(bytes.data()),
                           bytes.size(), nullptr, 0) == 0);
  return {reinterpret_cast<const char*>(hash.data()), kCheckBytes};
}

// The log names of a cursor, each written once.
class LogTable {
 public:
  void Note(const Position& position) {
    if (position.log == LogName::kNone || PlaceOf(position.log) != 0) return;
    logs_.push_back(position.log);
  }
  void WriteTo(ByteWriter& out) const {
    out.Varint(logs_.size());
    for (const LogName log : logs_) {
      out.Fixed64(static_cast<std::uint64_t>(log));
    }
  }
  void Write(const Position& position, ByteWriter& out) const {
    out.Varint(PlaceOf(position.log));
    out.Varint(position.seq);
  }

  void ReadFrom(ByteReader& in) {
    const std::size_t count = in.Count(8);
    for (std::size_t i = 0; i < count; ++i) {
      logs_.push_back(static_cast<LogName>(in.Fixed64()));
    }
  }
  Position Read(ByteReader& in) const {
    const std::uint64_t place = in.Varint();
    const Seq seq = in.Varint();
    if (place > logs_.size() || (place == 0 && seq != 0)) in.Fail();
    if (!in.ok() || place == 0) return {};
    return {logs_[place - 1], seq};
  }

 private:
  std::size_t PlaceOf(LogName log) const {
    const auto found = std::find(logs_.begin(), logs_.end(), log);
    if (found == logs_.end()) return 0;
    return static_cast<std::size_t>(found - logs_.begin()) + 1;
  }

  std::vector<LogName> logs_;
};

bool IsOrdered(const BucketCursor& at) {
  const auto ordered = [](const Position& a, const Position& b) {
    return a.log != b.log || a.seq <= b.seq;
  };
  return ordered(at.complete, at.page) && ordered(at.page, at.page_head);
}

bool IsKind(BucketKind kind) {
  return kind == BucketKind::kArea || kind == BucketKind::kPerson;
}

Position CommonOf(const Cursor& cursor) {
  return cursor.buckets.empty() ? Position{}
                                : cursor.buckets.begin()->second.complete;
}

absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(StrCat("cursor ", what));
}

}  // namespace

void Adopt(const Cursor& started, Cursor& cursor) {
  for (const auto& [bucket, at] : started.buckets) {
    BucketCursor& ours = cursor.buckets[bucket];
    if (ours.complete == Position{}) ours = at;
  }
}

std::string EncodeCursor(const Cursor& cursor) {
  if (cursor == Cursor{}) return {};
  const BucketCursor common{CommonOf(cursor), {}, {}};
  LogTable logs;
  logs.Note(common.complete);
  logs.Note(cursor.notices);
  for (const auto& [bucket, at] : cursor.buckets) {
    logs.Note(at.complete);
    logs.Note(at.page);
    logs.Note(at.page_head);
  }
  std::string front(1, kCursorVersion);
  ByteWriter front_out(front);
  logs.WriteTo(front_out);
  std::string rest;
  ByteWriter out(rest);
  logs.Write(common.complete, out);
  logs.Write(cursor.notices, out);
  out.Varint(cursor.buckets.size());
  for (const auto& [bucket, at] : cursor.buckets) {
    const auto kind = static_cast<std::uint8_t>(bucket.kind);
    out.Byte(at == common ? kind : kind | kApart);
    out.Bytes(bucket.name);
    if (at == common) continue;
    logs.Write(at.complete, out);
    logs.Write(at.page, out);
    logs.Write(at.page_head, out);
  }
  return StrCat(front, CheckOf(front, rest), rest);
}

absl::StatusOr<Cursor> DecodeCursor(std::string_view bytes) {
  Cursor cursor;
  if (bytes.empty()) return cursor;
  if (bytes.front() != kCursorVersion) {
    return Malformed("is of no version known here");
  }
  ByteReader in(bytes.substr(1));
  LogTable logs;
  logs.ReadFrom(in);
  const std::string_view front = bytes.substr(0, bytes.size() - in.left());
  const std::string_view check = in.Raw(kCheckBytes);
  if (!in.ok() ||
      check != CheckOf(front, bytes.substr(front.size() + kCheckBytes))) {
    return Malformed("is damaged, or not one of this server's");
  }
  const BucketCursor common{logs.Read(in), {}, {}};
  cursor.notices = logs.Read(in);
  const std::size_t count = in.Count(2);
  if (count > kCursorBucketsMax) {
    return Malformed(
        StrCat("has ", count, " buckets; the limit is ", kCursorBucketsMax));
  }
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const std::uint8_t kind = in.Byte();
    Bucket bucket;
    bucket.kind = static_cast<BucketKind>(kind & ~kApart);
    if (!IsKind(bucket.kind)) in.Fail();
    bucket.name = std::string(in.Bytes());
    BucketCursor at = common;
    if ((kind & kApart) != 0) {
      at.complete = logs.Read(in);
      at.page = logs.Read(in);
      at.page_head = logs.Read(in);
    }
    if (!IsOrdered(at)) in.Fail();
    const bool sorted =
        cursor.buckets.empty() || cursor.buckets.rbegin()->first < bucket;
    if (!sorted || bucket.name.size() > kNameBytesMax) in.Fail();
    cursor.buckets.emplace_hint(cursor.buckets.end(), std::move(bucket), at);
  }
  // One cursor has one spelling: a name no position uses, or twice, is none.
  if (!in.done() || EncodeCursor(cursor) != bytes) {
    return Malformed("is malformed");
  }
  return cursor;
}

}  // namespace chasqui
