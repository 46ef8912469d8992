#include <algorithm>
#include <utility>

#include "client/device_keys.h"
#include "sync/base/check.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

constexpr int kStepsMax = 10'000;

}  // namespace

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
  return TextIn(view->record.fields, world_.Field(path));
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
