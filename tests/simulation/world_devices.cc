// What people do on their devices, and what befalls these.

#include <algorithm>
#include <utility>

#include "tests/simulation/world.h"
#include "tests/testing/household_form.h"
#include "tests/testing/tablet.h"

namespace chasqui::testing {
namespace {

constexpr std::size_t kHandsetsMax = 6;

Op SetOp(const RowId& row, std::uint32_t field, Value value,
         std::uint32_t choice = 0) {
  Op op;
  op.kind = OpKind::kSet;
  op.at = {row, field, choice};
  op.value = std::move(value);
  return op;
}

Op StatusOp(RecordStatus from, RecordStatus to) {
  Op op;
  op.kind = OpKind::kSetStatus;
  op.from = from;
  op.to = to;
  return op;
}

Op PlainOp(OpKind kind, const RowId& row = {}) {
  Op op;
  op.kind = kind;
  op.at.row = row;
  return op;
}

// Where the record's work goes on from here, by an honest device.
RecordStatus NextStatus(RecordStatus from, bool supervises, Random& random) {
  using S = RecordStatus;
  if (!supervises) {
    if (from == S::kDraft) return S::kSubmitted;
    return random.Chance(50) ? S::kDraft : S::kSubmitted;
  }
  if (from == S::kSubmitted) {
    return random.Chance(60) ? S::kApproved : S::kReturned;
  }
  return from == S::kApproved && random.Chance(50) ? S::kReturned
                                                   : S::kAssigned;
}

bool IsSupervisor(const std::string& person) {
  return person == "sam" || person == "olga";
}

}  // namespace

Handset& World::AnyHandset() { return random_.OneOf(handsets_); }

// An answer to a question of `repeat`. Few values, so that equal ones meet.
Op World::AnyAnswer(const RowId& row, std::uint32_t repeat) {
  if (repeat == kJobRepeat) {
    return SetOp(row, kJobTitle, Value::Text(std::to_string(random_.Below(4))));
  }
  if (repeat == kMemberRepeat) {
    return random_.Chance(50)
               ? SetOp(row, kMemberName,
                       Value::Text(std::to_string(random_.Below(4))))
               : SetOp(row, kMemberAge, Value::Integer(random_.Between(0, 9)));
  }
  constexpr std::uint32_t kTexts[] = {kX,    kY,     kZ,      kFound,
                                      kSaid, kNotes, kChecked};
  const std::uint64_t what = random_.Below(14);
  if (what < 7) {
    const std::uint64_t n = random_.Below(5);
    Value value = n == 0 ? Value::Cleared() : Value::Text(std::to_string(n));
    if (n == 1 && random_.Chance(20)) value = Value::NotRelevant();
    return SetOp(row, kTexts[what], std::move(value));
  }
  switch (what) {
    case 7:
      return SetOp(row, kMost, Value::Integer(random_.Between(0, 9)));
    case 8:
      return SetOp(row, kLeast,
                   {ValueKind::kDecimal, std::to_string(random_.Below(9))});
    case 9:
      return SetOp(
          row, kWater,
          Value::Choice(static_cast<std::uint32_t>(1 + random_.Below(3))));
    case 10:
      return SetOp(row, kTotal, Value::Integer(random_.Between(0, 9)));
    case 11:
      return SetOp(row, kAssets, Value::Answered());
    default: {
      // One draw a statement: the order of arguments is the compiler's.
      Value ticked = Value::Ticked(random_.Chance(60));
      const auto choice = static_cast<std::uint32_t>(1 + random_.Below(3));
      return SetOp(row, kAssets, std::move(ticked), choice);
    }
  }
}

std::vector<Op> World::CreationOps(const Handset& handset) {
  std::string area = random_.Chance(50) ? "north" : "south";
  // Mostly where they work; now and then where they do not.
  if (random_.Chance(80) && handset.person() == "ama") area = "north";
  if (random_.Chance(80) && handset.person() == "ben") area = "south";
  std::vector<Op> ops = {SetOp({}, kAreaField, Value::Text(area))};
  if (random_.Chance(40)) {
    ops.push_back(SetOp({}, kAssigneeField, Value::Text(handset.person())));
  }
  ops.push_back(StatusOp(RecordStatus::kNone, random_.Chance(70)
                                                  ? RecordStatus::kDraft
                                                  : RecordStatus::kSubmitted));
  for (std::uint64_t n = random_.Below(4); n > 0; --n) {
    ops.push_back(AnyAnswer({}, 0));
  }
  return ops;
}

std::vector<Op> World::EditsOf(Handset& handset, const RecordId& record) {
  std::vector<std::pair<RowId, std::uint32_t>> rows = {{RowId{}, 0}};
  if (const PulledRecord* const copy = handset.CopyOf(record)) {
    for (const PulledRow& row : copy->rows) {
      if (!row.gone) rows.emplace_back(row.id, row.repeat);
    }
  }
  const auto own = handset.own_rows().find(record);
  if (own != handset.own_rows().end()) {
    for (const auto& [row, repeat] : own->second) {
      rows.emplace_back(row, repeat);
    }
  }
  std::vector<Op> ops;
  for (std::uint64_t n = 1 + random_.Below(3); n > 0; --n) {
    const auto [row, repeat] = random_.OneOf(rows);
    const std::uint64_t what = random_.Below(100);
    if (what < 66) {
      ops.push_back(AnyAnswer(row, repeat));
    } else if (what < 76 && repeat != kJobRepeat) {
      Op add = PlainOp(OpKind::kAddRow,
                       RowNamed("w" + std::to_string(++next_name_)));
      add.repeat = repeat == 0 ? kMemberRepeat : kJobRepeat;
      add.parent = row;
      rows.emplace_back(add.at.row, add.repeat);
      ops.push_back(add);
    } else if (what < 82 && repeat != 0) {
      ops.push_back(PlainOp(OpKind::kDeleteRow, row));
    } else if (what < 84) {
      ops.push_back(PlainOp(OpKind::kDelete));
    } else if (what < 87) {
      ops.push_back(PlainOp(OpKind::kRestore, row));
    } else if (what < 97) {
      const RecordStatus from = handset.StatusOf(record);
      const RecordStatus to =
          NextStatus(from, IsSupervisor(handset.person()), random_);
      ops.push_back(StatusOp(from, to));
    } else if (IsSupervisor(handset.person())) {
      ops.push_back(PlainOp(OpKind::kReview));
    } else {
      // Somebody's else's software: a system field, a wrong type.
      ops.push_back(random_.Chance(50)
                        ? SetOp({}, kAreaField, Value::Text("south"))
                        : SetOp(row, kX, Value::Integer(1)));
    }
  }
  return ops;
}

// Opening a form and saving it are two steps: what comes between is not seen.
void World::EditSomewhere() {
  Handset& handset = AnyHandset();
  if (handset.is_open()) {
    const RecordId record = handset.open_record();
    const auto known = handset.Records();
    const bool creates =
        std::find(known.begin(), known.end(), record) == known.end();
    std::vector<Op> ops =
        creates ? CreationOps(handset) : EditsOf(handset, record);
    // Dropped from the device since it was opened: nothing to save it into.
    const bool is_new = ToText(record).starts_with("6e");
    if (creates && !is_new) {
      handset.Kill();
      return;
    }
    handset.Save(std::move(ops), creates);
    Say(handset.device() + " saves change " +
        std::to_string(handset.first() + handset.outbox().size() - 1));
    return;
  }
  std::vector<RecordId> known = handset.Records();
  const bool creates =
      known.empty() || random_.Chance(known.size() < 4 ? 30 : 5);
  const RecordId record = creates
                              ? RecordNamed("n" + std::to_string(++next_name_))
                              : random_.OneOf(known);
  handset.Open(record);
  if (random_.Chance(60)) EditSomewhere();  // perhaps this one
}

void World::SyncSomeone() {
  const auto index = static_cast<std::size_t>(random_.Below(handsets_.size()));
  Handset& handset = handsets_[index];
  // An exchange that got no answer is given up, later or sooner.
  if (!handset.is_idle() && !random_.Chance(30)) return;
  const auto changes_max = static_cast<std::size_t>(1 + random_.Below(5));
  const auto items_max = static_cast<std::size_t>(1 + random_.Below(6));
  Request request = handset.NextRequest(++next_id_, changes_max, items_max);
  request.from = index;
  Say(handset.device() + " sends request " + std::to_string(request.id) +
      ": changes from " + std::to_string(request.batch.first) + ", " +
      std::to_string(request.batch.changes.size()) + " of them");
  Send(std::move(request));
}

void World::MishapOfDevice() {
  const auto index = static_cast<std::size_t>(random_.Below(handsets_.size()));
  Handset& handset = handsets_[index];
  const std::uint64_t what = random_.Below(100);
  if (what < 25) {
    handset.JumpWall(random_.Between(-400'000'000, 400'000'000));
    Say(handset.device() + "'s clock is set");
  } else if (what < 40) {
    handset.Reboot(random_.Next() | 1);
    Say(handset.device() + " restarts");
  } else if (what < 65) {
    handset.Kill();
    Say(handset.device() + "'s app is killed");
  } else if (what < 80) {
    old_copies_.push_back(handset);
    Say(handset.device() + " is copied");
  } else if (what < 90 && !old_copies_.empty()) {
    const Handset old = random_.OneOf(old_copies_);
    for (Handset& other : handsets_) {
      if (other.device() != old.device()) continue;
      other = old;
      other.Kill();
      Say(old.device() + " is restored from an old copy");
      break;
    }
  } else if (handsets_.size() < kHandsetsMax) {
    Handset clone = handset;
    clone.Kill();
    clone.Reboot(random_.Next() | 1);
    handsets_.push_back(std::move(clone));
    Say(handset.device() + " is cloned");
  }
}

}  // namespace chasqui::testing
