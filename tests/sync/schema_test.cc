#include "sync/schema.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/form/numbering.h"
#include "tests/sync/questionnaire.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::Questionnaire;
using ::chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr FieldType kTypes[] = {
    FieldType::kText,   FieldType::kInteger, FieldType::kDecimal,
    FieldType::kDate,   FieldType::kTime,    FieldType::kDateTime,
    FieldType::kPoint,  FieldType::kLine,    FieldType::kArea,
    FieldType::kChoice, FieldType::kChoices, FieldType::kAttachment};

Schema Published(const std::vector<Questionnaire>& versions,
                 std::vector<FieldPolicy> policies = {}) {
  SurveyConfig config;
  config.policies = std::move(policies);
  Schema schema;
  Numbering numbering;
  for (const Questionnaire& version : versions) {
    numbering = Extend(numbering, version.form());
    schema.Add(version.form(), numbering, config);
  }
  return schema;
}

TEST(SchemaTest, SystemFieldsAreThereBeforeAnyForm) {
  const Schema schema;
  EXPECT_EQ(schema.Field(kStatusField)->policy, Policy::kRole);
  EXPECT_EQ(schema.Field(kAreaField)->policy, Policy::kRole);
  EXPECT_EQ(schema.Field(kAssigneeField)->policy, Policy::kRole);
  EXPECT_EQ(schema.Field(kExistenceField), nullptr);
  EXPECT_EQ(schema.Field(32), nullptr);
  EXPECT_EQ(schema.Repeat(1), nullptr);
}

TEST(SchemaTest, AFieldKeepsItsNumberOverFormVersions) {
  const Schema schema = Published({Questionnaire("1").Ask("a").Ask("b"),
                                   Questionnaire("2").Ask("new").Ask("b")});
  EXPECT_EQ(schema.Field(32)->path, "a");
  EXPECT_EQ(schema.Field(33)->path, "b");
  EXPECT_EQ(schema.Field(34)->path, "new");
  EXPECT_EQ(schema.Field(35), nullptr);
  EXPECT_EQ(schema.fields().size(), 6U);
}

TEST(SchemaTest, AFieldOfAnotherTypeIsAnotherField) {
  const Schema schema =
      Published({Questionnaire("1").Ask("age"),
                 Questionnaire("2").Ask("age", FieldType::kInteger)});
  EXPECT_EQ(schema.Field(32)->type, FieldType::kText);
  EXPECT_EQ(schema.Field(33)->type, FieldType::kInteger);
  EXPECT_EQ(schema.Field(33)->path, "age");
}

TEST(SchemaTest, RepeatsKnowWhatTheyLieIn) {
  const Schema schema =
      Published({Questionnaire()
                     .Roster("house")
                     .Roster("house/member", 0)
                     .Ask("house/member/age", FieldType::kInteger, 1)});
  EXPECT_EQ(schema.Repeat(1)->parent, 0U);
  EXPECT_EQ(schema.Repeat(2)->parent, 1U);
  EXPECT_EQ(schema.Repeat(2)->path, "house/member");
  EXPECT_EQ(schema.Repeat(3), nullptr);
  EXPECT_EQ(schema.Field(32)->repeat, 2U);
}

TEST(SchemaTest, PoliciesAreThoseDeclaredElseTheDefaults) {
  const Schema schema =
      Published({Questionnaire()
                     .Ask("name")
                     .Choose("services", {"a"}, FieldType::kChoices)
                     .Ask("notes")
                     .Ask("told")},
                {{"notes", Policy::kAppend}, {"told", Policy::kDefault}});
  EXPECT_EQ(schema.Field(32)->policy, Policy::kLatest);
  EXPECT_EQ(schema.Field(33)->policy, Policy::kUnion);
  EXPECT_EQ(schema.Field(34)->policy, Policy::kAppend);
  EXPECT_EQ(schema.Field(35)->policy, Policy::kLatest);
}

TEST(SchemaTest, AFieldKeepsThePolicyItWasFirstPublishedWith) {
  const Questionnaire form = Questionnaire().Ask("name");
  const Numbering numbering = Extend({}, form.form());
  SurveyConfig config;
  Schema schema;
  schema.Add(form.form(), numbering, config);
  config.policies = {{"name", Policy::kReview}};
  schema.Add(form.form(), numbering, config);
  EXPECT_EQ(schema.Field(32)->policy, Policy::kLatest);
}

TEST(SchemaTest, ChoicesOfLaterVersionsAreAdded) {
  const Schema schema = Published({Questionnaire("1").Choose("sex", {"m", "f"}),
                                   Questionnaire("2").Choose("sex", {"o"})});
  EXPECT_THAT(schema.Field(32)->choices, ElementsAre(1, 2, 3));
}

TEST(SchemaTest, APairMakesPartnersOfBothFields) {
  const Schema schema =
      Published({Questionnaire("1").Ask("a").Ask("b").Ask("c").Pair(0, 1).Pair(
          0, 2, /*spans_rows=*/true)});
  EXPECT_THAT(schema.Field(32)->partners,
              ElementsAre(Partner{33, false}, Partner{34, true}));
  EXPECT_THAT(schema.Field(33)->partners, ElementsAre(Partner{32, false}));
  EXPECT_THAT(schema.Field(34)->partners, ElementsAre(Partner{32, true}));
}

TEST(SchemaTest, PairsOfAllVersionsCountEachOnce) {
  const Schema schema = Published(
      {Questionnaire("1").Ask("a").Ask("b").Pair(0, 1),
       Questionnaire("2").Ask("b").Ask("a").Ask("c").Pair(0, 1).Pair(0, 2)});
  EXPECT_THAT(schema.Field(33)->partners,
              ElementsAre(Partner{32, false}, Partner{34, false}));
  EXPECT_THAT(schema.Field(32)->partners, ElementsAre(Partner{33, false}));
}

// The types that may have `policy`, as numbers.
std::vector<int> TypesOf(Policy policy) {
  std::vector<int> types;
  for (const FieldType type : kTypes) {
    const absl::Status status = CheckPolicy(policy, type);
    if (status.ok()) {
      types.push_back(static_cast<int>(type));
    } else {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    }
  }
  return types;
}

TEST(SchemaTest, APolicySuitsCertainTypes) {
  for (const Policy policy :
       {Policy::kLatest, Policy::kFirst, Policy::kRole, Policy::kReview}) {
    EXPECT_THAT(TypesOf(policy),
                ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12));
  }
  EXPECT_THAT(TypesOf(Policy::kMax), ElementsAre(2, 3, 4, 5, 6));
  EXPECT_THAT(TypesOf(Policy::kMin), ElementsAre(2, 3, 4, 5, 6));
  EXPECT_THAT(TypesOf(Policy::kUnion), ElementsAre(11));
  EXPECT_THAT(TypesOf(Policy::kAppend), ElementsAre(1));
  EXPECT_EQ(TypesOf(Policy::kDefault).size(), 12U);
}

TEST(SchemaTest, EachTypeIsAnsweredByItsOwnKindAlone) {
  const std::vector<std::pair<FieldType, ValueKind>> answers = {
      {FieldType::kText, ValueKind::kText},
      {FieldType::kInteger, ValueKind::kInteger},
      {FieldType::kDecimal, ValueKind::kDecimal},
      {FieldType::kDate, ValueKind::kDate},
      {FieldType::kTime, ValueKind::kTime},
      {FieldType::kDateTime, ValueKind::kDateTime},
      {FieldType::kPoint, ValueKind::kPoint},
      {FieldType::kLine, ValueKind::kLine},
      {FieldType::kArea, ValueKind::kArea},
      {FieldType::kChoice, ValueKind::kChoice},
      {FieldType::kChoices, ValueKind::kAnswered},
      {FieldType::kAttachment, ValueKind::kAttachment}};
  for (const auto& [type, own] : answers) {
    FieldSchema field;
    field.type = type;
    field.choices = {1, 2};
    EXPECT_TRUE(IsOfType(field, 0, Value::Cleared()));
    EXPECT_TRUE(IsOfType(field, 0, Value::NotRelevant()));
    EXPECT_FALSE(IsOfType(field, 0, Value::Ticked(true)));
    for (const auto& [other, kind] : answers) {
      const Value value = kind == ValueKind::kChoice
                              ? Value::Choice(2)
                              : Value{kind, std::string()};
      EXPECT_EQ(IsOfType(field, 0, value), kind == own)
          << FieldTypeName(type) << " by " << FieldTypeName(other);
    }
  }
}

TEST(SchemaTest, AChoiceIsOneOfTheFields) {
  FieldSchema field;
  field.type = FieldType::kChoice;
  field.choices = {1, 2};
  EXPECT_TRUE(IsOfType(field, 0, Value::Choice(2)));
  EXPECT_FALSE(IsOfType(field, 0, Value::Choice(3)));
  EXPECT_FALSE(IsOfType(field, 1, Value::Ticked(true)));
}

TEST(SchemaTest, AChoiceOfASelectMultipleIsTickedOrNot) {
  FieldSchema field;
  field.type = FieldType::kChoices;
  field.choices = {1, 2};
  EXPECT_TRUE(IsOfType(field, 2, Value::Ticked(true)));
  EXPECT_TRUE(IsOfType(field, 2, Value::Ticked(false)));
  EXPECT_FALSE(IsOfType(field, 3, Value::Ticked(true)));
  EXPECT_FALSE(IsOfType(field, 2, Value::Answered()));
  EXPECT_FALSE(IsOfType(field, 2, Value::Cleared()));
}

}  // namespace
}  // namespace chasqui
