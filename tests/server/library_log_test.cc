#include "server/library_log.h"

#include <grpc/support/log.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kSaid = LibraryLog::kLinesPerMinute;

class SteppedClock final : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixMillis(ms); }
  std::int64_t MonotonicMillis() override { return ms; }
  std::string BootId() override { return "boot"; }

  std::int64_t ms = 5'000;
};

class LibraryLogTest : public ::testing::Test {
 protected:
  LibraryLogTest() { CHECK(out_ != nullptr); }
  ~LibraryLogTest() override { std::fclose(out_); }

  void SayLines(std::size_t count, LibraryLog& library) {
    for (std::size_t i = 0; i < count; ++i) {
      library.Take(StrCat("handshake ", i, " failed"));
    }
  }
  // What was said since this was asked last.
  std::vector<std::string> Lines() {
    std::vector<std::string> lines;
    std::fseek(out_, read_, SEEK_SET);
    std::string line;
    for (int c = std::fgetc(out_); c != EOF; c = std::fgetc(out_)) {
      if (c != '\n') {
        line += static_cast<char>(c);
        continue;
      }
      lines.push_back(std::move(line));
      line.clear();
    }
    read_ = std::ftell(out_);
    return lines;
  }

  SteppedClock clock_;
  std::FILE* const out_ = std::tmpfile();
  EventLog log_{clock_, out_};
  long read_ = 0;
};

TEST_F(LibraryLogTest, AMinuteHasSoManyLines) {
  LibraryLog library(clock_, log_);
  SayLines(kSaid, library);
  EXPECT_THAT(Lines(), SizeIs(kSaid));
  clock_.ms += 59'999;
  SayLines(100, library);
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST_F(LibraryLogTest, TheNextMinuteSaysHowManyWereLeftOut) {
  LibraryLog library(clock_, log_);
  SayLines(kSaid + 80, library);
  EXPECT_THAT(Lines(), SizeIs(kSaid));
  clock_.ms += 60'000;
  SayLines(2, library);
  EXPECT_THAT(Lines(), ElementsAre(HasSubstr(R"("lines":80)"),
                                   HasSubstr("handshake 0 failed"),
                                   HasSubstr("handshake 1 failed")));
}

TEST_F(LibraryLogTest, SoDoesTheEnd) {
  {
    LibraryLog library(clock_, log_);
    SayLines(kSaid + 7, library);
    Lines();
  }
  EXPECT_THAT(Lines(), ElementsAre(HasSubstr(R"("lines":7)")));
  { const LibraryLog quiet(clock_, log_); }
  EXPECT_THAT(Lines(), IsEmpty());
}

// The last line there is may be the only one that matters.
TEST_F(LibraryLogTest, WhyItAbortsIsAlwaysSaid) {
  LibraryLog library(clock_, log_);
  SayLines(kSaid, library);
  Lines();
  library.Take("assertion failed: refs > 0");
  EXPECT_THAT(Lines(), ElementsAre(HasSubstr("refs > 0")));
}

TEST_F(LibraryLogTest, ALineIsOnlySoLong) {
  LibraryLog library(clock_, log_);
  library.Take(std::string(LibraryLog::kLineBytesMax, 'a') + "b");
  const std::vector<std::string> lines = Lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr(std::string(LibraryLog::kLineBytesMax, 'a')));
  EXPECT_EQ(lines[0].find("ab"), std::string::npos);
}

TEST_F(LibraryLogTest, WhatTheLibrarySaysComesHereWhileItMay) {
  gpr_log_verbosity_init();  // as the library does when it starts
  LibraryLog library(clock_, log_);
  {
    const LibraryLogging logging(library);
    gpr_log(GPR_ERROR, "handshake %d failed", 7);
    EXPECT_THAT(Lines(), ElementsAre(HasSubstr("handshake 7 failed")));
  }
  gpr_log(GPR_ERROR, "handshake %d failed", 8);
  EXPECT_THAT(Lines(), IsEmpty());
}

}  // namespace
}  // namespace chasqui::server
