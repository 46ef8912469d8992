#include "storage/committer.h"

#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

// About what a delivery takes in the queue and in the log.
std::size_t BytesOf(const Delivery& delivery) {
  constexpr std::size_t kOverhead = 100;
  std::size_t bytes = kOverhead;
  if (const auto* batch = std::get_if<Batch>(&delivery)) {
    for (const ReceivedChange& change : batch->changes) {
      bytes += change.bytes.size() + kOverhead;
    }
    return bytes;
  }
  for (const auto& entry : std::get<std::vector<ServerEntry>>(delivery)) {
    bytes += kOverhead;
    if (const auto* change = std::get_if<ChangeReceived>(&entry)) {
      bytes += change->bytes.size();
    }
    if (const auto* form = std::get_if<FormPublished>(&entry)) {
      bytes += 2 * form->source.size();
    }
  }
  return bytes;
}

}  // namespace

Committer::Committer(std::unique_ptr<SurveyCore> core, Clock& clock,
                     const Durability* durability,
                     const CommitterLimits& limits)
    : core_(std::move(core)),
      clock_(clock),
      durability_(durability),
      limits_(limits) {
  {
    const MutexLock lock(mutex_);
    committed_ = {core_->head(), core_->accepted_is_durable(),
                  core_->has_personal()};
  }
  writer_ = std::thread([this] { Write(); });
  applier_ = std::thread([this] { Apply(); });
}

Committer::~Committer() {
  std::deque<Waiting> unanswered;
  {
    const MutexLock lock(mutex_);
    closing_ = true;
    unanswered.swap(waiting_);
    waiting_bytes_ = 0;
    changed_.SignalAll();
  }
  for (Waiting& one : unanswered) {
    one.done(absl::UnavailableError("the store is closing"));
  }
  applier_.join();
  writer_.join();
}

void Committer::Submit(Delivery delivery, Done done) {
  const std::size_t bytes = BytesOf(delivery);
  absl::Status refused;
  {
    const MutexLock lock(mutex_);
    if (closing_) {
      refused = absl::UnavailableError("the store is closing");
    } else if (waiting_.size() >= limits_.waiting_max ||
               (!waiting_.empty() &&
                waiting_bytes_ + bytes > limits_.waiting_bytes_max)) {
      refused = absl::ResourceExhaustedError(StrCat(
          "too much waits to be written (", waiting_.size(), " deliveries, ",
          waiting_bytes_ >> 20, " MiB; the limits are ", limits_.waiting_max,
          " and ", limits_.waiting_bytes_max >> 20, " MiB): try later"));
    } else {
      waiting_bytes_ += bytes;
      waiting_.push_back({std::move(delivery), std::move(done), bytes});
      changed_.SignalAll();
      return;
    }
  }
  done(refused);
}

absl::StatusOr<std::shared_ptr<const Reader>> Committer::Snapshot() const {
  return core_->Snapshot();
}

Position Committer::Durable() const {
  Committed committed;
  {
    const MutexLock lock(mutex_);
    committed = committed_;
  }
  if (committed.accepted_is_durable) return committed.head;
  if (durability_ == nullptr) return {};
  return durability_->CoveredUpTo(core_->name());
}

bool Committer::HasPersonal() const {
  const MutexLock lock(mutex_);
  return committed_.has_personal;
}

void Committer::Apply() {
  for (std::vector<Waiting> group = NextGroup(); !group.empty();
       group = NextGroup()) {
    Launch(Prepare(std::move(group)));
  }
  const MutexLock lock(mutex_);
  all_launched_ = true;
  changed_.SignalAll();
}

std::vector<Committer::Waiting> Committer::NextGroup() {
  std::vector<Waiting> group;
  std::size_t bytes = 0;
  const MutexLock lock(mutex_);
  while (waiting_.empty() && !closing_) changed_.Wait(mutex_);
  while (!waiting_.empty() && group.size() < limits_.group_max) {
    Waiting& next = waiting_.front();
    if (!group.empty() && bytes + next.bytes > limits_.group_bytes_max) break;
    bytes += next.bytes;
    waiting_bytes_ -= next.bytes;
    group.push_back(std::move(next));
    waiting_.pop_front();
  }
  return group;
}

Committer::Flight Committer::Prepare(std::vector<Waiting> group) {
  bool stale = false;
  {
    const MutexLock lock(mutex_);
    stale = !landing_.ok();
    landing_ = absl::OkStatus();
  }
  if (stale) core_->Abandon();
  Flight flight;
  std::vector<Delivery> deliveries;
  deliveries.reserve(group.size());
  for (Waiting& one : group) {
    deliveries.push_back(std::move(one.delivery));
    flight.done.push_back(std::move(one.done));
  }
  flight.prepared =
      core_->Prepare(deliveries, absl::ToUnixMillis(clock_.Now()));
  return flight;
}

void Committer::Launch(Flight flight) {
  const MutexLock lock(mutex_);
  while (flying_) changed_.Wait(mutex_);
  if (!landing_.ok()) {
    // It was applied on top of what is not there.
    flight.prepared.batch.reset();
    for (auto& answer : flight.prepared.answers) answer = landing_;
  }
  flight_ = std::move(flight);
  flying_ = true;
  changed_.SignalAll();
}

void Committer::Write() {
  while (true) {
    std::optional<Flight> flight;
    {
      const MutexLock lock(mutex_);
      while (!flight_.has_value() && !all_launched_) changed_.Wait(mutex_);
      if (!flight_.has_value()) return;
      flight.swap(flight_);
    }
    const absl::Status landing = Land(*flight);
    {
      const MutexLock lock(mutex_);
      flying_ = false;
      // A failure stays until what it left in memory is abandoned.
      if (landing_.ok()) landing_ = landing;
      changed_.SignalAll();
    }
    for (std::size_t i = 0; i < flight->done.size(); ++i) {
      flight->done[i](std::move(flight->prepared.answers[i]));
    }
  }
}

absl::Status Committer::Land(Flight& flight) {
  SurveyCore::Prepared& prepared = flight.prepared;
  const bool writes = prepared.batch != nullptr;
  absl::Status landing = core_->Write(prepared);
  if (!landing.ok()) {
    for (auto& answer : prepared.answers) answer = landing;
  } else if (writes) {
    const MutexLock lock(mutex_);
    committed_ = {prepared.head, prepared.accepted_is_durable,
                  prepared.has_personal};
  }
  return landing;
}

}  // namespace chasqui::storage
