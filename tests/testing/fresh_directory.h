#ifndef CHASQUI_TESTS_TESTING_FRESH_DIRECTORY_H_
#define CHASQUI_TESTS_TESTING_FRESH_DIRECTORY_H_

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "gtest/gtest.h"
#include "sync/base/check.h"

namespace chasqui::testing {

// An empty directory that no other test has, removed with all in it when this
// object goes. Where TEST_TMPDIR is set it lies there.
class FreshDirectory {
 public:
  FreshDirectory() : path_(::testing::TempDir() + "chasqui-XXXXXX") {
    CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~FreshDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  FreshDirectory(const FreshDirectory&) = delete;
  FreshDirectory& operator=(const FreshDirectory&) = delete;

  const std::string& path() const { return path_; }

  // The path of `name` in it, whether that exists or not.
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_TESTING_FRESH_DIRECTORY_H_
