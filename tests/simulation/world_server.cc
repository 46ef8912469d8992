// What people do at the server, and what befalls it.

#include <algorithm>
#include <utility>

#include "sync/base/check.h"
#include "tests/simulation/oracle_check.h"
#include "tests/simulation/simulated_survey.h"
#include "tests/simulation/world.h"
#include "tests/testing/household_form.h"
#include "tests/testing/tablet.h"

namespace chasqui::testing {

void World::Append(ServerEntry entry, const std::string& story) {
  std::vector<ServerEntry> entries;
  entries.push_back(std::move(entry));
  SealIn(entries);
  std::vector<Delivery> group;
  group.emplace_back(std::move(entries));
  const auto answers = server_.Commit(group);
  Say(story +
      (answers[0].ok() ? "" : ", refused: " + answers[0].status().ToString()));
  CheckState();
}

void World::AppendChange(const Change& change, bool by_register,
                         const std::string& story) {
  ChangeReceived received;
  received.by_register = by_register;
  for (const Position& position : change.positions) {
    received.counts.push_back(position.seq);
  }
  received.bytes = EncodeChange(change);
  Append(std::move(received), story);
}

void World::WorkAtServer() {
  const std::uint64_t what = random_.Below(100);
  if (random_.Chance(10)) {
    MakeStart();
  } else if (random_.Chance(8)) {
    EraseAny();
  } else if (what < 45) {
    Decide();
  } else if (what < 75) {
    Reassign();
  } else if (what < 95) {
    ChangeConfig();
  } else {
    Append(FormPublished{HouseholdForm(2), "household"},
           "the second version of the form is published");
  }
}

// Somebody looks at quarantine.
void World::Decide() {
  const auto held = server_.Read()->HeldAfter(0, 100);
  CHECK(held.ok());
  if (held->empty()) return;
  const Seq change = held->at(random_.Below(held->size())).first;
  const std::string name = std::to_string(change);
  if (random_.Chance(65)) {
    Append(QuarantineReleased{change, "sam"}, "sam releases " + name);
  } else {
    Append(QuarantineRejected{change, "sam"}, "sam rejects " + name);
  }
}

// A supervisor at the server moves a record, or the register brings one.
void World::Reassign() {
  const Position head = server_.head();
  const auto records = server_.Read()->Records(RecordId{}, 1000);
  CHECK(records.ok());
  if (records->empty() || random_.Chance(30)) {
    const std::string name = "q" + std::to_string(++next_name_);
    const bool by_register = random_.Chance(70);
    AppendChange(Edit(by_register ? "" : "sam", RecordNamed(name), head)
                     .Creates(random_.Chance(50) ? "north" : "south")
                     .Status(RecordStatus::kNone, RecordStatus::kAssigned)
                     .Set(kX, PersonalMarkOf(RecordNamed(name)) + "1")
                     .change(),
                 by_register, "record " + name + " comes from the register");
    return;
  }
  const Record& record = random_.OneOf(*records);
  const Position base{
      head.log, random_.Chance(70) ? head.seq : random_.Below(head.seq + 1)};
  Edit edit("sam", record.id, base);
  if (random_.Chance(60))
    edit.Set(kAreaField, random_.Chance(50) ? "north" : "south");
  if (random_.Chance(60)) {
    const char* const people[] = {"ama", "ben", "eva"};
    edit.Set(kAssigneeField, people[random_.Below(3)]);
  }
  if (random_.Chance(20)) edit.Review();
  if (random_.Chance(20)) edit.Set(kChecked, PersonalMarkOf(record.id) + "1");
  AppendChange(edit.change(), false, "sam works on " + ToText(record.id));
}

void World::ChangeConfig() {
  SurveyConfig config = SimulatedConfig();
  std::string story = "configuration:";
  if (random_.Chance(30)) {
    const char* const leaving[] = {"ama", "ben", "eva", "rosa"};
    const std::string name = leaving[random_.Below(4)];
    std::erase_if(config.people, [&name](const Person& person) {
      return person.name == name;
    });
    story += " without " + name;
  }
  for (Person& person : config.people) {
    if (person.name != "eva" || random_.Chance(50)) continue;
    person.areas = {random_.Chance(50) ? "north" : "south"};
    story += " eva only in " + person.areas[0];
  }
  if (random_.Chance(15)) {
    config.closed = true;
    story += " closed";
  }
  Append(ConfigChanged{std::move(config)}, story);
}

void World::MishapOfServer() {
  const std::uint64_t what = random_.Below(100);
  if (what < 45) {
    backups_.push_back({server_.Copy(), oracle_, server_.head().seq});
    if (random_.Chance(80)) durable_ = server_.head();
    Say("a backup is made at " + std::to_string(server_.head().seq));
  } else if (what < 80) {
    Say("the server crashes and starts again");
    network_.clear();
    server_.Restart();
    CheckState();
    FinishErasures();
  } else if (random_.Chance(30)) {
    DamageServer();
  } else if (!backups_.empty()) {
    Restore(Saved(random_.OneOf(backups_)));
  }
}

// The disk forgets a bit of what follows from the log: it is found, and follows
// from the log again, to the last byte.
void World::DamageServer() {
  const std::uint64_t hash = server_.Hash();
  if (!server_.IsSound()) Fail("the server's data is not sound");
  const std::string where = server_.Damage(random_);
  Say("the server's data is damaged: " + where);
  ++result_.damages;
  if (server_.IsSound()) Fail("nobody finds what is damaged: " + where);
  const Backup replayed = server_.Replayed();
  if (SurveyServer::HashOf(*replayed) != hash) {
    Fail("what follows from the log is not what there was");
  }
  network_.clear();
  server_.Restore(replayed);
  CheckState();
  FinishErasures();
}

void World::Restore(const Saved& saved) {
  Say("the server is restored to " + std::to_string(saved.head));
  ++result_.restores;
  server_.Restore(saved.disk);
  oracle_ = saved.oracle;
  // Acknowledgements beyond the cut are void.
  std::erase_if(acknowledged_, [&saved](const auto& acknowledged) {
    return acknowledged.second > saved.head;
  });
  std::erase_if(backups_, [&saved](const Saved& other) {
    return other.head > saved.head;
  });
  durable_ = {};
  CheckState();
  FinishErasures();
}

}  // namespace chasqui::testing
