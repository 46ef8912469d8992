// In a build without Arrow there is nothing to read either.

#include "sync/base/check.h"
#include "tests/export/read_back.h"

namespace chasqui::exporting {

FileContents ReadParquet(const TableSchema& /*schema*/,
                         const std::string& /*bytes*/) {
  CHECK(!"a build with Arrow");
  return {};
}

}  // namespace chasqui::exporting
