// Whether a store is in order.

#ifndef CHASQUI_STORAGE_VERIFY_H_
#define CHASQUI_STORAGE_VERIFY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/kv.h"
#include "storage/rocks_kv.h"

namespace chasqui::storage {

struct VerifyReport {
  // What is wrong, each as a sentence that names the key. Empty: all is well.
  std::vector<std::string> findings;
  // There are more than are listed.
  bool more = false;

  std::uint64_t surveys = 0;
  std::uint64_t entries = 0;  // of their logs
  std::uint64_t records = 0;
};

// At most this many findings are listed.
inline constexpr std::size_t kFindingsMax = 1000;

// Checks every relation between the keys:
//
//   keys          each is one of keys.h, of a survey that is there, and its
//                 value can be read
//   log           dense from 1 to the head, times increasing; the entries
//                 listed as administrative are those that are
//   entry infos   one for each entry, and telling the same
//   history       from each record's last change back, each entry that touched
//                 it once, and no other
//   chains        each change of a device is in its chain, with its hash, and
//                 the other way round; incarnations end in changes
//   feeds         of each record one entry in each of its buckets, where the
//                 record says, and no other; notices where their changes say
//   contents      each feed entry has the hash of its record as it is (those of
//                 records with rows are left to the replay)
//   digests       of each bucket the sum over its feed, under the log's name
//   quarantine    held changes are those whose outcome says so, and are listed
//                 with their records
//   rows          as many as their record counts
//   counters      equal a count of all records
//   conflicts     the records listed are those that have some
//
// With `replay` each state is also computed again from the log alone, in
// memory, and compared key by key.
//
// An error means that it could not be looked at, not that something is wrong.
absl::StatusOr<VerifyReport> VerifyKv(const KvReader& kv, bool replay);

// The same for the store in `directory`, which no server may have open.
absl::StatusOr<VerifyReport> Verify(const std::string& directory, bool replay,
                                    const RocksKvOptions& options);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_VERIFY_H_
