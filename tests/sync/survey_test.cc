#include "sync/survey.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "tests/sync/questionnaire.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::Questionnaire;
using ::chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// state > lga1 > ward, lga2
SurveyConfig Config(std::vector<Person> people = {}) {
  SurveyConfig config;
  config.areas = {{"state", "", ""},
                  {"lga1", "", "state"},
                  {"lga2", "", "state"},
                  {"ward", "", "lga1"}};
  config.people = std::move(people);
  return config;
}

// A survey that grows by an entry at a time.
class Growing {
 public:
  explicit Growing(SurveyConfig config = Config()) {
    CHECK(Append(SurveyCreated{kRulesVersion, std::move(config)}).ok());
  }
  template <typename Body>
  absl::Status Append(Body body) {
    const LogEntry entry = EntryOf(std::move(body));
    return ApplyToSurvey(entry, survey_);
  }
  // The people from now on.
  void Employ(std::vector<Person> people) {
    CHECK(Append(ConfigChanged{Config(std::move(people))}).ok());
  }
  absl::Status Declare(std::vector<FieldPolicy> policies) {
    SurveyConfig config = survey_.config;
    config.policies = std::move(policies);
    return Append(ConfigChanged{std::move(config)});
  }
  template <typename Body>
  LogEntry EntryOf(Body body) const {
    return {survey_.head + 1, survey_.received_ms + 10, std::move(body)};
  }
  const Survey& survey() const { return survey_; }
  const Member& member(const std::string& name) const {
    const Member* const member = survey_.FindMember(name);
    CHECK(member != nullptr);
    return *member;
  }

 private:
  Survey survey_;
};

FormPublished Publishing(const Questionnaire& questionnaire) {
  return {questionnaire.form(), ""};
}

TEST(SurveyTest, ASurveyIsCreatedOnceByRulesKnownHere) {
  Survey survey;
  EXPECT_THAT(
      ApplyToSurvey({1, 5, SurveyCreated{kRulesVersion + 1, {}}}, survey),
      StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(survey.head, 0U);
  EXPECT_OK(
      ApplyToSurvey({1, 5, SurveyCreated{kRulesVersion, Config()}}, survey));
  EXPECT_EQ(survey.head, 1U);
  EXPECT_EQ(survey.received_ms, 5);
  EXPECT_THAT(ApplyToSurvey({2, 6, SurveyCreated{}}, survey),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(SurveyTest, EachOpeningAddsANameToTheLineage) {
  Growing growing;
  EXPECT_OK(growing.Append(LogOpened{LogName{7}}));
  EXPECT_OK(growing.Append(LogOpened{LogName{8}}));
  EXPECT_THAT(growing.survey().lineage,
              ElementsAre(LogEpoch{LogName{7}, 2}, LogEpoch{LogName{8}, 3}));
  EXPECT_THAT(growing.Append(LogOpened{LogName::kNone}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SurveyTest, AreasBelowAreThoseOfTheWholeTree) {
  const Growing growing;
  EXPECT_THAT(growing.survey().AreasBelow("state"),
              ElementsAre("lga1", "lga2", "state", "ward"));
  EXPECT_THAT(growing.survey().AreasBelow("lga1"), ElementsAre("lga1", "ward"));
  EXPECT_THAT(growing.survey().AreasBelow("nowhere"), IsEmpty());
  EXPECT_TRUE(growing.survey().HasArea("ward"));
  EXPECT_FALSE(growing.survey().HasArea(""));
}

TEST(SurveyTest, AMemberStandsForTheAreasBelowTheirOwn) {
  const Growing growing(Config({{"amina", Role::kEnumerator, {"lga1"}},
                                {"bola", Role::kSurveyManager, {}},
                                {"sani", Role::kSupervisor, {}}}));
  EXPECT_THAT(growing.member("amina").areas, ElementsAre("lga1", "ward"));
  EXPECT_EQ(growing.member("bola").areas.size(), 4U);
  EXPECT_THAT(growing.member("sani").areas, IsEmpty());
  EXPECT_EQ(growing.survey().FindMember("nobody"), nullptr);
}

TEST(SurveyTest, WhoLeavesIsRememberedWithTheirAreas) {
  Growing growing(Config({{"amina", Role::kEnumerator, {"lga1"}}}));
  growing.Employ({});
  EXPECT_EQ(growing.member("amina").left, 2U);
  EXPECT_THAT(growing.member("amina").areas, ElementsAre("lga1", "ward"));
  growing.Employ({});
  EXPECT_EQ(growing.member("amina").left, 2U);
}

TEST(SurveyTest, AnAreaLostIsRememberedUntilItIsGivenBack) {
  Growing growing(Config({{"amina", Role::kEnumerator, {"lga1", "lga2"}}}));
  growing.Employ({{"amina", Role::kEnumerator, {"lga2"}}});
  EXPECT_THAT(growing.member("amina").lost,
              ElementsAre(Pair("lga1", 2), Pair("ward", 2)));
  growing.Employ({{"amina", Role::kEnumerator, {"lga2"}}});
  EXPECT_EQ(growing.member("amina").lost.at("ward"), 2U);
  growing.Employ({{"amina", Role::kEnumerator, {"ward"}}});
  EXPECT_THAT(growing.member("amina").lost,
              ElementsAre(Pair("lga1", 2), Pair("lga2", 4)));
}

TEST(SurveyTest, WhoComesBackWithFewerAreasLostTheOthersOnLeaving) {
  Growing growing(Config({{"amina", Role::kEnumerator, {"lga1", "lga2"}}}));
  growing.Employ({});
  growing.Employ({{"amina", Role::kEnumerator, {"lga1"}}});
  EXPECT_EQ(growing.member("amina").left, 0U);
  EXPECT_THAT(growing.member("amina").lost, ElementsAre(Pair("lga2", 2)));
}

TEST(SurveyTest, TheScopeIsAreasAndOnesOwnAssignments) {
  Growing growing(Config({{"amina", Role::kEnumerator, {"lga1"}},
                          {"ann", Role::kAnalyst, {"state"}}}));
  EXPECT_THAT(ScopeOf(growing.survey(), "amina"),
              ElementsAre(Bucket{BucketKind::kArea, "lga1"},
                          Bucket{BucketKind::kArea, "ward"},
                          Bucket{BucketKind::kPerson, "amina"}));
  EXPECT_THAT(ScopeOf(growing.survey(), "ann"), IsEmpty());
  EXPECT_THAT(ScopeOf(growing.survey(), "nobody"), IsEmpty());
  growing.Employ({});
  EXPECT_THAT(ScopeOf(growing.survey(), "amina"), IsEmpty());
}

TEST(SurveyTest, AConfigurationThatIsWrongChangesNothing) {
  Growing growing(Config({{"amina", Role::kEnumerator, {"lga1"}}}));
  EXPECT_THAT(growing.Append(ConfigChanged{
                  Config({{"amina", Role::kEnumerator, {"nowhere"}}})}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(growing.survey().head, 1U);
  EXPECT_THAT(growing.member("amina").areas, ElementsAre("lga1", "ward"));
}

TEST(SurveyTest, TheOffsetInWhichDaysAreCountedCannotChange) {
  Growing growing;
  SurveyConfig config = Config();
  config.utc_offset_minutes = 60;
  EXPECT_THAT(growing.Append(ConfigChanged{config}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("UTC")));
}

TEST(SurveyTest, AFormVersionIsPublishedOnce) {
  Growing growing;
  const Questionnaire form = Questionnaire("1").Ask("name");
  EXPECT_OK(growing.Append(Publishing(form)));
  EXPECT_THAT(CheckEntry(growing.EntryOf(Publishing(form)), growing.survey()),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("\"1\"")));
  EXPECT_OK(growing.Append(Publishing(Questionnaire("2").Ask("name"))));
  EXPECT_THAT(growing.Append(Publishing(form)),
              StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_EQ(growing.survey().forms.size(), 2U);
  EXPECT_EQ(growing.survey().forms[1].seq, 3U);
  EXPECT_EQ(growing.survey().schema.Field(33), nullptr);
}

TEST(SurveyTest, APolicyIsFixedWhenItsFieldIsPublished) {
  Growing growing;
  EXPECT_OK(growing.Declare({{"notes", Policy::kAppend}}));
  EXPECT_OK(growing.Append(Publishing(Questionnaire().Ask("notes").Ask("a"))));
  EXPECT_EQ(growing.survey().schema.Field(32)->policy, Policy::kAppend);
  EXPECT_OK(growing.Declare({{"notes", Policy::kAppend}}));
  EXPECT_OK(growing.Declare({{"a", Policy::kLatest}, {"new", Policy::kMax}}));
  EXPECT_OK(growing.Declare({{"notes", Policy::kDefault}}));
  EXPECT_THAT(
      growing.Declare({{"notes", Policy::kReview}}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"notes\"")));
  EXPECT_THAT(growing.Declare({{"a", Policy::kMax}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("max")));
  EXPECT_THAT(growing.Declare({{"_status", Policy::kLatest}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SurveyTest, AFormWhoseFieldCannotHaveItsPolicyIsRefused) {
  Growing growing;
  EXPECT_OK(growing.Declare({{"age", Policy::kMax}}));
  EXPECT_THAT(
      growing.Append(Publishing(Questionnaire().Ask("age"))),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"age\"")));
  EXPECT_THAT(growing.survey().forms, IsEmpty());
  EXPECT_OK(growing.Append(
      Publishing(Questionnaire().Ask("age", FieldType::kInteger))));
}

TEST(SurveyTest, WhatIsPersonalIsFixedWhenItsFieldIsPublished) {
  Growing growing;
  const auto declare = [&growing](std::vector<std::string> personal) {
    SurveyConfig config = growing.survey().config;
    config.personal = std::move(personal);
    return growing.Append(ConfigChanged{std::move(config)});
  };
  EXPECT_OK(declare({"phone", "later"}));
  EXPECT_OK(growing.Append(Publishing(Questionnaire().Ask("phone").Ask("a"))));
  EXPECT_TRUE(growing.survey().schema.Field(32)->personal);
  EXPECT_FALSE(growing.survey().schema.Field(33)->personal);
  EXPECT_THAT(declare({"later"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"phone\" was published as personal")));
  EXPECT_THAT(declare({"phone", "a"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"a\" was published without")));
  EXPECT_OK(declare({"phone", "_status", "new"}));
  EXPECT_FALSE(growing.survey().schema.Field(kStatusField)->personal);
}

TEST(SurveyTest, AFormWhoseFieldCannotBePersonalIsRefused) {
  for (const FieldType type : {FieldType::kChoices, FieldType::kAttachment}) {
    SurveyConfig config = Config();
    config.personal = {"marks"};
    Growing growing(config);
    EXPECT_THAT(growing.Append(Publishing(Questionnaire().Ask("marks", type))),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("\"marks\": a field of type")));
    EXPECT_OK(growing.Append(Publishing(Questionnaire().Ask("other", type))));
  }
}

TEST(SurveyTest, CheckingAnEntryChangesNothing) {
  const Growing growing;
  EXPECT_OK(
      CheckEntry(growing.EntryOf(LogOpened{LogName{7}}), growing.survey()));
  EXPECT_THAT(growing.survey().lineage, IsEmpty());
  EXPECT_EQ(growing.survey().head, 1U);
}

}  // namespace
}  // namespace chasqui
