// A manifest, the one after it, and one that somebody has been at.

#ifndef CHASQUI_TESTS_EXPORT_CHAIN_SMALL_MANIFEST_H_
#define CHASQUI_TESTS_EXPORT_CHAIN_SMALL_MANIFEST_H_

#include <string>
#include <string_view>

#include "export/batch.h"
#include "export/chain/manifest.h"

namespace chasqui::exporting {

// Of the records of a form whose name and question are no plain words.
TableSchema SchoolsTable();
// Increment 1, up to seq 10, of that table and with ids.
Manifest FirstManifest();
// Five seqs further, without files. `text` is what `before` was written as.
Manifest ManifestAfter(const Manifest& before, std::string_view text);
// With `to` in place of the first `from`, by somebody who knows how it is made.
// REQUIRES: `from` is there.
std::string Resigned(std::string text, const std::string& from,
                     const std::string& to);

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_CHAIN_SMALL_MANIFEST_H_
