// One simulated run: many handsets, one server, the network between them, and
// everything that can go wrong. A run is a function of its seed.
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
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "tests/simulation/exchange.h"
#include "tests/simulation/handset.h"
#include "tests/simulation/oracle.h"
#include "tests/testing/random.h"
#include "tests/testing/survey_server.h"

namespace chasqui::testing {

// What a run came to. `failure` is empty if everything held.
struct RunResult {
  std::string failure;
  std::uint64_t hash = 0;  // of the server's state and every device's view
  Seq entries = 0;         // in the log at the end
  std::size_t restores = 0;
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
    std::variant<Request, Response> content;
  };
  // The server's disk, with what the oracle knew of it.
  struct Saved {
    Backup disk;
    Oracle oracle;
    Seq head = 0;
  };
  using Called = std::tuple<std::string, std::uint64_t, ChainHash>;

  // world.cc: one step of the first phase, and the second.
  void Step();
  void Heal();
  bool AllSettled() const;
  void Say(const std::string& text) const;
  void Fail(const std::string& what);

  // world_devices.cc: what happens to handsets.
  void EditSomewhere();
  void SyncSomeone();
  void MishapOfDevice();
  Handset& AnyHandset();
  std::vector<Op> EditsOf(Handset& handset, const RecordId& record);
  Op AnyAnswer(const RowId& row, std::uint32_t repeat);
  std::vector<Op> CreationOps(const Handset& handset);

  // world_network.cc: what travels, and what the server makes of it.
  void Send(std::variant<Request, Response> content);
  void Deliver();
  void Serve(const std::vector<Request>& requests, bool reply_lost);
  Response Answer(const Request& request, const DeliveryAnswer& taken);
  void Receive(const Response& response);

  // world_server.cc: what happens at the server.
  void WorkAtServer();
  void Decide();
  void Reassign();
  void ChangeConfig();
  void MishapOfServer();
  void Restore(const Saved& saved);
  void Append(ServerEntry entry, const std::string& story);
  void AppendChange(Change change, bool by_register, const std::string& story);

  // world_check.cc: what must hold.
  void CheckState();
  void CheckAcknowledged();
  void CheckView(const Handset& handset, const View& expected);
  void CheckCursorLaw();
  std::uint64_t Hash() const;

  const std::uint64_t seed_;
  const bool story_;
  Random random_;
  SurveyServer server_;
  Oracle oracle_;
  std::vector<Handset> handsets_;
  std::vector<Handset> old_copies_;
  std::vector<Follower> old_followers_;
  std::vector<std::size_t> owners_;  // of old_followers_
  std::deque<Packet> network_;
  std::vector<Saved> backups_;
  Position durable_;
  std::map<Called, Seq> acknowledged_;
  std::size_t step_ = 0;
  std::uint64_t next_id_ = 0;
  std::uint64_t next_name_ = 0;  // of records and rows
  bool healed_ = false;
  RunResult result_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_WORLD_H_
