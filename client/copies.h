// The device's copies as they are in its store, and what they come to.

#ifndef CHASQUI_CLIENT_COPIES_H_
#define CHASQUI_CLIENT_COPIES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/device_store.h"
#include "client/local_state.h"
#include "sync/digest.h"
#include "sync/ids.h"
#include "sync/reconcile/words.h"

namespace chasqui::client {

// The copy stored under the id of `record`; nullopt where the bytes do not say
// the same of themselves everywhere, or that it is in a bucket that `state`
// does not follow: a memory card forgets, and what it kept wrongly is no copy.
// Answers may be wrong all the same; digests find those.
std::optional<StoredRecord> SoundCopy(const SurveyState& state,
                                      const RecordId& record,
                                      std::string_view bytes);

// What the device has of one bucket.
struct HeldBucket {
  BucketDigest digest;
  std::vector<std::pair<reconcile::Word, RecordId>> words;  // sorted
};

// By FollowedBucket::id, each of the buckets of `state`. Reads every copy there
// is, from its bytes: this is what finds a flipped bit. To `unsound`, if
// given, it adds the keys of those that are no copies.
absl::StatusOr<std::map<std::uint32_t, HeldBucket>> ReadCopies(
    std::string_view survey, const SurveyState& state, const DeviceStore& store,
    std::vector<std::string>* unsound = nullptr);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_COPIES_H_
