// Which of a field's live writes is shown (rules 5). Pure functions.

#ifndef CHASQUI_SYNC_POLICY_H_
#define CHASQUI_SYNC_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "sync/config.h"
#include "sync/entry.h"
#include "sync/ids.h"
#include "sync/value.h"

namespace chasqui {

// A live write with all a policy may look at.
struct Candidate {
  const Value* value = nullptr;
  Seq seq = 0;
  TimeInterval time;
  Role role = Role::kNone;
  std::string_view device;
  std::uint64_t number = 0;
  ChainHash h;
};

struct Verdict {
  std::size_t shown = 0;  // index of the write shown
  std::size_t least = 0;  // index of the one it likes least
  // Decided by time, while the winner's interval overlaps that of a write of
  // another value.
  bool uncertain = false;
};

// `writes` in the order of the field's list. For any policy but `first` and
// `append` the winner does not depend on that order.
//
// REQUIRES: 1 <= writes.size(); policy is not kDefault.
Verdict Decide(Policy policy, absl::Span<const Candidate> writes);

// The total order of `latest`: by (time.at, device, number, h), and, for
// writes of the server, which are in no chain, by seq last.
bool IsEarlier(const Candidate& a, const Candidate& b);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_POLICY_H_
