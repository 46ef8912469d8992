// One simulated run: many devices with the real device library, one server, the
// network between them, and everything that can go wrong. A run is a function
// of its seed.
//
// Two phases. In the first anything may happen, and after each step what must
// never be is looked for: something lost, applied twice, or shown wrongly. Then
// the world heals, and what must come about is waited for: every outbox
// empties, every device sees what the server says.

#ifndef CHASQUI_TESTS_SIMULATION_WORLD_H_
#define CHASQUI_TESTS_SIMULATION_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "sync/personal/memory_key_store.h"
#include "sync/personal/survey_keys.h"
#include "tests/simulation/handset.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/packet.h"
#include "tests/simulation/plaintexts.h"
#include "tests/testing/random.h"
#include "tests/testing/survey_server.h"

namespace chasqui::testing {

// What a run came to. `failure` is empty if everything held.
struct RunResult {
  std::string failure;
  std::uint64_t hash = 0;  // of the server's state and every device's view
  Seq entries = 0;         // in the log at the end
  std::size_t restores = 0;
  std::size_t ends = 0;  // of apps, in the middle of a commit
  std::size_t damages = 0;
  std::size_t locks = 0;  // of devices, and revocations
  std::size_t revocations = 0;
  std::size_t agreements = 0;   // of a device's copy with the server, at a pull
  std::size_t comparisons = 0;  // answers to questions about what differs
  std::size_t past_gap = 0;     // cards that came past a gap
  std::size_t lost = 0;         // tablets
  std::size_t begun = 0;        // chunks of starting files that were taken
  std::size_t erasures = 0;     // of records
  std::size_t steps = 0;
};

// Runs `seed` once. With `story`, every step is printed as it happens.
RunResult RunSeed(std::uint64_t seed, bool story = false);

class World {
 public:
  World(std::uint64_t seed, bool story);

  RunResult Run();

 private:
  struct Packet {
    std::size_t due = 0;  // the step at which it arrives
    std::variant<SentRequest, SentResponse> content;
  };
  // The server's disk, with what the oracle knew of it.
  struct Saved {
    Backup disk;
    Oracle oracle;
    Seq head = 0;
  };
  // A starting file.
  struct Start {
    seal::StartingName name;
    std::vector<client::SurveyNews> chunks;
  };
  using Called = std::tuple<std::string, std::uint64_t, ChainHash>;
  // What a device remembered at some time.
  struct OldCopy {
    std::string device;
    std::string person;
    Handset::Memory memory;
  };

  // world.cc: one step of the first phase, and the second.
  void Step();
  void Heal();
  void Settle();
  void SyncToTheEnd(std::size_t index);
  bool AllSettled() const;
  void Say(const std::string& text) const;
  void Fail(const std::string& what);

  // world_devices.cc: what happens to handsets.
  void EditSomewhere();
  void SyncSomeone();
  void MishapOfDevice();
  Handset& AnyHandset();
  void Break(Handset& handset);
  void Clone(const Handset& handset);
  void FillIn(Handset& handset);
  void FillInNew(Handset& handset);
  void SetAnyAnswer(const RowId& row, std::uint32_t repeat,
                    client::Editing& editing);
  void SetText(const FieldAddress& at, const Value& value,
               client::Editing& editing);
  void SaveOn(Handset& handset);
  void StepHandset(std::size_t index);

  // world_cards.cc: batches that travel by themselves, and lost tablets.
  void Seal(const Handset& handset);
  void Keep(const client::SurveyRequest& request);
  void HandInAny();
  void HandIn(const Batch& card);
  std::string WhoseItIs(const std::string& person) const;
  void LockOrUnlock(const Handset& handset);
  void LoseSomeone();
  void FindSomeone();

  // world_starts.cc: what new tablets may begin with.
  void MakeStart();
  void BeginSomewhere();

  // world_network.cc: what travels.
  void Send(std::variant<SentRequest, SentResponse> content);
  void Deliver();
  void Receive(const SentResponse& sent);

  // world_exchange.cc: what the server makes of it.
  void Serve(std::vector<SentRequest> requests, bool reply_lost);
  void Acknowledge(const Batch& batch, const BatchAnswer& answer);
  SentResponse Answer(const SentRequest& sent, const BatchAnswer* taken,
                      std::int64_t received_ms);
  client::SurveyNews NewsFor(const std::string& device,
                             const client::SurveyRequest& request,
                             std::size_t items_max);

  // world_server.cc: what happens at the server.
  void WorkAtServer();
  void Decide();
  void Reassign();
  void ChangeConfig();
  void MishapOfServer();
  void DamageServer();
  void Restore(const Saved& saved);
  void Append(ServerEntry entry, const std::string& story);
  void AppendChange(const Change& change, bool by_register,
                    const std::string& story);

  // world_erasing.cc: personal answers, sealed on their way in, and erased.
  void SealIn(Batch& batch);
  void SealIn(std::vector<ServerEntry>& entries);
  void NoteSealed(const std::string& plain, const std::string& sealed);
  RecordErased AnyToErase();
  void EraseAny();
  void DestroyKey(const RecordId& record, Seq erased);
  void FinishErasures();
  void CheckErased();
  void CheckForgotten(const RecordId& record, const Handset& handset);

  // world_check.cc: what must hold.
  void CheckState();
  void CheckAcknowledged();
  void CheckTold(const Handset& handset,
                 const std::vector<client::StoredChange>& changes);
  void CheckView(const Handset& handset, const View& expected,
                 const Members& members);
  void CheckSyncStatus(Handset& handset);
  void CheckCursorLaw();
  std::uint64_t Hash() const;

  const std::uint64_t seed_;
  const bool story_;
  Random random_;
  SurveyServer server_;
  personal::MemoryKeyStore key_store_;  // no restore takes it back
  Random key_random_;
  personal::SurveyKeys keys_;
  Plaintexts plaintexts_;
  std::map<RecordId, std::string> destroyed_;  // keys
  Oracle oracle_;
  std::vector<std::unique_ptr<Handset>> handsets_;
  std::vector<OldCopy> old_copies_;  // to be restored
  std::vector<OldCopy> old_cursors_;
  std::deque<Packet> network_;
  std::vector<Batch> cards_;                    // memory cards, with somebody
  std::vector<std::unique_ptr<Handset>> lost_;  // tablets
  std::set<std::string, std::less<>> locked_;   // devices
  std::set<std::string, std::less<>> revoked_;  // likewise: let in no more
  std::vector<Start> starts_;
  std::vector<Saved> backups_;
  Position durable_;
  std::map<Called, Seq> acknowledged_;
  std::size_t step_ = 0;
  std::uint64_t next_name_ = 0;  // of records, rows and new tablets
  bool healed_ = false;
  RunResult result_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_WORLD_H_
