#include "export/formats/batch_spool.h"

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/every_type.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

TEST(BatchSpoolTest, GivesBackWhatWasPutInAsOftenAsAsked) {
  const TableSchema schema = EveryType();
  Batch first(schema);
  AddAnswers(first);
  AddNulls(first);
  Batch second(schema);
  AddHardAnswers(second);
  BatchSpool spool(schema);
  const Batch none(schema);
  for (const Batch* const batch :
       std::initializer_list<const Batch*>{&first, &none, &second}) {
    ASSERT_OK(spool.Append(*batch));
  }
  EXPECT_EQ(spool.rows(), 3U);
  for (int time = 0; time < 2; ++time) {
    std::vector<std::vector<ColumnData>> found;
    ASSERT_OK(spool.ForEach([&](const Batch& batch) {
      found.push_back(batch.columns());
      return absl::OkStatus();
    }));
    EXPECT_EQ(found, (std::vector{first.columns(), second.columns()}));
  }
}

TEST(BatchSpoolTest, EndsWithTheFirstError) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  AddNulls(batch);
  BatchSpool spool(schema);
  ASSERT_OK(spool.Append(batch));
  ASSERT_OK(spool.Append(batch));
  int taken = 0;
  EXPECT_THAT(spool.ForEach([&](const Batch&) {
    ++taken;
    return absl::AbortedError("enough");
  }),
              StatusIs(absl::StatusCode::kAborted, "enough"));
  EXPECT_EQ(taken, 1);
}

TEST(BatchSpoolTest, NeedsADirectoryForTemporaryFiles) {
  const TableSchema schema = EveryType();
  Batch batch(schema);
  AddNulls(batch);
  setenv("TMPDIR", "/nonexistent/directory", 1);
  BatchSpool spool(schema);
  const absl::Status status = spool.Append(batch);
  unsetenv("TMPDIR");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable,
                               HasSubstr("/nonexistent/directory")));
}

}  // namespace
}  // namespace chasqui::exporting
