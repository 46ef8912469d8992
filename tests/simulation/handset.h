// A device of the simulation: its outbox, its confirmed copy, its clocks.
//
// A value: what it holds is what its store holds, so a copy of it is a clone,
// and an older copy put back is a tablet restored from a backup. What only the
// app's memory holds, the form that is open and the exchange under way, is lost
// by Kill().

#ifndef CHASQUI_TESTS_SIMULATION_HANDSET_H_
#define CHASQUI_TESTS_SIMULATION_HANDSET_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sync/change.h"
#include "tests/simulation/exchange.h"
#include "tests/testing/follower.h"

namespace chasqui::testing {

// A change in the outbox, or held until it is durable.
struct Outgoing {
  Change change;
  std::string bytes;
  ChainHash h;
  // Set by its acknowledgement; void again beyond the cut of a restore.
  std::optional<Position> at;
  Outcome outcome;
  std::optional<TimeInterval> told;
};

// What the form showed when it was opened (rules 4).
struct OpenForm {
  RecordId record;
  Position base;  // of fields without a pending write
  std::map<FieldAddress, Position> pending;
};

class Handset {
 public:
  Handset(std::string device, std::string person)
      : device_(std::move(device)),
        person_(std::move(person)),
        end_(ChainStart("survey", device_)) {}

  const std::string& device() const { return device_; }
  const std::string& person() const { return person_; }

  // A record that is on the device; or a new one.
  void Open(const RecordId& record);
  bool is_open() const { return form_.has_value(); }
  const RecordId& open_record() const { return form_->record; }
  // Saves `ops` to the open record, and closes it.
  void Save(std::vector<Op> ops, bool creates);

  std::vector<RecordId> Records() const;
  // The copy, if it has one, and is not gone.
  const PulledRecord* CopyOf(const RecordId& record) const;
  // The status it shows: that of the latest pending change, or the copy's.
  RecordStatus StatusOf(const RecordId& record) const;
  const std::map<RecordId, std::map<RowId, std::uint32_t>>& own_rows() const {
    return own_rows_;
  }

  Request NextRequest(std::uint64_t id, std::size_t changes_max,
                      std::size_t items_max);
  bool awaits(std::uint64_t id) const { return awaited_ == id; }
  bool is_idle() const { return awaited_ == 0; }
  void Take(const Response& response);
  void Kill();  // the app, not the device
  void GiveUp() { awaited_ = 0; }

  // Nothing left to tell the server, nothing unconfirmed.
  bool IsSettled() const;
  std::string Unsettled() const;  // what is left, for people
  const std::vector<Outgoing>& outbox() const { return outbox_; }
  std::uint64_t first() const { return first_; }
  const Follower& follower() const { return follower_; }
  std::vector<ToldLineage> Lineages() const;

  // The device's clocks.
  void Advance(std::int64_t ms) {
    mono_ms_ += ms;
    wall_ms_ += ms;
  }
  void JumpWall(std::int64_t ms) { wall_ms_ += ms; }
  void Reboot(std::uint64_t boot);
  void SetClock(std::uint64_t boot, std::int64_t wall_ms);

  std::uint32_t forms = 0;  // published, as far as it knows

 private:
  bool IsPending(const Outgoing& change) const;
  bool Covers(const RecordId& record, const Position& position) const;
  bool LiesBefore(const Position& a, const Position& b) const;
  void TakeAnswers(const Response& response);
  void VoidBeyondTheCut();
  std::uint64_t FirstUnanswered() const;
  void Resume(const BatchAnswer& answer);
  void DropDurable(const Position& durable);
  ChainHash HashBefore(std::uint64_t number) const;

  std::string device_;
  std::string person_;
  // Changes first_ … , in order, as long as they are kept.
  std::vector<Outgoing> outbox_;
  std::uint64_t first_ = 1;
  ChainHash before_first_ = ChainStart("survey", device_);
  ChainHash end_;
  std::uint64_t next_to_send_ = 1;
  bool orphan_ = false;
  Follower follower_;
  Lineage lineage_;  // of the present log, as far as it knows
  std::map<LogName, ToldLineage> lineages_;
  std::map<RecordId, std::map<RowId, std::uint32_t>> own_rows_;

  std::uint64_t boot_ = 0;
  std::int64_t mono_ms_ = 0;
  std::int64_t wall_ms_ = 0;
  std::int64_t round_trip_ms_ = 0;

  // In memory only.
  std::optional<OpenForm> form_;
  std::uint64_t awaited_ = 0;
  std::int64_t sent_mono_ms_ = 0;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_HANDSET_H_
