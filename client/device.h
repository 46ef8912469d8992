// A device: what a person carries into the field.
//
//   view = confirmed copies ⊕ changes that the copies do not cover yet
//
// It works for as long as it must without a server. Whatever a person saves is
// a change in the outbox, in the store, before Save() returns; an exchange
// moves changes up and news down, each response in one transaction. The app may
// be killed between any two steps, the store copied, restored or cloned:
// nothing is lost and nothing happens twice.
//
// Changes go up before news comes down, in batches sized to the link; where the
// transport keeps order, the next are under way before the first is answered.
// What an answer makes of the plan (a gap, a new log) puts an end to those.
//
//            Sync()                 Step(): answer, and more is left
//   idle ─────────────► exchanging ◄──────────┐
//    ▲                   │  │  └──────────────┘
//    │   all done        │  │ error that may pass
//    └───────────────────┘  ▼
//    └──────────────── waiting ── Step(): it is time ──► exchanging
//      Cancel(), or an error that will not pass
//
// Thread-compatible: one thread at a time. Never blocks but on its store.

#ifndef CHASQUI_CLIENT_DEVICE_H_
#define CHASQUI_CLIENT_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/credential.h"
#include "client/device_keys.h"
#include "client/device_store.h"
#include "client/heartbeat.h"
#include "client/link_estimate.h"
#include "client/local_survey.h"
#include "client/new_ids.h"
#include "client/transport.h"
#include "sync/base/clock.h"

namespace chasqui::client {

enum class SyncState : std::uint8_t { kIdle, kExchanging, kWaiting };

// How far a sync has come, for people.
struct SyncProgress {
  std::string survey;
  std::uint64_t outbox = 0;     // changes without an outcome
  std::uint64_t exchanges = 0;  // since Sync()
  std::uint64_t records = 0;    // received since Sync()
  bool more = false;
};

// Messages stay within kBatchBytesMax; the rest is for the cursor and the
// lineages.
inline constexpr std::size_t kRequestBytesMax = std::size_t{240} << 10;

struct SyncOptions {
  // Changes are sent in batches of what suits the link, but at most this, over
  // all surveys together, at least one change in each. At most
  // kRequestBytesMax.
  std::size_t request_bytes_max = kRequestBytesMax;
  // Called within Step(), after each response.
  std::function<void(const SyncProgress&)> progress;
  // Which app this is, of which version; told to the server: at most 64 bytes.
  std::string app;
  // Of the machine; told to the server where it has changed.
  Vitals vitals;
};

class Device {
 public:
  // Draws 64 random bits: for jitter and for names, and for nothing that needs
  // secrecy.
  using Random = std::function<std::uint64_t()>;

  // Takes up what `store` holds. All must outlive the device, but for
  // `transport`, which may be null on a device that never syncs.
  static absl::StatusOr<std::unique_ptr<Device>> Open(std::string name,
                                                      DeviceStore& store,
                                                      Clock& clock,
                                                      Transport* transport,
                                                      Random random);

  const std::string& name() const { return name_; }

  // Works on `survey` from now on, as `person`. Joining again changes the
  // person. InvalidArgument for malformed names.
  absl::Status Join(std::string_view survey, std::string_view person);
  // Nullptr if it has not joined. Good for as long as the device is, or until
  // it has forgotten everything (wiped()).
  LocalSurvey* Find(std::string_view survey);
  std::vector<std::string> Surveys() const;
  // Names for new records and rows, of all surveys.
  NewIds& new_ids() {
    if (!new_ids_.has_value()) {
      const std::uint64_t high = random_();
      new_ids_.emplace(high, random_());
    }
    return *new_ids_;
  }

  // Begins to sync all surveys until every outbox is empty and all news is
  // here. Nothing happens but in Step(). No effect while it is syncing.
  void Sync(SyncOptions options);
  void Cancel();

  // Does what can be done at `now_ms` (any clock that never goes back; the same
  // at each call) and returns. An error is the store's: what was not committed
  // did not happen, and stepping again tries again.
  absl::Status Step(std::int64_t now_ms);

  SyncState state() const { return state_; }
  // While waiting: when Step() will try again.
  std::int64_t next_attempt_ms() const { return next_attempt_ms_; }
  // How the latest sync ended: OK, Cancelled, or an error that will not pass by
  // itself. While it waits: why.
  const absl::Status& sync_status() const { return sync_status_; }

  // The keys it has and knows of; kept in the store.
  const DeviceKeys& keys() const { return keys_; }

  // What is known of the link; kept in the store.
  const LinkEstimate& link() const { return link_; }

  // By what it is let in; kept in the store. Empty: by its name.
  const Credential& credential() const { return credential_; }
  // What a request made now shows.
  Shown ToShow() const {
    return keys_.own.has_value()
               ? credential_.ToShow(*keys_.own, clock_, prove_)
               : Shown();
  }
  // It was told to forget everything, and has: nothing is left to be done.
  bool wiped() const { return wiped_; }

 private:
  Device(std::string name, DeviceStore& store, Clock& clock,
         Transport* transport, Random random);

  // A request, and what is to be known of it when its answer comes.
  struct UnderWay {
    std::uint64_t id = 0;
    Request request;
    std::int64_t sent_ms = 0;       // as Step() is told
    std::int64_t sent_mono_ms = 0;  // by the clock

    // It asks for news: the last of a plan.
    bool pulls() const {
      return request.surveys.empty() || request.surveys.front().pull;
    }
  };

  absl::Status Fill(std::int64_t now_ms);
  absl::StatusOr<Request> NextRequest();
  // The number of the last change under way of the survey; 0: none is.
  std::uint64_t LastUnderWay(const std::string& survey) const;
  // How it is, once `request` has arrived.
  absl::StatusOr<Heartbeat> HeartbeatAfter(const Request& request) const;
  void Finish(const Completion& completion, std::int64_t now_ms);
  void Measure(const Completion& completion, const UnderWay& sent,
               std::int64_t now_ms);
  absl::Status TakeIn(const UnderWay& sent, const Response& response);
  // What it carries for others went along, and came to this.
  absl::Status TakeCarried(const UnderWay& sent, const Response& response);
  void Report(const LocalSurvey& survey, const SurveyNews& news, bool more);
  absl::Status TakeCredential(const Response& response);
  // What the server refused, it will take, made anew: true, and it is tried at
  // once.
  bool ProvesAgain(const Completion& completion, std::int64_t now_ms);
  // Whether it shall forget everything: what is not handed in yet goes first,
  // then all of it is forgotten, then it says so.
  absl::Status TakeStanding(const UnderWay& sent, const Response& response);
  void GiveUp();
  void Back(const absl::Status& why, std::uint32_t least_ms,
            std::int64_t now_ms);
  void End(const absl::Status& status);

  const std::string name_;
  DeviceStore& store_;
  Clock& clock_;
  Transport* const transport_;
  const Random random_;
  std::optional<NewIds> new_ids_;
  std::map<std::string, std::unique_ptr<LocalSurvey>, std::less<>> surveys_;

  SyncState state_ = SyncState::kIdle;
  SyncOptions options_;
  absl::Status sync_status_;
  std::deque<UnderWay> under_way_;  // in the order they were sent
  std::uint64_t last_id_ = 0;       // of the latest request
  bool more_ = false;               // the latest response left something to do
  bool replan_ = false;             // ... other than what is under way
  // Surveys of which nothing went through since Sync(): they wait for no more
  // than the news.
  std::set<std::string, std::less<>> held_up_;
  absl::Status refused_;         // what it refused, of one survey
  std::uint64_t exchanges_ = 0;  // since Sync()
  std::uint64_t records_ = 0;    // since Sync()
  std::uint32_t failures_ = 0;   // in a row
  DeviceKeys keys_;
  Credential credential_;
  bool prove_ = false;   // with the next request, whatever the token
  bool proved_ = false;  // since Sync(), by the time that it was told
  bool wiping_ = false;  // everything is forgotten, and it is to say so
  bool wiped_ = false;
  LinkEstimate link_;
  LinkEstimate link_kept_;          // as the store has it
  LinkEstimate link_told_;          // as the server was told
  Heartbeat heartbeat_told_;        // likewise
  std::int64_t answered_ms_ = 0;    // when the latest answer came
  std::int64_t round_trip_ms_ = 0;  // of the latest exchange
  std::int64_t deadline_ms_ = 0;
  std::int64_t next_attempt_ms_ = 0;
};

// Keys of Table::kDevice: what whoever keeps the store has put there to find
// its way back to its server.
inline constexpr char kDeviceName[] = "name";
inline constexpr char kDeviceSurvey[] = "survey";
inline constexpr char kDeviceServer[] = "server";
inline constexpr char kDeviceHttp[] = "http";

// What is in each `waiting` after the n-th failure in a row: doubles from the
// first to the largest, half of it drawn at random.
inline constexpr std::int64_t kBackoffFirstMs = 500;
inline constexpr std::int64_t kBackoffMaxMs = 60'000;
// The requests under way are given up when nothing was answered for so long,
// and made again.
inline constexpr std::int64_t kExchangeTimeoutMs = 60'000;

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_DEVICE_H_
