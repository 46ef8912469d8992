// Takes a batch of a device's changes into the log: known, next, branch or
// gap (rules 3).

#ifndef CHASQUI_SYNC_INTAKE_H_
#define CHASQUI_SYNC_INTAKE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/change.h"
#include "sync/entry.h"
#include "sync/lineage.h"
#include "sync/outcome.h"
#include "sync/state.h"

namespace chasqui {

// One change as it travelled. `h` and `change` are computed by whoever decodes
// the batch (ReadBatch), off the committer's thread.
struct ReceivedChange {
  std::string bytes;
  ChainHash h;
  std::shared_ptr<const Change> change;  // null where the bytes do not decode
  Sealing sealing;  // of what is personal, done after `h` was told
  std::optional<TimeInterval> told;
};

// A run of one device's chain: changes first, first + 1, …
struct Batch {
  std::string device;
  std::uint64_t first = 1;  // number of the first change
  ChainHash before;         // h(first - 1)
  bool orphan = false;      // the device no longer holds what came before
  // The batch travelled by itself, in a file or through a relay: whoever brings
  // it cannot be asked for what came before. Past a gap its changes are taken
  // all the same, and wait in quarantine (kGap) until what came before arrives
  // or a person decides (gap.h). Else a gap ends a batch.
  bool sealed = false;
  // The device is locked: its changes wait in quarantine for a person.
  bool locked = false;
  // Whose the device is: changes in another's name wait too. Empty: it may be
  // anybody's.
  std::string person;
  Exchange exchange;
  std::vector<ToldLineage> told;
  std::vector<ReceivedChange> changes;  // may be empty: asks for the chain end
};

// Fills in `h` and `change` of every change from its bytes.
void ReadBatch(Batch& batch);

struct ChangeAnswer {
  std::uint64_t number = 0;
  Seq seq = 0;  // where the log has it: its release, if that applied it
  bool duplicate = false;
  TimeInterval time;
  Outcome outcome;  // the present one
};

struct ChainEnd {
  std::uint64_t number = 0;  // 0: nothing received yet
  ChainHash h;

  friend bool operator==(const ChainEnd&, const ChainEnd&) = default;
};

struct BatchAnswer {
  // Those taken, in order. A gap ends them, but for a sealed batch.
  std::vector<ChangeAnswer> changes;
  // What comes before the batch is in no chain here: `ends` are the ends of all
  // the incarnations known; the device resumes after the last it shares.
  bool gap = false;
  // Of a sealed batch past a gap, what `changes` lacks at its end has not been
  // taken: kGapChangesMax of the device wait already. It can be handed in again
  // once what came before has arrived, or a person has decided.
  bool full = false;
  std::vector<ChainEnd> ends;
  // The end of the incarnation that the device is on, after this batch.
  ChainEnd end;
};

// Appends to the log. The sink stamps seq and time and applies the entry, and
// all that becomes due by it, to the state.
class Appender {
 public:
  virtual ~Appender() = default;
  // Returns the entry's seq.
  virtual absl::StatusOr<Seq> Append(decltype(LogEntry::body) body) = 0;
};

// Takes `batch` change by change. Idempotent: known changes are answered with
// their present outcome and do nothing.
//
// Errors: the store's only; the transaction must then be abandoned.
absl::StatusOr<BatchAnswer> Take(const Batch& batch, State& state,
                                 Appender& log);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_INTAKE_H_
