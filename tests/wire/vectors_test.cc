// What other languages check themselves against is what this one writes.

#include "tests/wire/vectors.h"

#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace chasqui::testing {
namespace {

std::string FileOf(const std::string& name) {
  std::ifstream file(CHASQUI_VECTORS_DIR "/" + name, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// An encoder that changed breaks every client there is: it needs another format
// number, and vectors of its own beside these.
TEST(VectorsTest, AreWhatTheyHaveAlwaysBeen) {
  EXPECT_EQ(FileOf("columns.json"), VectorsJson());
  EXPECT_TRUE(FileOf("statistics.bin") == VectorStatistics());
}

}  // namespace
}  // namespace chasqui::testing
