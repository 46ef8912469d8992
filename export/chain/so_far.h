// What the increments of a chain come to, for whoever goes on from its end.

#ifndef CHASQUI_EXPORT_CHAIN_SO_FAR_H_
#define CHASQUI_EXPORT_CHAIN_SO_FAR_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "export/batch.h"
#include "sync/ids.h"

namespace chasqui::exporting {

// A restore that the chain has been through: rows of increments before
// `increment` whose seq is past `shared` no longer stand.
struct Restore {
  std::uint64_t increment = 0;
  Seq shared = 0;

  friend bool operator==(const Restore&, const Restore&) = default;
};

// What a chain comes to, up to one of its manifests.
struct SoFar {
  std::vector<Restore> restores = {};
  // Of each table that has files, the columns that there are in them.
  std::map<std::string, std::map<std::string, ColumnType>> columns = {};
  // The last that is no rewriting.
  std::uint64_t increment = 0;
  // Rows since the last rewriting, or the first increment, that say they were
  // erased: if any do, earlier files may have what is to be gone. 0 without
  // personal answers.
  std::uint64_t erased = 0;

  friend bool operator==(const SoFar&, const SoFar&) = default;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_SO_FAR_H_
