// A fake survey, exported to a folder in memory.

#ifndef CHASQUI_TESTS_EXPORT_CHAIN_EXPORT_RUN_FIXTURE_H_
#define CHASQUI_TESTS_EXPORT_CHAIN_EXPORT_RUN_FIXTURE_H_

#include <memory>
#include <utility>

#include "export/chain/export_run.h"
#include "gtest/gtest.h"
#include "tests/export/chain/fake_survey.h"
#include "tests/export/chain/memory_folder.h"
#include "tests/export/chain/plain_files.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {

inline ExportSettings PlainSettings() {
  return {.survey = "census", .format = "csv", .make_writer = NewPlainWriter};
}

class ExportRunTest : public ::testing::Test {
 protected:
  absl::StatusOr<ExportStep> Export(ExportSettings settings = PlainSettings()) {
    ASSIGN_OR_RETURN(const auto run,
                     ExportRun::Open(folder_, std::move(settings)));
    return run->Step(survey_.lineage(),
                     [this](const IncrementRequest& request)
                         -> absl::StatusOr<std::unique_ptr<IncrementSource>> {
                       request_ = request;
                       return survey_.Read(request);
                     });
  }
  // The chain has everything, and nothing besides.
  void ExpectPresent() {
    EXPECT_EQ(PresentIn(folder_), survey_.Present());
    ASSERT_OK_AND_ASSIGN(const Chain chain, ReadChain(folder_));
    EXPECT_EQ(chain.last().to, survey_.position());
  }

  FakeSurvey survey_;
  MemoryFolder folder_;
  IncrementRequest request_;  // the last
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_CHAIN_EXPORT_RUN_FIXTURE_H_
