// In a build without libxlsxwriter there is nothing to read either.

#include "gtest/gtest.h"
#include "tests/export/formats/read_back.h"

namespace chasqui::exporting {

FileContents ReadXlsx(const TableSchema& /*schema*/,
                      const std::string& /*bytes*/) {
  ADD_FAILURE() << "there is no libxlsxwriter in this build";
  return {};
}

}  // namespace chasqui::exporting
