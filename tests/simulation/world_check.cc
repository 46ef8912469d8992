// What must hold.

#include <algorithm>
#include <set>

#include "sync/base/check.h"
#include "sync/survey.h"
#include "tests/simulation/oracle_check.h"
#include "tests/simulation/world.h"

namespace chasqui::testing {
namespace {

std::string DescribeDifference(const View& seen, const View& expected) {
  for (const auto& [id, record] : expected) {
    const auto found = seen.find(id);
    const std::string name = ToText(id);
    if (found == seen.end()) return "lacks record " + name;
    if (found->second == record) continue;
    std::string text = "record " + name + " as of " +
                       std::to_string(found->second.seq) + ", not " +
                       std::to_string(record.seq) + ":";
    for (const FieldState& field : record.fields) {
      const auto& held = found->second.fields;
      if (std::find(held.begin(), held.end(), field) == held.end()) {
        text += " field " + std::to_string(field.field);
      }
    }
    for (const PulledRow& row : record.rows) {
      const auto& held = found->second.rows;
      if (std::find(held.begin(), held.end(), row) == held.end()) {
        text += " row " + ToText(row.id);
      }
    }
    if (found->second.marks != record.marks) text += " marks";
    if (found->second.gone != record.gone) text += " gone";
    if (found->second.rows.size() != record.rows.size()) text += " rows";
    return text + " differ";
  }
  for (const auto& [id, record] : seen) {
    if (!expected.contains(id)) return "still has record " + ToText(id);
  }
  return {};
}

}  // namespace

// The state is what a naive replay of the log says, counters and all.
void World::CheckState() {
  const auto reader = server_.Read();
  CatchUp(*reader, oracle_);
  for (const std::string& complaint : oracle_.complaints()) Fail(complaint);
  for (const std::string& difference : Differences(*reader, oracle_)) {
    Fail(difference);
  }
}

// What a device was told is accepted is in the log, once.
void World::CheckAcknowledged() {
  std::map<Called, std::size_t> times;
  for (const auto& [seq, change] : oracle_.changes()) {
    if (change.received.device.empty()) continue;
    ++times[{change.received.device, change.received.number,
             change.received.h}];
  }
  for (const auto& [called, count] : times) {
    if (count != 1) {
      Fail("applied twice: change " + std::to_string(std::get<1>(called)) +
           " of " + std::get<0>(called));
    }
  }
  for (const auto& [called, seq] : acknowledged_) {
    if (times.contains(called)) continue;
    Fail("lost: change " + std::to_string(std::get<1>(called)) + " of " +
         std::get<0>(called) + ", acknowledged at " + std::to_string(seq));
  }
  if (!healed_) return;
  for (const Handset& handset : handsets_) {
    for (std::size_t i = 0; i < handset.outbox().size(); ++i) {
      const std::uint64_t number = handset.first() + i;
      if (times.contains({handset.device(), number, handset.outbox()[i].h})) {
        continue;
      }
      Fail("never sent: change " + std::to_string(number) + " of " +
           handset.device());
    }
  }
}

// view(device) = State(cursor) restricted to its scope, after a complete pull.
void World::CheckView(const Handset& handset, const View& expected) {
  const std::string difference =
      DescribeDifference(handset.follower().view(), expected);
  if (!difference.empty()) Fail(handset.device() + " " + difference);
}

// pull(0..n) = pull(0..c); pull(c..n) for each c that there was in this run,
// whatever was committed, cut or restored in between, in pages of any size.
void World::CheckCursorLaw() {
  const auto reader = server_.Read();
  for (std::size_t i = 0; i < old_followers_.size(); ++i) {
    const Handset& owner = handsets_[owners_[i]];
    const auto scope = ScopeOf(reader->survey(), owner.person());
    Follower late = old_followers_[i];
    PullAll(*reader, owner.device(), scope, owner.Lineages(), 1 + i % 3, late);
    const std::string difference =
        DescribeDifference(late.view(), ViewOf(*reader, scope));
    if (!difference.empty()) {
      Fail("an old cursor of " + owner.device() + " " + difference);
    }
  }
}

std::uint64_t World::Hash() const {
  std::uint64_t hash = server_.Hash();
  const auto add = [&hash](std::string_view bytes) {
    for (const char c : bytes) {
      hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
    }
  };
  for (const Handset& handset : handsets_) {
    add(handset.device());
    add(EncodeCursor(handset.follower().cursor()));
    for (const auto& [id, record] : handset.follower().view()) {
      add(EncodePulled(record));
    }
  }
  return hash;
}

}  // namespace chasqui::testing
