#include "tests/benchmarks/links/trace_files.h"

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::benchmarks {
namespace {

using ::testing::ElementsAre;
using testing::FreshDirectory;
using ::testing::HasSubstr;
using testing::StatusIs;

void WriteTraceFile(const FreshDirectory& directory, const std::string& name,
                    const std::string& text) {
  std::ofstream(directory.path() + "/" + name) << text;
}

TEST(TraceFilesTest, ReadsEachKindByItsName) {
  const FreshDirectory directory;
  WriteTraceFile(directory, "ours.trace", "1 8 8 10 0\n");
  WriteTraceFile(directory, "both.up", "1\n2\n");
  WriteTraceFile(directory, "both.down", "3\n");
  WriteTraceFile(directory, "half.up", "1\n2\n");
  WriteTraceFile(directory, "bus_1", "0.5\t1.0\n1.5\t1.0\n");
  WriteTraceFile(directory, "README", "What these are.\n");
  ASSERT_OK_AND_ASSIGN(const TraceFiles files,
                       ReadTraces(directory.path(), {}));
  std::vector<std::string> names;
  for (const LinkTrace& trace : files.traces) names.push_back(trace.name);
  EXPECT_THAT(names, ElementsAre("bus_1", "ours", "both", "half"));
  EXPECT_THAT(files.passed_over, ElementsAre("README"));
  EXPECT_EQ(files.traces[2].down.size(), 1U);
  EXPECT_EQ(files.traces[3].down.size(), 2U);
}

TEST(TraceFilesTest, SaysWhichFileIsWrong) {
  const FreshDirectory directory;
  WriteTraceFile(directory, "bad.trace", "1 8 8 10\n");
  EXPECT_THAT(ReadTraces(directory.path(), {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("/bad: line 1: 4 numbers, not 5")));
}

TEST(TraceFilesTest, RefusesADirectoryWithoutTraces) {
  const FreshDirectory directory;
  EXPECT_THAT(
      ReadTraces(directory.path(), {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has no traces")));
  EXPECT_THAT(ReadTraces(directory.path() + "/none", {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/none")));
}

}  // namespace
}  // namespace chasqui::benchmarks
