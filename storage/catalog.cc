#include "storage/catalog.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "storage/memory_kv.h"
#include "storage/packing.h"
#include "storage/rocks_directory.h"
#include "sync/base/check.h"
#include "sync/base/mutex.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::storage {
namespace {

std::string Number(std::uint64_t value) {
  std::string bytes;
  ByteWriter(bytes).Varint(value);
  return bytes;
}

// REQUIRES: not empty, if there is no layout.
absl::Status CheckLayout(std::uint64_t found) {
  if (found == kLayoutVersion) return absl::OkStatus();
  if (found > kLayoutVersion) {
    return absl::FailedPreconditionError(
        StrCat("the data is of layout ", found, ", this program knows ",
               kLayoutVersion, ": a newer version wrote it"));
  }
  return absl::FailedPreconditionError(
      StrCat("the data is of layout ", found, ", this program works with ",
             kLayoutVersion, ": `chasqui rebuild DIR --to NEW` brings it up"));
}

absl::StatusOr<std::uint64_t> ParseLayout(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint64_t layout = in.Varint();
  RETURN_IF_ERROR(FinishReading(in, "layout version"));
  return layout;
}

// Looked at before anything is opened for writing, which alone would change
// files.
absl::Status CheckLayoutIn(const std::string& directory,
                           const RocksKvOptions& options) {
  const Key key = LayoutKey();
  ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                   PeekRocksKv(directory, key, options));
  if (!bytes.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::uint64_t layout, ParseLayout(*bytes));
  return CheckLayout(layout);
}

class KvCatalog final : public Catalog {
 public:
  KvCatalog(std::unique_ptr<Kv> owned, Kv& kv, Clock& clock,
            CatalogOptions options)
      : owned_(std::move(owned)),
        kv_(kv),
        clock_(clock),
        options_(std::move(options)) {}

  absl::Status Open();

  absl::Status Create(std::string_view survey,
                      const SurveyConfig& config) override;
  absl::StatusOr<SurveyStore*> Find(std::string_view survey) const override;
  std::vector<std::string> List() const override;

 private:
  LogName RandomName() const;
  std::int64_t NowMs() const { return absl::ToUnixMillis(clock_.Now()); }
  void Add(const std::string& name, std::unique_ptr<SurveyCore> core)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<Kv> owned_;  // May be null: somebody else's.
  Kv& kv_;
  Clock& clock_;
  const CatalogOptions options_;

  // Held while a survey is created, so that names and numbers stay unique.
  Mutex creating_;
  std::uint32_t last_number_ ABSL_GUARDED_BY(creating_) = 0;

  mutable Mutex mutex_;
  std::map<std::string, std::unique_ptr<Committer>, std::less<>> stores_
      ABSL_GUARDED_BY(mutex_);
};

absl::Status KvCatalog::Open() {
  ASSIGN_OR_RETURN(const std::optional<std::uint64_t> layout, ReadLayout(kv_));
  if (layout.has_value()) {
    RETURN_IF_ERROR(CheckLayout(*layout));
  } else {
    RETURN_IF_ERROR(WriteLayout(kv_));
  }
  ASSIGN_OR_RETURN(const std::vector<ListedSurvey> surveys, ListSurveys(kv_));
  for (const ListedSurvey& survey : surveys) {
    ASSIGN_OR_RETURN(
        auto core,
        SurveyCore::Open(kv_, Keys(kOrganisationNumber, survey.number),
                         survey.name, {RandomName(), NowMs()}));
    const MutexLock creating(creating_);
    last_number_ = std::max(last_number_, survey.number);
    const MutexLock lock(mutex_);
    Add(survey.name, std::move(core));
  }
  return absl::OkStatus();
}

void KvCatalog::Add(const std::string& name, std::unique_ptr<SurveyCore> core) {
  stores_[name] = std::make_unique<Committer>(
      std::move(core), clock_, options_.durability, options_.limits);
}

absl::Status KvCatalog::Create(std::string_view survey,
                               const SurveyConfig& config) {
  if (!IsName(survey)) {
    return absl::InvalidArgumentError(StrCat(
        "\"", survey.substr(0, kNameBytesMax), "\" cannot name a survey: 1 to ",
        kNameBytesMax,
        " bytes, without spaces, slashes, colons or control characters"));
  }
  const MutexLock creating(creating_);
  if (Find(survey).ok()) {
    return absl::AlreadyExistsError(
        StrCat("there is a survey ", survey, " already"));
  }
  const ListedSurvey listed{std::string(survey), last_number_ + 1};
  ASSIGN_OR_RETURN(
      auto core, SurveyCore::Create(
                     kv_, Keys(kOrganisationNumber, listed.number), survey,
                     config, {RandomName(), NowMs()},
                     [&listed](KvBatch& batch) { PutSurvey(listed, batch); }));
  last_number_ = listed.number;
  const MutexLock lock(mutex_);
  Add(listed.name, std::move(core));
  return absl::OkStatus();
}

absl::StatusOr<SurveyStore*> KvCatalog::Find(std::string_view survey) const {
  const MutexLock lock(mutex_);
  const auto it = stores_.find(survey);
  if (it == stores_.end()) {
    return absl::NotFoundError(StrCat("there is no survey ", survey));
  }
  return it->second.get();
}

std::vector<std::string> KvCatalog::List() const {
  std::vector<std::string> names;
  const MutexLock lock(mutex_);
  for (const auto& [name, store] : stores_) names.push_back(name);
  return names;
}

LogName KvCatalog::RandomName() const {
  std::random_device device;
  std::uint64_t name = 0;
  while (name == 0) {
    name = options_.random ? options_.random()
                           : (std::uint64_t{device()} << 32) | device();
  }
  return static_cast<LogName>(name);
}

absl::StatusOr<std::unique_ptr<Catalog>> Opened(
    std::unique_ptr<KvCatalog> catalog) {
  RETURN_IF_ERROR(catalog->Open());
  return catalog;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksStore>> OpenStore(
    const std::string& directory, const RocksKvOptions& options) {
  RETURN_IF_ERROR(CheckLayoutIn(directory, options));
  return OpenRocksKv(directory, options);
}

absl::StatusOr<std::unique_ptr<Catalog>> OpenRocksCatalog(
    const std::string& directory, Clock& clock, const CatalogOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Kv> kv, OpenStore(directory, options.rocks));
  Kv& opened = *kv;
  return Opened(
      std::make_unique<KvCatalog>(std::move(kv), opened, clock, options));
}

absl::StatusOr<std::unique_ptr<Catalog>> OpenCatalog(
    Kv& kv, Clock& clock, const CatalogOptions& options) {
  return Opened(std::make_unique<KvCatalog>(nullptr, kv, clock, options));
}

std::unique_ptr<Catalog> NewMemoryCatalog(Clock& clock,
                                          const CatalogOptions& options) {
  auto kv = std::make_unique<MemoryKv>();
  Kv& opened = *kv;
  auto catalog =
      std::make_unique<KvCatalog>(std::move(kv), opened, clock, options);
  const absl::Status status = catalog->Open();
  CHECK(status.ok());
  return catalog;
}

absl::StatusOr<std::optional<std::uint64_t>> ReadLayout(const KvReader& kv) {
  std::string bytes;
  ASSIGN_OR_RETURN(const bool found, kv.Get(Space::kMeta, LayoutKey(), bytes));
  if (found) {
    return ParseLayout(bytes);
  }
  bool empty = true;
  for (std::size_t space = 0; space < kSpaces; ++space) {
    RETURN_IF_ERROR(kv.Scan(
        static_cast<Space>(space), "", std::string(32, '\xff'),
        [&empty](std::string_view, std::string_view) -> absl::StatusOr<bool> {
          empty = false;
          return false;
        }));
  }
  if (empty) return std::nullopt;
  return absl::FailedPreconditionError(
      "the database does not say of which layout it is: not Chasqui's");
}

absl::Status WriteLayout(Kv& kv) {
  auto batch = kv.NewBatch();
  batch->Put(Space::kMeta, LayoutKey(), Number(kLayoutVersion));
  batch->Put(Space::kMeta, OrganisationKey(kOrganisation),
             Number(kOrganisationNumber));
  return kv.Commit(std::move(batch), Sync::kYes);
}

absl::StatusOr<std::uint32_t> DecodeNumber(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint32_t number = in.Varint32();
  RETURN_IF_ERROR(FinishReading(in, "number"));
  return number;
}

absl::StatusOr<std::vector<ListedSurvey>> ListSurveys(const KvReader& kv) {
  std::vector<ListedSurvey> surveys;
  const Key all = SurveyKeys(kOrganisationNumber);
  RETURN_IF_ERROR(kv.Scan(
      Space::kMeta, all, PrefixEnd(all),
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        ASSIGN_OR_RETURN(const std::uint32_t number, DecodeNumber(value));
        surveys.push_back({std::string(key.substr(all.view().size())), number});
        return true;
      }));
  return surveys;
}

void PutSurvey(const ListedSurvey& survey, KvBatch& batch) {
  batch.Put(Space::kMeta, SurveyKey(kOrganisationNumber, survey.name),
            Number(survey.number));
}

}  // namespace chasqui::storage
