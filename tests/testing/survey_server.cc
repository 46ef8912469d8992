#include "tests/testing/survey_server.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "storage/catalog.h"
#include "storage/replay.h"
#include "storage/verify.h"
#include "sync/base/check.h"
#include "tests/testing/household_form.h"

namespace chasqui::testing {
namespace {

constexpr std::int64_t kSecond = 1000;
const storage::Keys kKeys(1, 1);

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
  }
  CHECK(result.ok());
  return *std::move(result);
}

const FieldState* FindIn(const std::vector<FieldState>& fields,
                         std::uint32_t field, std::uint32_t choice) {
  for (const FieldState& state : fields) {
    if (state.field == field && state.choice == choice) return &state;
  }
  return nullptr;
}

// FNV-1a, of 64 bits.
class Hasher {
 public:
  void Add(std::string_view bytes) {
    for (const char c : bytes) AddByte(static_cast<std::uint8_t>(c));
    for (std::size_t n = bytes.size(), i = 0; i < 8; ++i, n >>= 8) {
      AddByte(static_cast<std::uint8_t>(n));
    }
  }
  std::uint64_t hash() const { return hash_; }

 private:
  void AddByte(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }

  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace

std::string TextOf(const Value& value) {
  switch (value.kind) {
    case ValueKind::kCleared:
      return "cleared";
    case ValueKind::kNotRelevant:
      return "not relevant";
    case ValueKind::kAnswered:
      return "answered";
    case ValueKind::kTicked:
      return "yes";
    case ValueKind::kUnticked:
      return "no";
    case ValueKind::kInteger:
      return std::to_string(IntegerOf(value));
    case ValueKind::kChoice:
      return std::to_string(ChoiceOf(value));
    default:
      return value.payload;
  }
}

SurveyServer::SurveyServer(const SurveyConfig& config)
    : kv_(std::make_unique<storage::MemoryKv>()) {
  CHECK(storage::WriteLayout(*kv_).ok());
  core_ = Must(storage::SurveyCore::Create(*kv_, kKeys, name_, config,
                                           {LogName{++opened_}, now_ms_},
                                           [this](storage::KvBatch& batch) {
                                             PutSurvey({name_, 1}, batch);
                                           }));
}

std::vector<absl::StatusOr<DeliveryAnswer>> SurveyServer::Commit(
    const std::vector<Delivery>& deliveries) {
  now_ms_ += kSecond;
  return core_->CommitGroup(deliveries, now_ms_);
}

BatchAnswer SurveyServer::Take(Batch batch) {
  ReadBatch(batch);
  std::vector<Delivery> group;
  group.emplace_back(std::move(batch));
  return Must(std::move(Commit(group).at(0))).batch;
}

ChangeAnswer SurveyServer::Append(ServerEntry entry) {
  std::vector<ServerEntry> entries;
  entries.push_back(std::move(entry));
  std::vector<Delivery> group;
  group.emplace_back(std::move(entries));
  return Must(std::move(Commit(group).at(0))).entries.at(0);
}

void SurveyServer::Publish(int version) {
  Append(FormPublished{HouseholdForm(version), "household"});
}

void SurveyServer::Release(Seq change, const std::string& person) {
  Append(QuarantineReleased{change, person});
}

void SurveyServer::Reject(Seq change, const std::string& person) {
  Append(QuarantineRejected{change, person});
}

std::shared_ptr<const Reader> SurveyServer::Read() const {
  return Must(core_->Snapshot());
}

bool SurveyServer::Has(const RecordId& record) const {
  return Must(Read()->FindRecord(record)).has_value();
}

Record SurveyServer::RecordOf(const RecordId& record) const {
  std::optional<Record> found = Must(Read()->FindRecord(record));
  CHECK(found.has_value());
  return *std::move(found);
}

std::string SurveyServer::Shown(const RecordId& record, std::uint32_t field,
                                std::uint32_t choice, const RowId& row) const {
  if (!Has(record)) return {};
  if (row.empty()) {
    const Record found = RecordOf(record);
    const FieldState* const state = FindIn(found.fields, field, choice);
    return state == nullptr ? "" : TextOf(state->value());
  }
  for (const Row& found : Must(Read()->RowsOf(record))) {
    if (found.id != row) continue;
    const FieldState* const state = FindIn(found.fields, field, choice);
    return state == nullptr ? "" : TextOf(state->value());
  }
  return {};
}

std::vector<std::string> SurveyServer::Live(const RecordId& record,
                                            std::uint32_t field,
                                            std::uint32_t choice) const {
  std::vector<std::string> texts;
  const Record found = RecordOf(record);
  const FieldState* const state = FindIn(found.fields, field, choice);
  if (state == nullptr) return texts;
  for (const LiveWrite& write : state->live)
    texts.push_back(TextOf(write.value));
  return texts;
}

Outcome SurveyServer::OutcomeAt(Seq change) const {
  std::optional<EntryInfo> info = Must(Read()->FindEntry(change));
  CHECK(info.has_value());
  return info->outcome;
}

Backup SurveyServer::Copy() const { return kv_->Copy(); }

void SurveyServer::Restart() { Restore(kv_->Copy()); }

void SurveyServer::Restore(const Backup& backup) {
  core_.reset();
  kv_ = backup->Copy();
  now_ms_ += kSecond;
  core_ = Must(storage::SurveyCore::Open(*kv_, kKeys, name_,
                                         {LogName{++opened_}, now_ms_}));
}

std::string SurveyServer::Damage(Random& random) {
  struct Stored {
    storage::Space space;
    std::string key;
    std::string value;
  };
  std::vector<Stored> all;
  for (const storage::Space space :
       {storage::Space::kMeta, storage::Space::kRecords,
        storage::Space::kChanges, storage::Space::kFeeds}) {
    const absl::Status scanned = kv_->Scan(
        space, "", std::string(64, '\xff'),
        [&](std::string_view key,
            std::string_view value) -> absl::StatusOr<bool> {
          if (!value.empty()) {
            all.push_back({space, std::string(key), std::string(value)});
          }
          return true;
        });
    CHECK(scanned.ok());
  }
  Stored& damaged = random.OneOf(all);
  const std::uint64_t bit = random.Below(8 * damaged.value.size());
  char& byte = damaged.value[static_cast<std::size_t>(bit / 8)];
  byte = static_cast<char>(byte ^ (1 << (bit % 8)));
  auto batch = kv_->NewBatch();
  batch->Put(damaged.space, damaged.key, damaged.value);
  CHECK(kv_->Commit(std::move(batch), storage::Sync::kYes).ok());
  return "bit " + std::to_string(bit) + " of " + storage::PrintKey(damaged.key);
}

bool SurveyServer::IsSound() const {
  const auto report = storage::VerifyKv(*kv_, /*replay=*/true);
  // What cannot even be looked at is not sound.
  return report.ok() && report->findings.empty();
}

Backup SurveyServer::Replayed() const {
  auto replayed = std::make_unique<storage::MemoryKv>();
  CHECK(storage::WriteLayout(*replayed).ok());
  CHECK(storage::Replay(*kv_, {name_, 1}, *replayed).ok());
  return replayed;
}

bool SurveyServer::Holds(std::string_view bytes) const {
  bool holds = false;
  for (std::size_t space = 0; space < storage::kSpaces; ++space) {
    const absl::Status scanned = kv_->Scan(
        static_cast<storage::Space>(space), "", std::string(64, '\xff'),
        [&](std::string_view, std::string_view value) -> absl::StatusOr<bool> {
          holds = holds || value.find(bytes) != value.npos;
          return !holds;
        });
    CHECK(scanned.ok());
  }
  return holds;
}

std::uint64_t SurveyServer::HashOf(const storage::KvReader& kv) {
  Hasher hasher;
  for (std::size_t space = 0; space < storage::kSpaces; ++space) {
    const absl::Status scanned =
        kv.Scan(static_cast<storage::Space>(space), "", std::string(64, '\xff'),
                [&hasher](std::string_view key,
                          std::string_view value) -> absl::StatusOr<bool> {
                  hasher.Add(key);
                  hasher.Add(value);
                  return true;
                });
    CHECK(scanned.ok());
  }
  return hasher.hash();
}

}  // namespace chasqui::testing
