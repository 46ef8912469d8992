// Positions name their history: what a position of one log counts as in
// another that shares its beginning (rules 3).

#ifndef CHASQUI_SYNC_LINEAGE_H_
#define CHASQUI_SYNC_LINEAGE_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "sync/ids.h"

namespace chasqui {

// A log's name, and the seq at which it begins: that of the entry which
// records it.
struct LogEpoch {
  LogName name = LogName::kNone;
  Seq begins = 0;

  friend bool operator==(const LogEpoch&, const LogEpoch&) = default;
};

// The names a log has had, oldest first; each ends where the next begins. The
// last is its present name.
using Lineage = std::vector<LogEpoch>;

// At most this many names are told to a device or by it, the newest.
inline constexpr std::size_t kLineageToldMax = 1000;

// A lineage a device was given, together with the name that was present then,
// `names.back()`. It keeps one for as long as it holds a position under that
// name, and none for names that a later one still contains.
struct ToldLineage {
  Lineage names;
};

LogName PresentName(const Lineage& lineage);  // kNone if empty.
// The name under which `seq` was written; kNone if none begins so early.
LogName NameAt(const Lineage& lineage, Seq seq);
bool HasName(const Lineage& lineage, LogName name);

// What `position` counts as in the log that has `lineage` and head `head`: a
// seq in 0..head.
//
//   its name is in the lineage    at most the last seq of that name here
//   else, by a lineage told that  at most the last seq both logs share: of the
//   has its name                  newest name in both, up to its own, the lower
//                                 of its two ends
//   else                          0
//
// "At most": a position is never lifted. Positions under the present name may
// lie above head (no server gave them); the caller tells those apart first.
Seq CountsAs(const Position& position, const Lineage& lineage, Seq head,
             absl::Span<const ToldLineage> told);

// Whether `a` lies before `b`, as a device orders them: by the place of their
// name in its lineage, then by seq. Names it does not know lie before all it
// does; {kNone, 0} lies before everything.
bool LiesBefore(const Position& a, const Position& b, const Lineage& lineage);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_LINEAGE_H_
