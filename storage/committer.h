#ifndef CHASQUI_STORAGE_COMMITTER_H_
#define CHASQUI_STORAGE_COMMITTER_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "storage/durability.h"
#include "storage/survey_core.h"
#include "sync/base/clock.h"
#include "sync/base/mutex.h"
#include "sync/store.h"

namespace chasqui::storage {

struct CommitterLimits {
  // What may wait. Past either, Submit answers ResourceExhausted.
  std::size_t waiting_max = 10'000;
  std::size_t waiting_bytes_max = std::size_t{64} << 20;
  // What goes into one group, unless a single delivery is larger.
  std::size_t group_max = 512;
  std::size_t group_bytes_max = std::size_t{8} << 20;
};

// One survey with the threads that commit to it.
//
//     Submit ──► queue ──► [ all that waits: one group ]
//                              applied  ──►  written, one fsync  ──► done
//
// While a group is on its way to the disk the next one is applied and a third
// gathers: so the group grows with the load, the price of an fsync is shared,
// and two processors have work. A group is answered when it is written, and
// written after the one before it; where that fails, so does what was applied
// on top of it.
//
// Destruction answers what still waits with Unavailable, and ends the threads
// after the groups they are at.
class Committer final : public SurveyStore {
 public:
  // `clock` and `durability` must outlive it. A null `durability` is none at
  // all: then only the survey's own setting makes anything durable.
  Committer(std::unique_ptr<SurveyCore> core, Clock& clock,
            const Durability* durability, const CommitterLimits& limits);
  ~Committer() override;

  void Submit(Delivery delivery, Done done) override;
  absl::StatusOr<std::shared_ptr<const Reader>> Snapshot() const override;
  Position Durable() const override;
  bool HasPersonal() const override;

 private:
  struct Waiting {
    Delivery delivery;
    Done done;
    std::size_t bytes = 0;
  };
  // What others may know of the survey as of the last commit.
  struct Committed {
    Position head;
    bool accepted_is_durable = false;
    bool has_personal = false;
  };
  // A group on its way to the disk.
  struct Flight {
    SurveyCore::Prepared prepared;
    std::vector<Done> done;  // one for each answer
  };

  void Apply();  // a thread
  void Write();  // the other
  // Empty when it is time to end.
  std::vector<Waiting> NextGroup();
  Flight Prepare(std::vector<Waiting> group);
  // Waits until the flight before has landed, and sends this one after it.
  void Launch(Flight flight);
  absl::Status Land(Flight& flight);

  // The applying thread's own, but for its name, Write and Snapshot.
  const std::unique_ptr<SurveyCore> core_;
  Clock& clock_;
  const Durability* const durability_;
  const CommitterLimits limits_;

  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  std::size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  Committed committed_ ABSL_GUARDED_BY(mutex_);
  std::optional<Flight> flight_ ABSL_GUARDED_BY(mutex_);
  bool flying_ ABSL_GUARDED_BY(mutex_) = false;   // flight_, or what was in it
  absl::Status landing_ ABSL_GUARDED_BY(mutex_);  // of the last that landed
  bool all_launched_ ABSL_GUARDED_BY(mutex_) = false;

  // Last: they use all the others.
  std::thread writer_;
  std::thread applier_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_COMMITTER_H_
