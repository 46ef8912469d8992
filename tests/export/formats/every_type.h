// A table with a column of each type, and rows of it.

#ifndef CHASQUI_TESTS_EXPORT_FORMATS_EVERY_TYPE_H_
#define CHASQUI_TESTS_EXPORT_FORMATS_EVERY_TYPE_H_

#include <string_view>

#include "export/batch.h"

namespace chasqui::exporting {

// Quotes, commas, line ends, an emoji, Hebrew.
inline constexpr std::string_view kAnsweredText =
    "say \"hi\", 5;\r\n\U0001F3EB \u05E9\u05DC\u05D5\u05DD";

// Columns "text", "integer", … in the order of ColumnType, named after it.
TableSchema EveryType();

void AddAnswers(Batch& batch);
// Answers too, other ones: at the limits of their types, and what one format or
// another finds hard.
void AddHardAnswers(Batch& batch);
void AddNulls(Batch& batch);

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_FORMATS_EVERY_TYPE_H_
