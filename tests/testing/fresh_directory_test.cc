#include "tests/testing/fresh_directory.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace chasqui::testing {
namespace {

TEST(FreshDirectoryTest, IsEmptyAndNobodyElses) {
  const FreshDirectory one;
  const FreshDirectory other;
  EXPECT_NE(one.path(), other.path());
  EXPECT_TRUE(std::filesystem::is_empty(one.path()));
}

TEST(FreshDirectoryTest, GoesWithAllThatIsInIt) {
  std::string path;
  {
    const FreshDirectory directory;
    path = directory.path();
    std::filesystem::create_directory(directory.File("folder"));
    std::ofstream(directory.File("folder/file")) << "left behind";
    ASSERT_TRUE(std::filesystem::exists(path + "/folder/file"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace chasqui::testing
