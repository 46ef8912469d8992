// Personal answers: sealed on their way into the log, and erased for good, as
// server/erasing.cc does, whatever cuts it short.

#include <utility>

#include "client/local_state.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/personal/sealing.h"
#include "tests/simulation/simulated_survey.h"
#include "tests/simulation/world.h"

namespace chasqui::testing {

void World::SealIn(Batch& batch) {
  const Batch sent = batch;
  const auto reader = server_.Read();
  CHECK(personal::SealBatch(reader->survey(), keys_, batch).ok());
  for (std::size_t i = 0; i < sent.changes.size(); ++i) {
    NoteSealed(sent.changes[i].bytes, batch.changes[i].bytes);
  }
}

void World::SealIn(std::vector<ServerEntry>& entries) {
  const std::vector<ServerEntry> sent = entries;
  const auto reader = server_.Read();
  CHECK(personal::SealEntries(reader->survey(), keys_, entries).ok());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto* const plain = std::get_if<ChangeReceived>(&sent[i]);
    if (plain == nullptr) continue;
    NoteSealed(plain->bytes, std::get<ChangeReceived>(entries[i]).bytes);
  }
}

// Nobody knows what was sealed by a key that is not kept.
void World::NoteSealed(const std::string& plain, const std::string& sealed) {
  if (plain == sealed) return;
  const auto key = keys_.Find(DecodeChange(plain)->record);
  CHECK(key.ok());
  if (key->has_value()) plaintexts_.Note(plain, sealed);
}

// A record, or one that never came to be, since what was to make it waits.
RecordErased World::AnyToErase() {
  const auto reader = server_.Read();
  std::vector<RecordErased> any;
  const auto records = reader->Records(RecordId{}, 1000);
  CHECK(records.ok());
  for (const Record& record : *records) any.push_back({record.id, "sam"});
  const auto held = reader->HeldAfter(0, 1000);
  CHECK(held.ok());
  for (const auto& [seq, waiting] : *held) {
    if (waiting.record.empty()) continue;
    const auto record = reader->FindRecord(waiting.record);
    CHECK(record.ok());
    if (!record->has_value()) any.push_back({waiting.record, "sam", 1});
  }
  return any.empty() ? RecordErased() : random_.OneOf(any);
}

// The log first, then the key; the server may go down between the two.
void World::EraseAny() {
  const RecordErased erased = AnyToErase();
  const RecordId& id = erased.record;
  if (id.empty()) return;
  ++result_.erasures;
  Append(erased, "sam has record " + ToText(id) + " erased");
  if (random_.Chance(20)) {
    Say("the server crashes before it destroys the key");
    network_.clear();
    server_.Restart();
    CheckState();
    FinishErasures();
    return;
  }
  const auto record = server_.Read()->FindRecord(id);
  CHECK(record.ok() && record->has_value());
  DestroyKey(id, (*record)->erased);
}

void World::DestroyKey(const RecordId& record, Seq erased) {
  const auto key = keys_.Find(record);
  CHECK(key.ok());
  if (key->has_value()) destroyed_[record] = std::string((*key)->view());
  CHECK(keys_.Destroy({{record, erased}}).ok());
}

// At a start: what the log or the keys, restored to before, have not got of an
// erasure they get.
void World::FinishErasures() {
  const auto reader = server_.Read();
  std::vector<std::pair<RecordId, Seq>> destroy;
  std::vector<RecordId> erase;
  const absl::Status seen =
      key_store_.ForEach([&](std::string_view, const RecordId& id,
                             const personal::KeptKey& kept) -> absl::Status {
        ASSIGN_OR_RETURN(const auto record, reader->FindRecord(id));
        if (!record.has_value()) return absl::OkStatus();
        const bool destroyed = kept.wrapped.empty();
        if (record->erased != 0 && !destroyed) {
          destroy.emplace_back(id, record->erased);
        }
        if (record->erased == 0 && destroyed) erase.push_back(id);
        return absl::OkStatus();
      });
  CHECK(seen.ok());
  std::vector<RecordErased> unmade;
  const auto held = reader->HeldAfter(0, 100'000);
  CHECK(held.ok());
  for (const auto& [seq, waiting] : *held) {
    const auto kept = key_store_.Find(keys_.survey(), waiting.record);
    const auto record = reader->FindRecord(waiting.record);
    CHECK(kept.ok() && record.ok());
    const bool destroyed = kept->has_value() && (*kept)->wrapped.empty();
    if (!destroyed || record->has_value()) continue;
    if (!unmade.empty() && unmade.back().record == waiting.record) continue;
    unmade.push_back({waiting.record, "", 1});
  }
  for (const auto& [id, erased] : destroy) DestroyKey(id, erased);
  for (const RecordId& id : erase) unmade.push_back({id});
  for (const RecordErased& again : unmade) {
    Append(again, "record " + ToText(again.record) + " is erased again");
  }
}

// Once everybody has heard, and nobody need send again what they wrote: nothing
// that was erased can be read anywhere, and all else follows from the log.
void World::CheckErased() {
  FinishErasures();
  durable_ = server_.head();
  for (std::size_t i = 0; i < handsets_.size(); ++i) SyncToTheEnd(i);
  Settle();
  if (!result_.failure.empty()) return;
  if (server_.Holds(kPersonalMark)) {
    Fail("a personal answer lies open at the server");
  }
  const auto reader = server_.Read();
  const auto records = reader->Records(RecordId{}, 100'000);
  CHECK(records.ok());
  bool any = false;
  for (const Record& record : *records) {
    if (record.erased == 0) continue;
    any = true;
    const auto key = keys_.Find(record.id);
    CHECK(key.ok());
    if (key->has_value()) Fail("the key of an erased record is there");
    for (const auto& handset : handsets_) {
      const Member* const member =
          reader->survey().FindMember(handset->person());
      // Who is no longer of the survey is told nothing more.
      if (member == nullptr || member->left != 0) continue;
      CheckForgotten(record.id, *handset);
    }
  }
  if (any && !server_.IsSound()) Fail("the erased do not follow from the log");
}

void World::CheckForgotten(const RecordId& record, const Handset& handset) {
  std::vector<std::string> never = {PersonalMarkOf(record)};
  const auto key = destroyed_.find(record);
  if (key != destroyed_.end()) never.push_back(key->second);
  for (const client::Table table :
       {client::Table::kRecord, client::Table::kChange}) {
    const absl::Status scanned = handset.memory().Scan(
        table, "", "", [&](std::string_view, std::string_view value) {
          for (const std::string& bytes : never) {
            if (value.find(bytes) == std::string_view::npos) continue;
            Fail(handset.device() + " still has what was erased of record " +
                 ToText(record) +
                 (table == client::Table::kChange ? ", in a change" : ""));
          }
          return true;
        });
    CHECK(scanned.ok());
  }
}

}  // namespace chasqui::testing
