// What says of an export's folder what it is, to people and to the run after
// one that was killed before its first manifest: only where this is are files
// removed.

#ifndef CHASQUI_EXPORT_CHAIN_ABOUT_FOLDER_H_
#define CHASQUI_EXPORT_CHAIN_ABOUT_FOLDER_H_

#include <string>
#include <string_view>

namespace chasqui::exporting {

inline constexpr char kAboutFile[] = "README.txt";
inline constexpr char kAboutFirstLine[] =
    "This folder is written by `chasqui export`.\n";

// The whole file, where those of tables end in `ending`.
std::string AboutFolder(std::string_view ending);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_ABOUT_FOLDER_H_
