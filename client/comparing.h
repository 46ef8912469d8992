// Finding out where the device's copy differs from what the server has, and
// having it put right (rules 9; sync/repair.h has the questions).
//
//   each bucket:  asked for its digest ──equal──────────────────────► done
//                        │ another                                     ▲
//                        ▼                                             │
//                 searched, by sync/reconcile ──► fetched: whole records
//                        ▲        │
//                        └────────┘ the bucket has moved on meanwhile
//
// Lives in memory only: whatever ends it, the next comparison finds less.

#ifndef CHASQUI_CLIENT_COMPARING_H_
#define CHASQUI_CLIENT_COMPARING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "client/copies.h"
#include "client/exchange.h"
#include "client/local_state.h"
#include "sync/ids.h"
#include "sync/reconcile/reconciliation.h"
#include "sync/repair.h"

namespace chasqui::client {

// A record that the server does not have in a bucket that the device has it in.
struct SurplusCopy {
  std::uint32_t bucket = 0;  // FollowedBucket::id
  RecordId record;
};

// Thread-compatible.
class Comparing {
 public:
  using Held = std::map<std::uint32_t, HeldBucket>;

  // `held` is what the device has of the buckets of `state`.
  Comparing(const SurveyState& state, const Held& held);

  // What to ask next, at most kRepairQuestionsMax. Empty when done.
  std::vector<RepairQuestion> Questions() const;

  // Takes the answers that came beside a last page. `held` is what the device
  // has after it has taken in the rest of the news. InvalidArgument for answers
  // to nothing.
  absl::Status Take(const SurveyNews& news, const SurveyState& state,
                    const Held& held);

  // Nothing is left to be asked.
  bool done() const { return buckets_.empty(); }
  // What turned out to be surplus; told once.
  std::vector<SurplusCopy> TakeSurplus() { return std::exchange(surplus_, {}); }

 private:
  using Placed = std::pair<reconcile::Word, RecordId>;
  struct Fetched {
    reconcile::WordRange range;
    reconcile::Word after = 0;
  };
  struct Compared {
    std::uint32_t id = 0;
    Bucket bucket;
    absl::uint128 digest = 0;
    std::uint64_t at = 0;
    std::optional<reconcile::Reconciliation> search;
    bool fetching = false;
    std::vector<std::uint32_t> names;
    std::vector<Fetched> whole;
    // What the server has not, as it was here when that was found.
    std::vector<Placed> doubtful;
    std::set<RecordId> came;
  };

  static void Ask(const Compared& compared,
                  std::vector<RepairQuestion>& questions);
  Compared* Find(const Bucket& bucket);
  absl::Status TakeAnswer(const RepairAnswer& answer, const HeldBucket& held,
                          Compared& compared);
  absl::Status Search(const RepairAnswer& answer, const HeldBucket& held,
                      Compared& compared);
  static void Restart(const HeldBucket& held, Compared& compared);
  void FinishFetched(const Held& held);

  std::vector<Compared> buckets_;  // those not done
  std::vector<SurplusCopy> surplus_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_COMPARING_H_
