// A server and tablets in one process: the real client core and the real server
// side, joined by messages that a test may lose, delay or repeat.

#ifndef CHASQUI_TESTS_CLIENT_FIELD_WORLD_H_
#define CHASQUI_TESTS_CLIENT_FIELD_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "client/device.h"
#include "client/memory_store.h"
#include "client/transport.h"
#include "server/access/contacts.h"
#include "server/authenticator.h"
#include "server/bucket_indexes.h"
#include "server/byte_budget.h"
#include "server/event_log.h"
#include "server/keyring.h"
#include "server/personal.h"
#include "server/statistics_shelf.h"
#include "server/surroundings.h"
#include "server/workers.h"
#include "storage/durability.h"
#include "storage/memory_kv.h"
#include "sync/personal/memory_key_store.h"
#include "sync/pull.h"
#include "sync/store.h"
#include "tests/export/school_survey.h"
#include "tests/testing/fresh_directory.h"

namespace chasqui::client {

// That of the schools, in a survey where only a backup makes durable.
SurveyConfig ConfigWithBackup();

// The survey of schools (school_survey.h) on a server that can be restarted,
// backed up and restored.
class FieldWorld {
 public:
  static constexpr char kSurvey[] = "schools";

  explicit FieldWorld(const SurveyConfig& config = testing::SchoolConfig());

  // The server stops and starts: its log gets a new name.
  void Restart();
  std::unique_ptr<storage::MemoryKv> Backup() const { return kv_->Copy(); }
  // One bit of the server's record, whose name begins with "school ", is
  // another.
  void Damage(const RecordId& record);
  // The server's state is made anew from its log.
  void Rebuild();
  // Everything after the backup is lost.
  void Restore(const storage::MemoryKv& backup);
  // What counts as durable, in surveys with a backup.
  storage::BackedUp& backed_up() { return backed_up_; }

  void Reconfigure(const SurveyConfig& config);
  // Erases what is personal in a record.
  void Erase(const RecordId& record);
  // By what the record's personal answers are sealed; empty: it has no key.
  std::string KeyOf(const RecordId& record);
  void Append(ServerEntry entry);
  std::shared_ptr<const Reader> Read() const;
  Position Head() const;
  std::uint32_t Field(std::string_view path) const;
  std::uint32_t Choice(std::string_view path, std::string_view code) const;
  // How many live writes the server has of the field.
  std::size_t LiveWrites(const RecordId& record, std::string_view path) const;
  // What the server shows, as text; "(absent)" if nothing.
  std::string Shown(const RecordId& record, std::string_view path) const;

  absl::StatusOr<v1::SyncResponse> Exchange(const std::string& device,
                                            const v1::SyncRequest& request);
  // What somebody brings in a file.
  absl::StatusOr<v1::HandInResponse> HandIn(const std::string& sealed);
  server::Keyring& keyring() const { return *keyring_; }
  // A bucket's starting file, as of now.
  // In chunks of about `piece_bytes`.
  std::size_t piece_bytes = PullTerms{}.bytes_max;
  absl::StatusOr<std::string> MakeStart(const Bucket& bucket);
  std::string StartOf(const Bucket& bucket);

 private:
  void Open();
  server::Surroundings Around();

  testing::SteppingClock clock_;
  storage::BackedUp backed_up_;
  std::unique_ptr<storage::MemoryKv> kv_;
  std::unique_ptr<Catalog> catalog_;
  SurveyStore* store_ = nullptr;
  server::EventLog log_;
  server::MetadataAuthenticator authenticator_;
  access::Contacts contacts_;
  server::ByteBudget budget_{0};
  server::BucketIndexes indexes_{100'000};
  const testing::FreshDirectory keys_;
  const std::unique_ptr<server::Keyring> keyring_;
  personal::MemoryKeyStore record_keys_;
  server::Personal personal_;
  server::StatisticsShelf statistics_{workers_};
  server::Workers workers_;
};

// A field's text, or number; "(absent)" if there is none.
std::string TextIn(const std::vector<FieldState>& fields, std::uint32_t number);

// A link to the server. Each answer is there at the next Poll(), unless told
// otherwise.
class Link final : public Transport {
 public:
  explicit Link(FieldWorld& world) : world_(world) {}

  void Send(std::uint64_t id, const Request& request) override;
  std::optional<Completion> Poll() override;
  void Cancel(std::uint64_t id) override { cancelled.insert(id); }

  std::size_t window() const override { return room; }

  bool online = true;
  std::size_t room = 1;              // for requests under way
  std::size_t bytes_moved = 0;       // said of each exchange; 0: not known
  std::uint32_t news_bytes_max = 0;  // of a page; 0: what the device asks for
  int lose_answers = 0;  // of the next so many requests: they reach the server
  bool keep_answers = false;  // they wait in `kept`
  std::deque<Completion> kept;
  std::deque<Completion> arrived;
  std::set<std::uint64_t> cancelled;
  std::vector<Request> sent;
  // The same as they travelled, and what came back.
  std::vector<v1::SyncRequest> requests;
  std::vector<v1::SyncResponse> responses;
  // Does something to each request on its way.
  std::function<void(v1::SyncRequest&)> on_the_way;
  std::function<void(v1::SyncResponse&)> on_the_way_back;
  std::size_t bytes = 0;    // of requests and answers
  std::size_t records = 0;  // whole or in part, that came

 private:
  void Count(const Response& response);

  FieldWorld& world_;
};

// A tablet's clock: stands still unless it is moved.
class TabletClock final : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixMillis(wall_ms); }
  std::int64_t MonotonicMillis() override { return mono_ms; }
  std::string BootId() override { return boot; }

  std::string boot = "boot of a tablet";
  std::int64_t wall_ms = 1'400'000'000'000;
  std::int64_t mono_ms = 1'000;
};

class FieldTablet {
 public:
  FieldTablet(FieldWorld& world, std::string name, const std::string& person);
  // A clone: another tablet with a copy of this one's memory.
  FieldTablet(FieldWorld& world, const FieldTablet& other);

  // The app ends, wherever it is, and starts again.
  void Kill();
  // It gets a key pair, as a device made by the program has.
  void MakeKey();
  // The memory becomes what it was in a copy made before.
  void RestoreFrom(const MemoryStore& copy);
  const MemoryStore& memory() const { return *store_; }

  // Syncs to the end, time passing as it must; the status it ends with. Gives
  // up after so many steps that something must be wrong.
  absl::Status Sync();
  // One step, a millisecond after the one before.
  void Step();
  // One exchange: its answer is taken in, and whatever it leaves to be done is
  // left for another time.
  void ExchangeOnce();

  Device& device() { return *device_; }
  MemoryStore& store() { return *store_; }
  LocalSurvey& survey() { return *device_->Find(FieldWorld::kSurvey); }
  Link& link() { return link_; }
  TabletClock& clock() { return clock_; }
  std::int64_t now_ms = 0;

  // Makes a school with that name, submitted, and saves it.
  void Create(const RecordId& school, const std::string& area,
              std::string_view name);
  // Opens it, writes one answer, saves.
  void Write(const RecordId& school, std::string_view path, const Value& value);
  // What its person sees: "(absent)", "(none)" for no such record.
  std::string Shown(const RecordId& school, std::string_view path) const;
  bool Has(const RecordId& school) const;
  // The change saved last.
  Change LastChange() const;

 private:
  void Open();

  FieldWorld& world_;
  const std::string name_;
  std::unique_ptr<MemoryStore> store_;
  Link link_;
  TabletClock clock_;
  std::uint64_t random_ = 1;
  std::unique_ptr<Device> device_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_TESTS_CLIENT_FIELD_WORLD_H_
