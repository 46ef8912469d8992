// What the files of an export are called.

#ifndef CHASQUI_EXPORT_CHAIN_FILE_NAMES_H_
#define CHASQUI_EXPORT_CHAIN_FILE_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chasqui::exporting {

inline constexpr std::string_view kManifestsPrefix = "manifests/";

// manifests/000001.json
std::string ManifestName(std::uint64_t number);
// schools/000001.parquet
std::string DataFileName(std::string_view table, std::uint64_t number,
                         std::string_view format);
// records/000001.ids: see kIdsEntryBytes.
std::string IdsFileName(std::uint64_t number);
// Where what is to take a file's place lies until it does.
inline constexpr std::string_view kRewrittenPrefix = "rewritten/";
std::string RewrittenName(std::string_view file);
// Whether it lies there: the folder of a table of that name does not.
bool IsRewritten(std::string_view file);
// The increment that a name of these forms is of; nullopt for other names.
std::optional<std::uint64_t> IncrementOf(std::string_view file);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_FILE_NAMES_H_
