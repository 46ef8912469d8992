// What shows that a device and the server hold the same (rules 9).
//
//   content(record)          BLAKE2b-128 of the row encoding of the record,
//                            whole and as shown (EncodeWhole):
//                            of its id, its seq and all that a device
//                            keeps of it
//   element(record, bucket)  SipHash-2-4-128 of content(record), under the key
//                            of survey, log name and bucket
//   digest(bucket)           Σ element(record, bucket) over its records, mod
//                            2^128; those that are gone count, those that left
//                            do not
//   digest(scope)            Σ digest(bucket), mod 2^128
//
// Sums, so that one record's change costs one subtraction and one addition, in
// whatever order. Two steps, so that a new log name, which makes new keys,
// costs one short hash a record and reads no answers.
//
// Equal digests show agreement against error. Whoever knows the key can make
// different sets of equal digest (Wagner, A Generalized Birthday Problem,
// 2002); such a pair lasts no longer than the log's name.
//
// SipHash: Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012.
// BLAKE2: RFC 7693. Both are libsodium's.

#ifndef CHASQUI_SYNC_DIGEST_H_
#define CHASQUI_SYNC_DIGEST_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "sync/ids.h"
#include "sync/record.h"

namespace chasqui {

// Of the row encoding of a whole record, as EncodeWhole() and EncodePulled()
// spell it.
ContentHash HashContent(std::string_view whole_record);

// Thread-compatible; a value.
class DigestKey {
 public:
  DigestKey(std::string_view survey, LogName log, const Bucket& bucket);

  absl::uint128 ElementOf(const ContentHash& content) const;

 private:
  std::array<unsigned char, 16> key_{};
};

// The digest of one bucket, and how many records it is of.
struct BucketDigest {
  absl::uint128 sum = 0;
  std::uint64_t records = 0;

  void Add(absl::uint128 element) {
    sum += element;
    ++records;
  }
  // REQUIRES: it was added.
  void Remove(absl::uint128 element) {
    sum -= element;
    --records;
  }

  friend bool operator==(const BucketDigest&, const BucketDigest&) = default;
};

// Sixteen bytes, the lowest first.
std::string DigestBytes(absl::uint128 digest);
// Nullopt unless `bytes` are sixteen.
std::optional<absl::uint128> DigestFromBytes(std::string_view bytes);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_DIGEST_H_
