// Whether a workbook that libxlsxwriter has written is whole: it does not look
// at what becomes of its temporary files, and a full disk would leave it with
// less.

#ifndef CHASQUI_EXPORT_FORMATS_XLSX_CHECK_H_
#define CHASQUI_EXPORT_FORMATS_XLSX_CHECK_H_

#include <string>

#include "absl/status/status.h"

namespace chasqui::exporting {

// Unavailable unless the file at `path` is a workbook whose first sheet ends as
// sheets do.
absl::Status CheckXlsx(const std::string& path);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_XLSX_CHECK_H_
