// What people write on their devices.

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/simulation/simulated_survey.h"
#include "tests/simulation/world.h"
#include "tests/testing/household_form.h"
#include "tests/testing/tablet.h"

namespace chasqui::testing {
namespace {

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

RecordStatus StatusShown(const PulledRecord& record) {
  for (const FieldState& field : record.fields) {
    if (field.field != kStatusField) continue;
    return static_cast<RecordStatus>(ChoiceOf(field.value()));
  }
  return RecordStatus::kNone;
}

}  // namespace

// One that is personal says about whom.
void World::SetText(const FieldAddress& at, const Value& value,
                    client::Editing& editing) {
  if (!IsPersonal(at.field)) return editing.Set(at, value);
  std::string salt;
  while (salt.size() < kSaltBytes) {
    salt += static_cast<char>(random_.Below(256));
  }
  editing.Salt(std::move(salt));
  const bool is_text = value.kind == ValueKind::kText;
  editing.Set(at, is_text ? Value::Text(PersonalMarkOf(editing.record()) +
                                        value.payload)
                          : value);
}

// An answer to a question of `repeat`. Few values, so that equal ones meet.
void World::SetAnyAnswer(const RowId& row, std::uint32_t repeat,
                         client::Editing& editing) {
  const auto set = [&editing, &row](std::uint32_t field, const Value& value) {
    editing.Set({row, field, 0}, value);
  };
  if (repeat == kJobRepeat) {
    return set(kJobTitle, Value::Text(std::to_string(random_.Below(4))));
  }
  if (repeat == kMemberRepeat) {
    if (random_.Chance(50)) {
      return SetText({row, kMemberName, 0},
                     Value::Text(std::to_string(random_.Below(4))), editing);
    }
    return set(kMemberAge, Value::Integer(random_.Between(0, 9)));
  }
  constexpr std::uint32_t kTexts[] = {kX,    kY,     kZ,      kFound,
                                      kSaid, kNotes, kChecked};
  const std::uint64_t what = random_.Below(14);
  if (what < 7) {
    const std::uint64_t n = random_.Below(5);
    Value value = n == 0 ? Value::Cleared() : Value::Text(std::to_string(n));
    if (n == 1 && random_.Chance(20)) value = Value::NotRelevant();
    return SetText({row, kTexts[what], 0}, value, editing);
  }
  switch (what) {
    case 7:
      return set(kMost, Value::Integer(random_.Between(0, 9)));
    case 8:
      return set(kLeast,
                 {ValueKind::kDecimal, std::to_string(random_.Below(9))});
    case 9:
      return set(kWater, Value::Choice(
                             static_cast<std::uint32_t>(1 + random_.Below(3))));
    case 10:
      return set(kTotal, Value::Integer(random_.Between(0, 9)));
    case 11:
      return set(kAssets, Value::Answered());
    default: {
      // One draw a statement: the order of arguments is the compiler's.
      const Value ticked = Value::Ticked(random_.Chance(60));
      const auto choice = static_cast<std::uint32_t>(1 + random_.Below(3));
      return editing.Set({row, kAssets, choice}, ticked);
    }
  }
}

void World::FillInNew(Handset& handset) {
  client::Editing& editing = handset.editing();
  std::string area = random_.Chance(50) ? "north" : "south";
  // Mostly where they work; now and then where they do not.
  if (random_.Chance(80) && handset.person() == "ama") area = "north";
  if (random_.Chance(80) && handset.person() == "ben") area = "south";
  editing.Set({RowId{}, kAreaField, 0}, Value::Text(area));
  if (random_.Chance(40)) {
    editing.Set({RowId{}, kAssigneeField, 0}, Value::Text(handset.person()));
  }
  editing.SetStatus(random_.Chance(70) ? RecordStatus::kDraft
                                       : RecordStatus::kSubmitted);
  for (std::uint64_t n = random_.Below(4); n > 0; --n) {
    SetAnyAnswer({}, 0, editing);
  }
}

void World::FillIn(Handset& handset) {
  client::Editing& editing = handset.editing();
  const bool supervises = IsSupervisor(handset.person());
  auto& own_rows = handset.own_rows()[editing.record()];
  std::vector<std::pair<RowId, std::uint32_t>> rows = {{RowId{}, 0}};
  for (const PulledRow& row : editing.view().record.rows) {
    rows.emplace_back(row.id, row.repeat);
  }
  rows.insert(rows.end(), own_rows.begin(), own_rows.end());
  for (std::uint64_t n = 1 + random_.Below(3); n > 0; --n) {
    const auto [row, repeat] = random_.OneOf(rows);
    const std::uint64_t what = random_.Below(100);
    if (what < 66) {
      SetAnyAnswer(row, repeat, editing);
    } else if (what < 76 && repeat != kJobRepeat) {
      const RowId added = RowNamed("w" + std::to_string(++next_name_));
      const std::uint32_t of = repeat == 0 ? kMemberRepeat : kJobRepeat;
      editing.AddRow(added, of, row);
      rows.emplace_back(added, of);
      own_rows[added] = of;
    } else if (what < 82 && repeat != 0) {
      editing.DeleteRow(row);
    } else if (what < 84) {
      editing.Delete();
    } else if (what < 87) {
      editing.Restore(row);
    } else if (what < 97) {
      const RecordStatus from = StatusShown(editing.view().record);
      editing.SetStatus(NextStatus(from, supervises, random_));
    } else if (supervises) {
      editing.Review();
    } else if (random_.Chance(50)) {
      // Somebody's else's software: a system field, a wrong type.
      editing.Set({RowId{}, kAreaField, 0}, Value::Text("south"));
    } else {
      editing.Set({row, kX, 0}, Value::Integer(1));
    }
  }
}

// Opening a form and saving it are two steps: what comes between is not seen.
void World::EditSomewhere() {
  Handset& handset = AnyHandset();
  if (handset.is_open()) {
    SaveOn(handset);
    return;
  }
  const std::vector<RecordId> known = handset.Records();
  const bool creates =
      known.empty() || random_.Chance(known.size() < 4 ? 30 : 5);
  const RecordId record = creates
                              ? RecordNamed("n" + std::to_string(++next_name_))
                              : random_.OneOf(known);
  if (!handset.Open(record, creates)) return;
  if (creates) {
    FillInNew(handset);
  } else {
    FillIn(handset);
  }
  if (random_.Chance(60)) SaveOn(handset);
}

void World::SaveOn(Handset& handset) {
  const RecordId record = handset.editing().record();
  const absl::Status saved = handset.Save();
  if (saved.ok()) {
    const std::uint64_t number = handset.survey().state().number;
    Say(handset.device() + " saves change " + std::to_string(number) +
        " of record " + ToText(record));
  } else if (!handset.store().TakeStruck()) {
    Fail(handset.device() + " cannot save: " + saved.ToString());
  }
  Break(handset);
}

}  // namespace chasqui::testing
