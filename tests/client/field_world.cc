#include "tests/client/field_world.h"

#include <algorithm>
#include <future>
#include <utility>

#include "client/device_keys.h"
#include "client/exchange_wire.h"
#include "server/hand_in.h"
#include "server/surroundings.h"
#include "storage/catalog.h"
#include "storage/keys.h"
#include "storage/replay.h"
#include "sync/base/check.h"
#include "sync/form/xform_reader.h"
#include "sync/lineage.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

constexpr int kStepsMax = 10'000;

template <typename Fields>
std::string TextOf(const Fields& fields, std::uint32_t number) {
  for (const FieldState& field : fields) {
    if (field.field != number || field.choice != 0) continue;
    const Value& value = field.value();
    if (value.kind == ValueKind::kInteger) {
      return std::to_string(IntegerOf(value));
    }
    return value.kind == ValueKind::kText ? value.payload : "(no text)";
  }
  return "(absent)";
}

}  // namespace

SurveyConfig ConfigWithBackup() {
  SurveyConfig config = testing::SchoolConfig();
  config.accepted_is_durable = false;
  return config;
}

FieldWorld::FieldWorld(const SurveyConfig& config)
    : kv_(std::make_unique<storage::MemoryKv>()),
      log_(clock_, nullptr),
      keyring_(*server::Keyring::Open(keys_.path())),
      workers_(1) {
  CHECK(storage::WriteLayout(*kv_).ok());
  storage::CatalogOptions options;
  options.durability = &backed_up_;
  catalog_ = *storage::OpenCatalog(*kv_, clock_, options);
  CHECK(catalog_->Create(kSurvey, config).ok());
  store_ = *catalog_->Find(kSurvey);
  const std::string source = testing::SchoolForm("1");
  auto form = ReadXForm(source, {});
  CHECK(form.ok());
  Append(FormPublished{*std::move(form), source});
}

void FieldWorld::Open() {
  storage::CatalogOptions options;
  options.durability = &backed_up_;
  catalog_ = *storage::OpenCatalog(*kv_, clock_, options);
  store_ = *catalog_->Find(kSurvey);
}

void FieldWorld::Restart() {
  catalog_.reset();
  Open();
}

void FieldWorld::Restore(const storage::MemoryKv& backup) {
  catalog_.reset();
  kv_ = backup.Copy();
  Open();
}

void FieldWorld::Damage(const RecordId& record) {
  const storage::Key key =
      storage::Keys(storage::kOrganisationNumber, 1).Record(record);
  std::string bytes;
  CHECK(*kv_->Get(storage::Space::kRecords, key, bytes));
  // In its name.
  const std::size_t at = bytes.find("school ");
  CHECK(at != std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  auto batch = kv_->NewBatch();
  batch->Put(storage::Space::kRecords, key, bytes);
  CHECK(kv_->Commit(std::move(batch), storage::Sync::kYes).ok());
  Restart();  // nothing of it is in memory any more
}

void FieldWorld::Rebuild() {
  auto rebuilt = std::make_unique<storage::MemoryKv>();
  CHECK(storage::Replay(*kv_, {kSurvey, 1}, *rebuilt).ok());
  CHECK(storage::WriteLayout(*rebuilt).ok());
  Restore(*rebuilt);
}

void FieldWorld::Append(ServerEntry entry) {
  std::vector<ServerEntry> entries;
  entries.push_back(std::move(entry));
  const auto answer = SubmitAndWait(*store_, std::move(entries));
  CHECK(answer.ok());
}

void FieldWorld::Reconfigure(const SurveyConfig& config) {
  Append(ConfigChanged{config});
}

std::shared_ptr<const Reader> FieldWorld::Read() const {
  return *store_->Snapshot();
}

Position FieldWorld::Head() const {
  const auto reader = Read();
  return {PresentName(reader->survey().lineage), reader->head()};
}

std::uint32_t FieldWorld::Field(std::string_view path) const {
  for (const FieldSchema& field : Read()->survey().schema.fields()) {
    if (field.path == path) return field.number;
  }
  CHECK(false);
  return 0;
}

std::uint32_t FieldWorld::Choice(std::string_view path,
                                 std::string_view code) const {
  return Read()->survey().numbering.ChoiceNumber(Field(path), code).value();
}

std::size_t FieldWorld::LiveWrites(const RecordId& record,
                                   std::string_view path) const {
  const auto found = *Read()->FindRecord(record);
  CHECK(found.has_value());
  const FieldState* const field = found->Find(Field(path));
  return field == nullptr ? 0 : field->live.size();
}

std::string FieldWorld::Shown(const RecordId& record,
                              std::string_view path) const {
  const auto found = *Read()->FindRecord(record);
  if (!found.has_value()) return "(none)";
  return TextOf(found->fields, Field(path));
}

server::Surroundings FieldWorld::Around() {
  return {*catalog_, authenticator_, clock_,      log_,     contacts_,
          workers_,  budget_,        statistics_, indexes_, keyring_.get()};
}

absl::StatusOr<v1::SyncResponse> FieldWorld::Exchange(
    const std::string& device, const v1::SyncRequest& request) {
  const server::Surroundings around = Around();
  v1::SyncResponse response;
  std::promise<absl::Status> done;
  server::ExchangeAndHandIn(
      around, device, request, response,
      [&done](absl::Status status) { done.set_value(std::move(status)); });
  const absl::Status status = done.get_future().get();
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<v1::HandInResponse> FieldWorld::HandIn(
    const std::string& sealed) {
  const server::Surroundings around = Around();
  std::promise<absl::StatusOr<v1::HandInResponse>> done;
  server::HandIn(around, sealed,
                 [&done](auto answer) { done.set_value(std::move(answer)); });
  return done.get_future().get();
}

void Link::Send(std::uint64_t id, const Request& request) {
  sent.push_back(request);
  if (!online) {
    arrived.push_back({id, absl::UnavailableError("offline")});
    return;
  }
  // Over the wire, as bytes.
  v1::SyncRequest wire;
  const std::string spelled = RequestToWire(request).SerializeAsString();
  bytes += spelled.size();
  CHECK(wire.ParseFromString(spelled));
  if (news_bytes_max != 0) wire.set_news_bytes_max(news_bytes_max);
  if (on_the_way != nullptr) on_the_way(wire);
  requests.push_back(wire);
  absl::StatusOr<v1::SyncResponse> answer =
      world_.Exchange(request.device, wire);
  if (answer.ok()) {
    if (on_the_way_back != nullptr) on_the_way_back(*answer);
    Count(*answer);
    responses.push_back(*answer);
  }
  if (lose_answers > 0) {
    --lose_answers;
    arrived.push_back({id, absl::UnavailableError("cut")});
    return;
  }
  Completion completion{id,
                        answer.ok() ? ResponseFromWire(*answer, request)
                                    : absl::StatusOr<Response>(answer.status()),
                        bytes_moved};
  (keep_answers ? kept : arrived).push_back(std::move(completion));
}

void Link::Count(const v1::SyncResponse& answer) {
  bytes += answer.ByteSizeLong();
  for (const v1::SurveyNews& news : answer.surveys()) {
    for (const v1::BucketNews& bucket : news.buckets()) {
      records +=
          static_cast<std::size_t>(bucket.items_size() + bucket.repairs_size());
    }
  }
}

std::optional<Completion> Link::Poll() {
  if (arrived.empty()) return std::nullopt;
  Completion completion = std::move(arrived.front());
  arrived.pop_front();
  return completion;
}

FieldTablet::FieldTablet(FieldWorld& world, std::string name,
                         const std::string& person)
    : world_(world),
      name_(std::move(name)),
      store_(std::make_unique<MemoryStore>()),
      link_(world) {
  Open();
  CHECK(device_->Join(FieldWorld::kSurvey, person).ok());
}

FieldTablet::FieldTablet(FieldWorld& world, const FieldTablet& other)
    : world_(world),
      name_(other.name_),
      store_(std::make_unique<MemoryStore>(*other.store_)),
      link_(world),
      random_(other.random_ + 1000) {
  Open();
}

void FieldTablet::Open() {
  auto device = Device::Open(name_, *store_, clock_, &link_,
                             [this] { return random_ += 7919; });
  CHECK(device.ok());
  device_ = *std::move(device);
}

void FieldTablet::MakeKey() {
  StoreBatch batch;
  PutOwnKey(seal::KeyPair::Draw(), batch);
  CHECK(store_->Commit(batch).ok());
  Kill();
}

void FieldTablet::Kill() {
  device_.reset();
  Open();
}

void FieldTablet::RestoreFrom(const MemoryStore& copy) {
  device_.reset();
  *store_ = copy;
  Open();
}

void FieldTablet::Step() {
  const absl::Status status = device_->Step(++now_ms);
  CHECK(status.ok());
}

void FieldTablet::ExchangeOnce() {
  device_->Sync({});
  Step();
  link_.online = false;
  Step();
  device_->Cancel();
  link_.arrived.clear();
  link_.online = true;
}

absl::Status FieldTablet::Sync() {
  device_->Sync({});
  for (int i = 0; i < kStepsMax; ++i) {
    Step();
    if (device_->state() == SyncState::kIdle) {
      return device_->sync_status();
    }
    if (device_->state() == SyncState::kWaiting) {
      now_ms = std::max(now_ms, device_->next_attempt_ms());
    }
  }
  return absl::DeadlineExceededError("the sync does not come to an end");
}

void FieldTablet::Create(const RecordId& school, const std::string& area,
                         std::string_view name) {
  Editing editing = *survey().Create(school);
  editing.SetStatus(RecordStatus::kSubmitted);
  editing.Set({RowId{}, kAreaField, 0}, Value::Text(area));
  editing.Set({RowId{}, world_.Field("name"), 0}, Value::Text(name));
  CHECK(survey().Save(editing).ok());
}

void FieldTablet::Write(const RecordId& school, std::string_view path,
                        const Value& value) {
  absl::StatusOr<Editing> editing = survey().Open(school);
  EXPECT_OK(editing);
  if (!editing.ok()) return;
  editing->Set({RowId{}, world_.Field(path), 0}, value);
  EXPECT_OK(survey().Save(*editing));
}

std::string FieldTablet::Shown(const RecordId& school,
                               std::string_view path) const {
  const auto view = device_->Find(FieldWorld::kSurvey)->View(school);
  if (!view.ok() || view->record.gone) return "(none)";
  return TextOf(view->record.fields, world_.Field(path));
}

bool FieldTablet::Has(const RecordId& school) const {
  return device_->Find(FieldWorld::kSurvey)->View(school).ok();
}

Change FieldTablet::LastChange() const {
  const auto changes = device_->Find(FieldWorld::kSurvey)->Changes();
  CHECK(changes.ok());
  CHECK(!changes->empty());
  return *DecodeChange(changes->back().bytes);
}

}  // namespace chasqui::client
