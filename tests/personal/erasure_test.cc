// What the log makes of an erasure: of the record, and of what waits for it.

#include <cstdint>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/household_form.h"
#include "tests/testing/survey_server.h"
#include "tests/testing/tablet.h"

namespace chasqui::personal {
namespace {

using chasqui::testing::Edit;
using chasqui::testing::RecordNamed;
using chasqui::testing::SurveyServer;
using chasqui::testing::Tablet;
using ::testing::ElementsAre;

// A record in two buckets, which ama made.
class ErasureTest : public ::testing::Test {
 protected:
  ErasureTest() : server_(testing::HouseholdConfig()) {
    server_.Publish(1);
    tablet_.Send(Edit("ama", house_, server_.head())
                     .Creates("north")
                     .Set(kAssigneeField, "ama")
                     .Set(testing::kX, "Ada"),
                 server_);
  }
  ~ErasureTest() override { EXPECT_TRUE(server_.IsSound()); }

  Seq Erase() { return server_.Append(RecordErased{house_, "olga"}).seq; }
  Edit Writing() const {
    return Edit("ama", house_, server_.head()).Set(testing::kX, "Adaeze");
  }
  // A step that no enumerator may take.
  Edit Approving() const {
    return Writing().Status(RecordStatus::kNone, RecordStatus::kApproved);
  }
  QuarantineReason ReasonOf(Seq change) const {
    const auto held = *server_.Read()->FindHeld(change);
    EXPECT_TRUE(held.has_value());
    const Outcome outcome = server_.OutcomeAt(change);
    EXPECT_EQ(held->reason, outcome.reason);
    return outcome.reason;
  }

  const RecordId house_ = RecordNamed("house");
  SurveyServer server_;
  Tablet tablet_{"tablet"};
};

TEST_F(ErasureTest, TheRecordLeavesEveryBucketAndIsStillThere) {
  const Seq erased = Erase();
  const Record record = server_.RecordOf(house_);
  EXPECT_EQ(record.erased, erased);
  EXPECT_EQ(record.latest, erased);
  EXPECT_FALSE(record.gone);
  ASSERT_EQ(record.memberships.size(), 2U);
  for (const Membership& member : record.memberships) {
    EXPECT_EQ(member.left, erased);
  }
  EXPECT_EQ(server_.Shown(house_, kAreaField), "north");
  Erase();
  EXPECT_EQ(server_.RecordOf(house_).erased, erased);
}

// Its author hears that nobody can let it in any more.
TEST_F(ErasureTest, WhatWaitsForAPersonIsRefused) {
  const Seq waiting = tablet_.Send(Approving(), server_).seq;
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kForbiddenStep);
  const Seq erased = Erase();
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kRecordErased);
  const auto notices = *server_.Read()->Notices("tablet", 0, 10);
  EXPECT_THAT(notices, ElementsAre(std::pair(erased, waiting)));
  server_.Release(waiting);
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kRecordErased);
  server_.Reject(waiting);
  EXPECT_TRUE(server_.OutcomeAt(waiting).rejected);
}

TEST_F(ErasureTest, WhatWaitsForAnotherRecordWaitsOn) {
  const Seq waiting =
      tablet_
          .Send(Edit("ama", RecordNamed("nobody's"), server_.head())
                    .Set(testing::kX, "Adaeze"),
                server_)
          .seq;
  Erase();
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kAwaitsCreation);
}

// Nobody can let in any more what was to make it, nor make it again.
TEST_F(ErasureTest, WhatNeverCameToBeNeverWill) {
  const RecordId never = RecordNamed("nobody's");
  const auto creation = [&] {
    return Edit("stranger", never, server_.head())
        .Creates("north")
        .Set(testing::kX, "Adaeze");
  };
  const Seq waiting = tablet_.Send(creation(), server_).seq;
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kUnknownPerson);
  server_.Append(RecordErased{never, "olga"});
  server_.Append(RecordErased{never, "olga", 2});  // a form that is not there
  EXPECT_EQ(*server_.Read()->FindRecord(never), std::nullopt);
  const Seq erased = server_.Append(RecordErased{never, "olga", 1}).seq;
  const Record record = server_.RecordOf(never);
  EXPECT_EQ(record.erased, erased);
  EXPECT_EQ(record.latest, erased);
  EXPECT_EQ(record.form, 1U);
  EXPECT_TRUE(record.gone);
  EXPECT_THAT(record.memberships, ::testing::IsEmpty());
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kRecordErased);
  server_.Release(waiting);
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kRecordErased);
  const Edit another = Edit("ama", never, server_.head()).Creates("north");
  EXPECT_EQ(ReasonOf(tablet_.Send(another, server_).seq),
            QuarantineReason::kRecordErased);
  EXPECT_TRUE(server_.RecordOf(never).gone);
}

// It has no place in its chain yet, whatever it is about; once it has, it is
// refused like any other.
TEST_F(ErasureTest, WhatWaitsInGapWaitsForItsPlaceFirst) {
  tablet_.Save(Writing());
  tablet_.Save(Writing());
  const Seq waiting = server_.Take(tablet_.CardOf(3, 3)).changes.at(0).seq;
  Erase();
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kGap);
  server_.Take(tablet_.BatchOf(2, 2));
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kRecordErased);
}

// Else its author would keep it until a person has decided in vain.
TEST_F(ErasureTest, NothingElseThatIsWrongWithALateChangeMatters) {
  Erase();
  EXPECT_EQ(ReasonOf(tablet_.Send(Approving(), server_).seq),
            QuarantineReason::kRecordErased);
  const std::uint64_t number = tablet_.Save(Writing());
  Batch locked = tablet_.BatchFrom(number);
  locked.locked = true;
  EXPECT_EQ(ReasonOf(server_.Take(std::move(locked)).changes.at(0).seq),
            QuarantineReason::kRecordErased);
}

}  // namespace
}  // namespace chasqui::personal
