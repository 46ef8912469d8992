// Exports whose files people open one by one.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/chain/export_run_fixture.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ExportForPeopleTest : public ExportRunTest {
 protected:
  static ExportSettings ForPeople() {
    ExportSettings settings = PlainSettings();
    settings.format = "sav";
    return settings;
  }
  static auto Has(unsigned record) {
    return HasSubstr(ToText(FakeSurvey::IdOf(record)));
  }
};

TEST_F(ExportForPeopleTest, TheFirstFilesAreWhatIsThereAndNothingElse) {
  survey_.Save(2, "stays");
  survey_.Save(4, "goes");
  survey_.Delete(4);
  ASSERT_OK(Export(ForPeople()));
  EXPECT_THAT(folder_.Read("schools/000001.sav"),
              IsOkAndHolds(AllOf(Has(2), Not(Has(4)))));
  EXPECT_THAT(
      folder_.List(""),
      IsOkAndHolds(ElementsAre(
          "README.txt", "codebook/000001.sav", "history/000001.sav",
          "manifests/000001.json", "manifests/begun", "records/000001.ids",
          "schools.rooms/000001.sav", "schools/000001.sav")));
  EXPECT_THAT(folder_.Read("README.txt"),
              IsOkAndHolds(AllOf(HasSubstr("000001.sav"),
                                 HasSubstr("export into a new folder"),
                                 Not(HasSubstr("latest/")))));
}

TEST_F(ExportForPeopleTest, TheNextOnesSayWhatWasDeleted) {
  survey_.Save(2, "goes");
  ASSERT_OK(Export(ForPeople()));
  survey_.Delete(2);
  survey_.Save(6, "new");
  ASSERT_OK(Export(ForPeople()));
  EXPECT_THAT(folder_.Read("schools/000002.sav"),
              IsOkAndHolds(AllOf(Has(2), Has(6))));
}

// What was deleted then is not in the first files, and might be back.
TEST_F(ExportForPeopleTest, ARestoreBehindTheFirstFilesAsksForNewOnes) {
  survey_.Save(2, "stays");
  const Seq backup = survey_.head();
  survey_.Delete(2);
  ASSERT_OK(Export(ForPeople()));
  survey_.RestoreTo(backup);
  EXPECT_THAT(
      Export(ForPeople()),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("restored"), HasSubstr("give another folder"))));
}

TEST_F(ExportForPeopleTest, AfterALaterRestoreTheChainGoesOn) {
  survey_.Save(2, "stays");
  ASSERT_OK(Export(ForPeople()));
  const Seq backup = survey_.head();
  survey_.Save(6, "of a future that was cut off");
  survey_.Delete(2);
  ASSERT_OK(Export(ForPeople()));
  survey_.RestoreTo(backup);
  ASSERT_OK_AND_ASSIGN(const ExportStep step, Export(ForPeople()));
  EXPECT_EQ(step.retracted, 2U);
  EXPECT_THAT(folder_.Read("schools/000003.sav"),
              IsOkAndHolds(AllOf(Has(2), Has(6))));
}

}  // namespace
}  // namespace chasqui::exporting
