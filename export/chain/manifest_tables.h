// The tables that a manifest says there are, and what their files have so far.

#ifndef CHASQUI_EXPORT_CHAIN_MANIFEST_TABLES_H_
#define CHASQUI_EXPORT_CHAIN_MANIFEST_TABLES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "export/batch.h"
#include "export/chain/so_far.h"

namespace chasqui::exporting {

namespace v1 {
class Manifest;
class SoFar;
}  // namespace v1

void EncodeTables(const std::vector<TableSchema>& tables,
                  v1::Manifest& message);
// `tables` are those of the same manifest.
void EncodeSoFar(const SoFar& so_far, const std::vector<TableSchema>& tables,
                 v1::SoFar& out);

// The other way round. InvalidArgument says what is wrong.
absl::StatusOr<std::vector<TableSchema>> DecodeTables(
    const v1::Manifest& message);
absl::StatusOr<SoFar> DecodeSoFar(const v1::SoFar& message,
                                  const std::vector<TableSchema>& tables);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_MANIFEST_TABLES_H_
