// Where surveys are kept: the log, the state it makes, and the one committer
// of each survey.

#ifndef CHASQUI_SYNC_STORE_H_
#define CHASQUI_SYNC_STORE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/entry.h"
#include "sync/intake.h"
#include "sync/reader.h"

namespace chasqui {

// An administrative entry, a decision on quarantine, or a change made at the
// server: what people append without a device.
using ServerEntry = decltype(LogEntry::body);

// What a caller wants appended, as one: a device's batch, or entries of the
// server in the order given.
using Delivery = std::variant<Batch, std::vector<ServerEntry>>;

struct DeliveryAnswer {
  BatchAnswer batch;                  // for a batch
  std::vector<ChangeAnswer> entries;  // for server entries: seq and outcome
  Seq head = 0;                       // after the group it was committed in
  std::int64_t received_ms = 0;
};

// One survey. Thread-safe.
class SurveyStore {
 public:
  using Done = std::function<void(absl::StatusOr<DeliveryAnswer>)>;

  virtual ~SurveyStore() = default;

  // Queues `delivery`. `done` is called once, on any thread, after the
  // entries have reached stable storage, or with what went wrong:
  //   InvalidArgument, AlreadyExists   CheckEntry refused an entry; none of
  //                                    the delivery was appended
  //   NotFound                         nor here: a decision on a change that is
  //                                    not in quarantine
  //   ResourceExhausted                the disk is nearly full, or too much
  //                                    waits already; try later
  //   Unavailable                      the store is closing
  // Must not block in `done`.
  virtual void Submit(Delivery delivery, Done done) = 0;

  // The state after some committed group, at least as late as every
  // delivery answered before the call.
  virtual absl::StatusOr<std::shared_ptr<const Reader>> Snapshot() const = 0;

  // Up to which position what is accepted is also covered by a backup.
  virtual Position Durable() const = 0;

  // Whether the configuration marks fields personal, as of the last commit.
  virtual bool HasPersonal() const = 0;
};

// All surveys of one organisation on this server. Thread-safe.
class Catalog {
 public:
  virtual ~Catalog() = default;

  // AlreadyExists; InvalidArgument for a name that IsName() refuses or a
  // configuration that CheckConfig() does.
  virtual absl::Status Create(std::string_view survey,
                              const SurveyConfig& config) = 0;
  // NotFound. The pointer stays good until the catalog is destroyed.
  virtual absl::StatusOr<SurveyStore*> Find(std::string_view survey) const = 0;
  virtual std::vector<std::string> List() const = 0;  // sorted
};

// Submits and waits. For callers that may block.
absl::StatusOr<DeliveryAnswer> SubmitAndWait(SurveyStore& store,
                                             Delivery delivery);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_STORE_H_
