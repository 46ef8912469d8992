// Text as cells of Excel have it.

#ifndef CHASQUI_EXPORT_FORMATS_XLSX_TEXT_H_
#define CHASQUI_EXPORT_FORMATS_XLSX_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace chasqui::exporting {

// UTF-16 code units, as Excel counts characters.
inline constexpr std::size_t kXlsxCellUnitsMax = 32'767;

// `text` with _xHHHH_ for each character that XML has not or does not keep, and
// _x005F_ for the '_' of what would be taken for one of these. In `scratch`,
// unless it is as it was.
std::string_view XlsxText(std::string_view text, std::string& scratch);

// How many bytes of such a text one cell holds, no character cut in two.
std::size_t XlsxFitting(std::string_view spelt);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_XLSX_TEXT_H_
