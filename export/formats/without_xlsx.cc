// What stands in a build without libxlsxwriter for what needs it.

#include "export/formats/xlsx_writer.h"
#include "sync/base/check.h"

namespace chasqui::exporting {

bool HasXlsx() { return false; }

std::unique_ptr<TableWriter> NewXlsxWriter(const TableSchema& /*schema*/,
                                           Sink& /*sink*/) {
  CHECK(HasXlsx());
  return nullptr;
}

}  // namespace chasqui::exporting
