// What a release is foreseen to come to is what it comes to, and foreseeing it
// changes nothing.

#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ForesightTest, IsWhatComes) {
  HandClock clock;
  const std::unique_ptr<Catalog> catalog = NewMemoryCatalog(clock, {});
  SurveyStore& store = NewSmallSurvey(*catalog);
  Chain chain("census", "tablet-1");
  Change stranger = Creation(RecordNumber(1), "north", "A");
  stranger.person = "nobody";
  const Change orphan =
      Answer(RecordNumber(2), kAgeField, Value::Integer(7), {});
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer held,
                       SubmitAndWait(store, chain.Next({stranger, orphan})));
  ASSERT_THAT(held.batch.changes, SizeIs(2));
  const std::shared_ptr<const Reader> before = *store.Snapshot();
  std::vector<Outcome> foreseen;
  for (const ChangeAnswer& change : held.batch.changes) {
    ASSERT_OK_AND_ASSIGN(foreseen.emplace_back(),
                         before->IfReleased(change.seq, "sofia"));
  }
  EXPECT_EQ(foreseen[0].kind, OutcomeKind::kApplied);
  EXPECT_EQ(foreseen[1].reason, QuarantineReason::kAwaitsCreation);
  EXPECT_THAT(before->IfReleased(1, "sofia"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ((*store.Snapshot())->head(), before->head());
  EXPECT_THAT((*store.Snapshot())->Records({}, 10), IsOkAndHolds(IsEmpty()));
  for (std::size_t i = 0; i < foreseen.size(); ++i) {
    const std::vector<ServerEntry> release = {
        QuarantineReleased{held.batch.changes[i].seq, "sofia"}};
    ASSERT_OK_AND_ASSIGN(const DeliveryAnswer answer,
                         SubmitAndWait(store, release));
    EXPECT_EQ(answer.entries[0].outcome, foreseen[i]);
  }
}

}  // namespace
}  // namespace chasqui::storage
