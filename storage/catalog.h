// Where a server keeps its surveys: one store, with a committer for each.

#ifndef CHASQUI_STORAGE_CATALOG_H_
#define CHASQUI_STORAGE_CATALOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/committer.h"
#include "storage/durability.h"
#include "storage/kv.h"
#include "storage/rocks_kv.h"
#include "sync/base/clock.h"
#include "sync/store.h"

namespace chasqui::storage {

// The layout of what is stored: the keys of keys.h and the grammars of the
// codecs. Each one, and what it brought:
//
//   1   the first
//   2   feed entries have the hash of their record's content, and buckets a
//       digest: they follow from the log, so that `rebuild` brings 1 up to it
inline constexpr std::uint64_t kLayoutVersion = 2;

struct CatalogOptions {
  RocksKvOptions rocks;
  CommitterLimits limits;
  // For surveys that have a backup; must outlive the catalog. Null: none has.
  const Durability* durability = nullptr;
  // Where the names of logs come from. Empty: the system's random source.
  std::function<std::uint64_t()> random;
};

// Opens the surveys kept in `directory`, which is made if it is not there, and
// opens the log of each for writing. `clock` must outlive the catalog.
//
// Errors, with nothing changed in any of them:
//   Unavailable          somebody has it open, or I/O
//   FailedPrecondition   it holds something else, or is of another layout: the
//                        message says which command helps
//   DataLoss             it is damaged
absl::StatusOr<std::unique_ptr<Catalog>> OpenRocksCatalog(
    const std::string& directory, Clock& clock, const CatalogOptions& options);

// The first half of that: the store alone, after its layout has been looked at.
absl::StatusOr<std::unique_ptr<RocksStore>> OpenStore(
    const std::string& directory, const RocksKvOptions& options);

// The same over any Kv, such as one in memory that is to be opened again.
// `kv` must outlive the catalog.
absl::StatusOr<std::unique_ptr<Catalog>> OpenCatalog(
    Kv& kv, Clock& clock, const CatalogOptions& options);

// Forgets everything when destroyed.
std::unique_ptr<Catalog> NewMemoryCatalog(Clock& clock,
                                          const CatalogOptions& options);

// Layout version of what `kv` holds; nullopt if it is empty.
// FailedPrecondition if it is not empty and has none.
absl::StatusOr<std::optional<std::uint64_t>> ReadLayout(const KvReader& kv);

// Makes an empty `kv` one of this layout, without surveys.
absl::Status WriteLayout(Kv& kv);

// The one organisation there is.
inline constexpr char kOrganisation[] = "main";
inline constexpr std::uint32_t kOrganisationNumber = 1;

// The number of an organisation or survey, as it is kept under its name.
absl::StatusOr<std::uint32_t> DecodeNumber(std::string_view bytes);

// A survey by name and number.
struct ListedSurvey {
  std::string name;
  std::uint32_t number = 0;
};
// Those in `kv`, by name.
absl::StatusOr<std::vector<ListedSurvey>> ListSurveys(const KvReader& kv);

// What says that `kv` has a survey of that name and number.
void PutSurvey(const ListedSurvey& survey, KvBatch& batch);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_CATALOG_H_
