// In a build without ReadStat there is nothing to read either.

#include "gtest/gtest.h"
#include "tests/export/formats/read_back.h"

namespace chasqui::exporting {

FileContents ReadStata(const TableSchema& /*schema*/,
                       const std::string& /*bytes*/) {
  ADD_FAILURE() << "there is no ReadStat in this build";
  return {};
}

FileContents ReadSpss(const TableSchema& /*schema*/,
                      const std::string& /*bytes*/) {
  ADD_FAILURE() << "there is no ReadStat in this build";
  return {};
}

}  // namespace chasqui::exporting
