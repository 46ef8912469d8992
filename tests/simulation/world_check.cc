// What must hold.

#include <algorithm>
#include <set>

#include "sync/base/check.h"
#include "sync/survey.h"
#include "tests/simulation/naive_view.h"
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
  CatchUp(*reader, plaintexts_, oracle_);
  for (const std::string& complaint : oracle_.complaints()) Fail(complaint);
  for (const std::string& difference :
       Differences(*reader, plaintexts_, oracle_)) {
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
  for (const auto& handset : handsets_) {
    const auto changes = handset->survey().Changes();
    CHECK(changes.ok());
    for (const client::StoredChange& change : *changes) {
      if (times.contains({handset->device(), change.number, change.h})) {
        continue;
      }
      Fail("never sent: change " + std::to_string(change.number) + " of " +
           handset->device());
    }
    // What was told of a later outcome that a restore took back stands until
    // the outcome is another again.
    if (result_.restores == 0) CheckTold(*handset, *changes);
  }
}

// Whoever is still of the survey knows what became of their changes.
void World::CheckTold(const Handset& handset,
                      const std::vector<client::StoredChange>& changes) {
  const auto reader = server_.Read();
  const Member* const member = reader->survey().FindMember(handset.person());
  if (member == nullptr || member->left != 0) return;
  for (const client::StoredChange& change : changes) {
    const auto links = reader->Links(handset.device(), change.number);
    CHECK(links.ok());
    for (const ChainLink& link : *links) {
      if (link.h != change.h) continue;
      const auto info = reader->FindEntry(link.seq);
      CHECK(info.ok() && info->has_value());
      const Outcome& outcome = (*info)->outcome;
      if (change.outcome.kind == outcome.kind &&
          change.outcome.rejected == outcome.rejected) {
        continue;
      }
      Fail(handset.device() + " believes its change " +
           std::to_string(change.number) + " " +
           std::string(ToText(change.outcome.kind)) + ", it is " +
           std::string(ToText(outcome.kind)) +
           (outcome.rejected ? ", rejected" : ""));
    }
  }
}

// view(device) = State(cursor) restricted to its scope ⊕ Pending(device), after
// a complete pull on which the digests agree: the outbox is all that is pending
// then. They agree if and only if nothing differs.
void World::CheckView(const Handset& handset, const View& expected,
                      const Members& members) {
  std::string difference = DescribeDifference(handset.Confirmed(), expected);
  if (difference.empty() && handset.Following() != members) {
    difference = "has a record in another bucket";
  }
  if (!handset.survey().agrees()) {
    if (difference.empty()) {
      Fail(handset.device() + " differs by its digest, and in nothing else");
    }
    return;
  }
  ++result_.agreements;
  if (!difference.empty()) Fail(handset.device() + " " + difference);
  const auto outbox = handset.survey().Outbox();
  CHECK(outbox.ok());
  const View kept = handset.Kept();
  std::map<RecordId, std::vector<client::StoredChange>> pending;
  for (const auto& [id, record] : expected) pending[id];
  for (const client::StoredChange& change : *outbox) {
    pending[DecodeChange(change.bytes)->record].push_back(change);
  }
  for (const auto& [id, changes] : pending) {
    // As old as when it left; what was acknowledged since is still over it.
    if (kept.contains(id)) continue;
    const auto copy = expected.find(id);
    NaiveView naive;
    if (copy != expected.end()) naive.Take(plaintexts_.Of(copy->second));
    for (const client::StoredChange& change : changes) {
      naive.Write(*DecodeChange(change.bytes));
    }
    const auto view = handset.survey().View(id);
    if (!view.ok()) {
      Fail(handset.device() + " does not show record " + ToText(id) + ": " +
           view.status().ToString());
      continue;
    }
    if (view->pending.size() != changes.size()) {
      Fail(handset.device() + " has " + std::to_string(view->pending.size()) +
           " changes pending of record " + ToText(id) + ", not " +
           std::to_string(changes.size()));
    }
    const std::string wrong = naive.DifferenceTo(view->record);
    if (!wrong.empty()) {
      Fail(handset.device() + ": record " + ToText(id) + ": " + wrong);
    }
  }
}

// A sync ends well, or by what the server says of the person, or because
// somebody or the device itself broke it off.
void World::CheckSyncStatus(Handset& handset) {
  const absl::Status& status = handset.app().sync_status();
  if (status.ok() || absl::IsCancelled(status) ||
      absl::IsPermissionDenied(status) || absl::IsUnavailable(status) ||
      absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status)) {
    return;
  }
  Fail("a sync of " + handset.device() + " ends: " + status.ToString());
}

// pull(0..n) = pull(0..c); pull(c..n) for each c that there was in this run,
// whatever was committed, cut or restored in between, in pages of any size.
void World::CheckCursorLaw() {
  const auto reader = server_.Read();
  for (std::size_t i = 0; i < old_cursors_.size(); ++i) {
    const OldCopy& old = old_cursors_[i];
    const Member* const member = reader->survey().FindMember(old.person);
    if (member == nullptr || member->left != 0) continue;
    client::MemoryStore store = old.memory.store;
    HandsetClock clock;
    const auto device = client::Device::Open(old.device, store, clock, nullptr,
                                             [] { return std::uint64_t{0}; });
    CHECK(device.ok());
    client::LocalSurvey& survey = *(*device)->Find(Handset::kSurvey);
    int exchanges = 0;
    for (bool more = true; more && exchanges < 1'000; ++exchanges) {
      auto request = survey.NextRequest(1);
      CHECK(request.ok());
      request->batch.reset();
      const client::SurveyNews news = NewsFor(old.device, *request, 1 + i % 3);
      CHECK(survey.TakeIn(*request, news).ok());
      more = news.more || !survey.agrees();
    }
    const std::string difference = DescribeDifference(
        Handset::ConfirmedIn(store),
        ViewOf(*reader, ScopeOf(reader->survey(), old.person)));
    if (!difference.empty()) {
      Fail("an old cursor of " + old.device + " " + difference);
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
  for (const auto& handset : handsets_) {
    add(handset->device());
    for (const client::Table table :
         {client::Table::kDevice, client::Table::kSurvey,
          client::Table::kRecord, client::Table::kChange,
          client::Table::kChangeOfRecord, client::Table::kLineage,
          client::Table::kForm}) {
      const absl::Status scanned = handset->store().Scan(
          table, "", "", [&add](std::string_view key, std::string_view value) {
            add(key);
            add(value);
            return true;
          });
      CHECK(scanned.ok());
    }
  }
  return hash;
}

}  // namespace chasqui::testing
