#include "sync/scope.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace chasqui {
namespace {

constexpr Seq kNow = 100;

// amina has lga1 and lost lga2 at 50; bola manages; sani supervises lga2.
Survey People() {
  Survey survey;
  survey.members["amina"] = {Role::kEnumerator, {"lga1"}, 0, {{"lga2", 50}}};
  survey.members["bola"] = {Role::kSurveyManager, {}, 0, {}};
  survey.members["sani"] = {Role::kSupervisor, {"lga2"}, 0, {}};
  return survey;
}

Membership In(BucketKind kind, std::string name, Seq left = 0) {
  return {{kind, std::move(name)}, 1, left};
}

bool MayEdit(std::string_view person, std::vector<Membership> memberships,
             Seq base = kNow) {
  Record record;
  record.memberships = std::move(memberships);
  return MayWrite(person, record, People(), base);
}

bool Creates(const std::string& person, std::string_view area,
             std::string_view assignee = "", Seq base = kNow) {
  Change change;
  change.person = person;
  Op op;
  if (!area.empty()) {
    op.at.field = kAreaField;
    op.value = Value::Text(area);
    change.ops.push_back(op);
  }
  if (!assignee.empty()) {
    op.at.field = kAssigneeField;
    op.value = Value::Text(assignee);
    change.ops.push_back(op);
  }
  return MayCreate(change, People(), base);
}

TEST(ScopeTest, ARecordInAnAreaOfTheirsMayBeWritten) {
  EXPECT_TRUE(MayEdit("amina", {In(BucketKind::kArea, "lga1")}));
  EXPECT_FALSE(MayEdit("amina", {In(BucketKind::kArea, "lga2")}));
  EXPECT_FALSE(MayEdit("amina", {In(BucketKind::kArea, "lga3")}));
  EXPECT_FALSE(MayEdit("amina", {}));
}

TEST(ScopeTest, ARecordAssignedToThemMayBeWritten) {
  EXPECT_TRUE(MayEdit("amina", {In(BucketKind::kArea, "lga3"),
                                In(BucketKind::kPerson, "amina")}));
  EXPECT_FALSE(MayEdit("amina", {In(BucketKind::kPerson, "sani")}));
}

TEST(ScopeTest, APersonsBucketIsNoAreaOfThatName) {
  EXPECT_FALSE(MayEdit("amina", {In(BucketKind::kPerson, "lga1")}));
  EXPECT_FALSE(MayEdit("amina", {In(BucketKind::kArea, "amina")}));
}

TEST(ScopeTest, WorkBegunBeforeAnAreaWasLostCounts) {
  const std::vector<Membership> lost = {In(BucketKind::kArea, "lga2")};
  EXPECT_TRUE(MayEdit("amina", lost, 49));
  EXPECT_FALSE(MayEdit("amina", lost, 50));
}

TEST(ScopeTest, WorkBegunBeforeTheRecordLeftCounts) {
  for (const Membership& left : {In(BucketKind::kArea, "lga1", 30),
                                 In(BucketKind::kPerson, "amina", 30)}) {
    EXPECT_TRUE(MayEdit("amina", {left}, 29));
    EXPECT_FALSE(MayEdit("amina", {left}, 30));
  }
}

TEST(ScopeTest, ManagersWriteEverywhereAndStrangersNowhere) {
  EXPECT_TRUE(MayEdit("bola", {}));
  EXPECT_FALSE(MayEdit("nobody", {In(BucketKind::kArea, "lga1")}));
  EXPECT_FALSE(MayEdit("nobody", {In(BucketKind::kPerson, "nobody")}));
}

TEST(ScopeTest, ARecordIsCreatedWhereOneStands) {
  EXPECT_TRUE(Creates("amina", "lga1"));
  EXPECT_FALSE(Creates("amina", "lga3"));
  EXPECT_FALSE(Creates("amina", ""));
  EXPECT_TRUE(Creates("amina", "lga3", "amina"));
  EXPECT_FALSE(Creates("amina", "lga3", "sani"));
  EXPECT_TRUE(Creates("bola", "lga3"));
  EXPECT_FALSE(Creates("nobody", "lga1", "nobody"));
}

TEST(ScopeTest, ACreationBegunBeforeTheAreaWasLostCounts) {
  EXPECT_TRUE(Creates("amina", "lga2", "", 49));
  EXPECT_FALSE(Creates("amina", "lga2", "", 50));
}

TEST(ScopeTest, AnAnswerThatNamesAnAreaPutsTheRecordNowhere) {
  Change change;
  change.person = "amina";
  Op op;
  op.at.field = kFirstFormField;
  op.value = Value::Text("lga1");
  change.ops = {op};
  EXPECT_FALSE(MayCreate(change, People(), kNow));
}

}  // namespace
}  // namespace chasqui
