// What stands in a build without ReadStat for what needs it.

#include "export/formats/spss_writer.h"
#include "export/formats/stata_writer.h"
#include "sync/base/check.h"

namespace chasqui::exporting {

bool HasReadStat() { return false; }

std::unique_ptr<TableWriter> NewStataWriter(const TableSchema& /*schema*/,
                                            Sink& /*sink*/) {
  CHECK(HasReadStat());
  return nullptr;
}

std::unique_ptr<TableWriter> NewSpssWriter(const TableSchema& /*schema*/,
                                           Sink& /*sink*/) {
  CHECK(HasReadStat());
  return nullptr;
}

}  // namespace chasqui::exporting
