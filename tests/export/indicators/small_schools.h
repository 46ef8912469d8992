// Ten schools and their pupils, few enough to be counted by hand.

#ifndef CHASQUI_TESTS_EXPORT_INDICATORS_SMALL_SCHOOLS_H_
#define CHASQUI_TESTS_EXPORT_INDICATORS_SMALL_SCHOOLS_H_

#include <string>
#include <string_view>
#include <vector>

#include "export/batch.h"
#include "export/indicators/source.h"

namespace chasqui::exporting {

// The tables "schools", "schools.pupil" and "history", with a codebook.
const std::vector<TableSchema>& SchoolTables();
ExportedTables SchoolsExported(
    PersonalAnswers personal = PersonalAnswers::kClear);

// Makes the views that an export would have of them.
std::string_view SchoolsSql();

// Definitions of version 1 with a structure of INDICATOR, AREA, SECTOR and
// PERIOD, the population "primary" and the dimensions AREA and SECTOR, and then
// `rest`, which begins on line 12.
std::string SchoolDefinitions(std::string_view rest);

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_INDICATORS_SMALL_SCHOOLS_H_
