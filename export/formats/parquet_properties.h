// How files of Parquet are written.

#ifndef CHASQUI_EXPORT_FORMATS_PARQUET_PROPERTIES_H_
#define CHASQUI_EXPORT_FORMATS_PARQUET_PROPERTIES_H_

#include <memory>

#include "parquet/properties.h"

namespace chasqui::exporting {

std::shared_ptr<parquet::WriterProperties> ParquetProperties();
// With the schema of Arrow, so that its readers have choices as categories.
std::shared_ptr<parquet::ArrowWriterProperties> ParquetArrowProperties();

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_PARQUET_PROPERTIES_H_
