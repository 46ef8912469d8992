// What an export has of the survey itself: its devices, and what its forms ask.

#ifndef CHASQUI_EXPORT_SURVEY_ROWS_H_
#define CHASQUI_EXPORT_SURVEY_ROWS_H_

#include "absl/status/status.h"
#include "export/taking.h"

namespace chasqui::exporting {

absl::Status AddDevices(Taking& taking);

// codebook and codebook_texts: of each column, what the latest form version
// that has its field says.
void AddCodebook(Taking& taking);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_SURVEY_ROWS_H_
