// The words of the enumerations. They reach users, exports and counters.

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "sync/change.h"
#include "sync/config.h"
#include "sync/outcome.h"
#include "sync/record.h"

namespace chasqui {
namespace {

TEST(NamesTest, EveryStatusReadsBack) {
  for (int i = 0; i <= 5; ++i) {
    const auto status = static_cast<RecordStatus>(i);
    EXPECT_EQ(ParseRecordStatus(ToText(status)), status);
  }
  EXPECT_EQ(ToText(RecordStatus::kSubmitted), "submitted");
  EXPECT_EQ(ParseRecordStatus("Submitted"), RecordStatus::kNone);
  EXPECT_EQ(ParseRecordStatus(""), RecordStatus::kNone);
}

TEST(NamesTest, EveryRoleReadsBack) {
  for (int i = 0; i <= 8; ++i) {
    EXPECT_EQ(ParseRole(ToText(static_cast<Role>(i))), static_cast<Role>(i));
  }
  EXPECT_EQ(ToText(Role::kSurveyManager), "survey_manager");
  EXPECT_EQ(ToText(Role::kExporter), "exporter");
  EXPECT_EQ(ParseRole("boss"), Role::kNone);
}

TEST(NamesTest, EveryPolicyReadsBack) {
  for (int i = 0; i <= 8; ++i) {
    const auto policy = static_cast<Policy>(i);
    EXPECT_EQ(ParsePolicy(ToText(policy)), policy);
  }
  EXPECT_EQ(ToText(Policy::kReview), "review");
  EXPECT_EQ(ParsePolicy("newest"), Policy::kDefault);
}

TEST(NamesTest, OutcomesAndReasonsHaveTheirWords) {
  EXPECT_EQ(ToText(OutcomeKind::kApplied), "applied");
  EXPECT_EQ(ToText(OutcomeKind::kQuarantined), "quarantined");
  EXPECT_EQ(ToText(QuarantineReason::kUnreadable), "unreadable");
  EXPECT_EQ(ToText(QuarantineReason::kFromTheFuture), "from_future");
  EXPECT_EQ(ToText(QuarantineReason::kRowLimit), "row_limit");
  EXPECT_EQ(ToText(QuarantineReason::kGap), "gap");
  EXPECT_EQ(ToText(QuarantineReason::kDeviceLocked), "device_locked");
  EXPECT_EQ(ToText(QuarantineReason::kOtherPerson), "other_person");
  EXPECT_EQ(kLastReason, QuarantineReason::kRecordErased);
}

TEST(NamesTest, ANumberNobodyKnowsIsUnknown) {
  EXPECT_EQ(ToText(static_cast<Role>(9)), "unknown");
  EXPECT_EQ(ToText(static_cast<Policy>(9)), "unknown");
  EXPECT_EQ(ToText(static_cast<RecordStatus>(6)), "unknown");
  EXPECT_EQ(ToText(static_cast<QuarantineReason>(255)), "unknown");
}

TEST(NamesTest, ABucketIsNamedByItsKindAndName) {
  EXPECT_EQ(ToText(Bucket{BucketKind::kArea, "NG-AB"}), "area/NG-AB");
  EXPECT_EQ(ToText(Bucket{BucketKind::kPerson, "amina"}), "person/amina");
}

}  // namespace
}  // namespace chasqui
