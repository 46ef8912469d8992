#include "sync/config.h"

#include <cstddef>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "sync/form/limits.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

SurveyConfig Census() {
  SurveyConfig config;
  config.title = "School census";
  config.utc_offset_minutes = 60;
  config.areas = {{"NG", "Nigeria", ""}, {"NG-AB", "Abia", "NG"}};
  config.people = {{"bola", Role::kOwner, {}},
                   {"amina", Role::kEnumerator, {"NG-AB"}}};
  config.policies = {{"notes", Policy::kAppend}, {"later/on", Policy::kReview}};
  return config;
}

// That CheckConfig refuses `config` with a message that has `word` in it.
void ExpectRefused(const SurveyConfig& config, const std::string& word) {
  EXPECT_THAT(CheckConfig(config),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(word)));
}

TEST(ConfigTest, AConfigurationInOrderPasses) {
  EXPECT_OK(CheckConfig(Census()));
  EXPECT_OK(CheckConfig(SurveyConfig{}));
}

TEST(ConfigTest, NamesHaveNoSpacesSlashesOrColons) {
  for (const char* const name :
       {"a", "NG-AB_1.x", "amina@example.org", "Ọlá", "é", "..."}) {
    EXPECT_TRUE(IsName(name)) << name;
  }
  for (const char* const name :
       {"", "a b", "a/b", "a:b", "a\nb", "a\tb", "\x7f", ".", "..", "\xff",
        "a\"b", "a\xc2\x80", "\xc2\x85", "a\xc2\xa0z"}) {
    EXPECT_FALSE(IsName(name)) << name;
  }
  EXPECT_FALSE(IsName(std::string_view("a\0b", 3)));
}

TEST(ConfigTest, ANameHasAtMost64Bytes) {
  EXPECT_TRUE(IsName(std::string(kNameBytesMax, 'a')));
  EXPECT_FALSE(IsName(std::string(kNameBytesMax + 1, 'a')));
}

TEST(ConfigTest, ATitleHasItsLimit) {
  SurveyConfig config = Census();
  config.title = std::string(kTitleBytesMax, 'a');
  EXPECT_OK(CheckConfig(config));
  config.title += 'a';
  ExpectRefused(config, "1024");
  config.title = "\xff";
  ExpectRefused(config, "title");
}

TEST(ConfigTest, AnOffsetHasItsLimitEitherWay) {
  SurveyConfig config = Census();
  for (const int sign : {1, -1}) {
    config.utc_offset_minutes = sign * 1080;
    EXPECT_OK(CheckConfig(config));
    config.utc_offset_minutes = sign * 1081;
    ExpectRefused(config, "1080");
  }
}

TEST(ConfigTest, AreasAreNamedOnceAndStandAfterTheirParents) {
  SurveyConfig config = Census();
  std::swap(config.areas[0], config.areas[1]);
  ExpectRefused(config, "\"NG-AB\"");
  config.areas = {{"NG", "", "NG"}};
  ExpectRefused(config, "not declared before");
  config.areas = {{"NG", "", ""}, {"NG", "", ""}};
  ExpectRefused(config, "declared twice");
  config.areas = {{"N G", "", ""}};
  ExpectRefused(config, "malformed code");
}

TEST(ConfigTest, AnAreasNameHasItsLimit) {
  SurveyConfig config = Census();
  config.areas[0].name = std::string(kTitleBytesMax, 'a');
  EXPECT_OK(CheckConfig(config));
  config.areas[0].name += 'a';
  ExpectRefused(config, "1024");
  config.areas[0].name = "\xff";
  ExpectRefused(config, "\"NG\"");
}

TEST(ConfigTest, PeopleAreNamedOnceAndHaveARole) {
  SurveyConfig config = Census();
  config.people[1].name = "bola";
  ExpectRefused(config, "\"bola\": declared twice");
  config.people[1].name = "a/b";
  ExpectRefused(config, "malformed name");
  config.people[1].name = "amina";
  for (const Role role : {Role::kNone, Role::kRegister, static_cast<Role>(9)}) {
    config.people[1].role = role;
    ExpectRefused(config, "role");
  }
}

TEST(ConfigTest, APersonsAreasAreDeclaredAndListedOnce) {
  SurveyConfig config = Census();
  config.people[1].areas = {"NG-KN"};
  ExpectRefused(config, "\"NG-KN\" is not declared");
  config.people[1].areas = {"NG", "NG"};
  ExpectRefused(config, "\"NG\" is listed twice");
}

TEST(ConfigTest, APathHasOnePolicyThatIsKnown) {
  SurveyConfig config = Census();
  config.policies[1].path = "notes";
  ExpectRefused(config, "\"notes\": declared twice");
  config.policies[1] = {"", Policy::kReview};
  ExpectRefused(config, "path");
  config.policies[1] = {"\xff", Policy::kReview};
  ExpectRefused(config, "path");
  config.policies[1] = {"b", static_cast<Policy>(9)};
  ExpectRefused(config, "no kind known");
  config.policies[1] = {std::string(kPathBytesMax, 'a'), Policy::kReview};
  EXPECT_OK(CheckConfig(config));
  config.policies[1].path += 'a';
  ExpectRefused(config, "2000");
}

TEST(ConfigTest, AConfigurationHasItsLimits) {
  SurveyConfig config;
  for (std::size_t i = 0; i < kPeopleMax; ++i) {
    config.people.push_back({StrCat("p", i), Role::kEnumerator, {}});
  }
  for (std::size_t i = 0; i < kAreasMax; ++i) {
    config.areas.push_back({StrCat("a", i), "", ""});
  }
  for (std::size_t i = 0; i < kPoliciesMax; ++i) {
    config.policies.push_back({StrCat("f", i), Policy::kLatest});
  }
  EXPECT_OK(CheckConfig(config));
  config.people.push_back({"one", Role::kEnumerator, {}});
  ExpectRefused(config, "people; the limit is 100000");
  config.people.pop_back();
  config.areas.push_back({"one", "", ""});
  ExpectRefused(config, "areas; the limit is 200000");
  config.areas.pop_back();
  config.policies.push_back({"one", Policy::kLatest});
  ExpectRefused(config, "policies; the limit is 100000");
}

TEST(ConfigTest, APersonalFieldIsNamedOnceAndNotDecidedByItsValue) {
  SurveyConfig config = Census();
  config.personal = {"head/name", "head/phone"};
  config.retention_days = kRetentionDaysMax;
  EXPECT_OK(CheckConfig(config));
  config.personal.emplace_back("head/name");
  ExpectRefused(config, "\"head/name\": declared twice");
  config.personal.back() = "";
  ExpectRefused(config, "path");
  config.personal.back() = "\xff";
  ExpectRefused(config, "path");
  config.personal.back() = "age";
  for (const Policy policy : {Policy::kMax, Policy::kMin}) {
    config.policies = {{"age", policy}};
    ExpectRefused(config, "personal field \"age\": policy m");
  }
  config.policies = {{"age", Policy::kReview}};
  EXPECT_OK(CheckConfig(config));
}

TEST(ConfigTest, RetentionHasALimitAndIsOfPersonalData) {
  SurveyConfig config = Census();
  config.retention_days = 1;
  ExpectRefused(config, "no field is personal");
  config.personal = {"name"};
  EXPECT_OK(CheckConfig(config));
  config.retention_days = kRetentionDaysMax + 1;
  ExpectRefused(config, "the limit is 36500");
  config.retention_days = 0;
  config.personal.resize(kPoliciesMax + 1, "x");
  ExpectRefused(config, "personal fields; the limit is 100000");
}

TEST(ConfigTest, RanksAreThoseOfTheRules) {
  for (const Role role :
       {Role::kOwner, Role::kSurveyManager, Role::kSupervisor}) {
    EXPECT_EQ(Rank(role), 3);
    EXPECT_TRUE(Supervises(role));
  }
  EXPECT_EQ(Rank(Role::kEnumerator), 2);
  EXPECT_EQ(Rank(Role::kRespondent), 1);
  for (const Role role :
       {Role::kNone, Role::kRegister, Role::kAnalyst, Role::kExporter}) {
    EXPECT_EQ(Rank(role), 0);
  }
  EXPECT_FALSE(Supervises(Role::kEnumerator));
}

}  // namespace
}  // namespace chasqui
