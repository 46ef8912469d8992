#include "tests/simulation/handset.h"

#include <algorithm>
#include <utility>

#include "client/copies.h"
#include "client/local_state.h"
#include "sync/base/check.h"

namespace chasqui::testing {
namespace {

// What a view is compared by. A copy is whole, and so are its rows: one that
// says other of itself is no copy of anything.
PulledRecord Plain(PulledRecord record) {
  record.whole = record.whole == record.gone ||
                 !std::all_of(record.rows.begin(), record.rows.end(),
                              [](const PulledRow& row) { return row.whole; });
  for (PulledRow& row : record.rows) row.whole = false;
  return record;
}

client::SurveyState StateIn(const client::MemoryStore& store) {
  const auto bytes = store.Get(client::Table::kSurvey, Handset::kSurvey);
  CHECK(bytes.ok());
  if (!bytes->has_value()) return {};
  auto state = client::DecodeState(**bytes);
  CHECK(state.ok());
  return *std::move(state);
}

// The copies that a bucket holds, or those that none does.
View CopiesIn(const client::MemoryStore& store, bool held) {
  const client::SurveyState state = StateIn(store);
  View view;
  const absl::Status scanned =
      store.Scan(client::Table::kRecord, client::SurveyPrefix(Handset::kSurvey),
                 "", [&](std::string_view key, std::string_view bytes) {
                   const RecordId id = client::RecordOf(Handset::kSurvey, key);
                   const auto stored = client::SoundCopy(state, id, bytes);
                   if (!stored.has_value()) return true;  // damaged
                   if (stored->following.empty() == held) return true;
                   const auto record = DecodePulled(stored->bytes);
                   if (record.ok()) view[id] = Plain(*record);
                   return true;
                 });
  CHECK(scanned.ok());
  return view;
}

}  // namespace

Handset::Handset(std::string device, std::string person, std::uint64_t seed)
    : device_(std::move(device)),
      person_(std::move(person)),
      store_(client::MemoryStore()),
      random_(seed) {
  link_.room = 1 + 2 * (seed % 2);
  Start();
  CHECK(app_->Join(kSurvey, person_).ok());
}

Handset::Handset(const Handset& other, std::uint64_t seed)
    : device_(other.device_),
      person_(other.person_),
      store_(other.store_.memory()),
      own_rows_(other.own_rows_),
      clock_(other.clock_),
      random_(seed) {
  link_.room = 1 + 2 * (seed % 2);
  Start();
}

void Handset::Start() {
  absl::StatusOr<std::unique_ptr<client::Device>> app = client::Device::Open(
      device_, store_, clock_, &link_, [this] { return random_.Next(); });
  CHECK(app.ok());
  app_ = *std::move(app);
}

void Handset::Restart() { RestoreFrom(Remembered()); }

void Handset::RestoreFrom(const Memory& memory) {
  editing_.reset();
  app_.reset();
  link_.sent.clear();
  link_.arrived.clear();
  link_.awaited.clear();
  store_.Start(memory.store);
  own_rows_ = memory.own_rows;
  Start();
}

void Handset::Reboot(const std::string& boot) {
  if (!clock_.boot.empty()) clock_.boot = boot;
  clock_.mono_ms = 0;
  Restart();
}

absl::Status Handset::Step() {
  const absl::Status status = app_->Step(patience_ms_);
  return store_.ended() ? absl::OkStatus() : status;
}

bool Handset::Awaits(std::uint64_t id) const {
  return app_->state() == client::SyncState::kExchanging &&
         link_.awaited.contains(id);
}

void Handset::WaitForNextAttempt() {
  if (app_->state() != client::SyncState::kWaiting) return;
  patience_ms_ = std::max(patience_ms_, app_->next_attempt_ms());
}

void Handset::Advance(std::int64_t ms) {
  patience_ms_ += ms;
  clock_.mono_ms += ms;
  clock_.wall_ms += ms;
}

std::vector<RecordId> Handset::Records() const {
  absl::StatusOr<std::vector<RecordId>> ids = survey().List();
  CHECK(ids.ok());
  for (const auto& [id, record] : Confirmed()) {
    if (record.gone) ids->push_back(id);
  }
  std::sort(ids->begin(), ids->end());
  ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
  return *std::move(ids);
}

bool Handset::Open(const RecordId& record, bool creates) {
  absl::StatusOr<client::Editing> editing =
      creates ? survey().Create(record) : survey().Open(record);
  if (!editing.ok()) {
    CHECK(absl::IsFailedPrecondition(editing.status()));
    return false;
  }
  editing_ = *std::move(editing);
  // Before it has got a form it can only have been made with one.
  if (survey().state().forms == 0) editing_->UseForm(1);
  return true;
}

absl::Status Handset::Save() {
  const absl::StatusOr<std::uint64_t> saved = survey().Save(*editing_);
  if (saved.ok()) editing_.reset();
  return saved.status();
}

Members Handset::Following() const {
  Members members;
  const auto held = client::ReadCopies(kSurvey, survey().state(), store_);
  CHECK(held.ok());
  for (const client::FollowedBucket& followed : survey().state().buckets) {
    for (const auto& [word, record] : held->at(followed.id).words) {
      members[followed.bucket].insert(record);
    }
  }
  return members;
}

View Handset::ConfirmedIn(const client::MemoryStore& store) {
  return CopiesIn(store, true);
}

View Handset::Kept() const { return CopiesIn(store_.memory(), false); }

std::string Handset::Unsettled() const {
  std::string text;
  const auto outbox = survey().Outbox();
  CHECK(outbox.ok());
  for (const client::StoredChange& change : *outbox) {
    text += "#" + std::to_string(change.number) + " in the outbox; ";
  }
  const auto ids = survey().List();
  CHECK(ids.ok());
  for (const RecordId& id : *ids) {
    const auto view = survey().View(id);
    CHECK(view.ok());
    for (const std::uint64_t number : view->pending) {
      text += "#" + std::to_string(number) + " of record " + ToText(id) +
              " pending; ";
    }
  }
  return text;
}

}  // namespace chasqui::testing
