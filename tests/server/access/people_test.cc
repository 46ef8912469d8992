// People sign in; keys of their programs; owners.

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "tests/server/access/organisation_fixture.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::access {
namespace {

using chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

using PeopleTest = OrganisationFixture;

TEST_F(PeopleTest, PeopleSignIn) {
  ASSERT_OK(organisation_->SetPassword("olu", "olu", "correct horse"));
  ASSERT_OK_AND_ASSIGN(const Admission admission,
                       organisation_->SignIn("olu", "correct horse"));
  ASSERT_OK_AND_ASSIGN(const Caller caller,
                       organisation_->Person(admission.token));
  EXPECT_EQ(caller.person, "olu");
  EXPECT_FALSE(caller.operates);
  EXPECT_FALSE(caller.owns);
  EXPECT_EQ(caller.scopes, std::nullopt);
  const auto wrong = organisation_->SignIn("olu", "correct horsf");
  EXPECT_THAT(wrong, StatusIs(kUnauthenticated));
  EXPECT_EQ(wrong.status(),
            organisation_->SignIn("mallory", "correct horse").status())
      << "who is here is not told";

  clock_.now_ms += kPersonTokenMs;
  EXPECT_THAT(organisation_->Person(admission.token),
              StatusIs(kUnauthenticated, HasSubstr("sign in again")));
}

TEST_F(PeopleTest, AnotherPasswordEndsWhatTheOneBeforeBegan) {
  ASSERT_OK(organisation_->SetPassword("", "olu", "correct horse"));
  const Admission admission = *organisation_->SignIn("olu", "correct horse");
  ASSERT_OK(organisation_->SetPassword("olu", "olu", "battery staple"));
  EXPECT_THAT(organisation_->Person(admission.token),
              StatusIs(kUnauthenticated, HasSubstr("was changed since")));
  ASSERT_OK(organisation_->SetPassword("olu", "olu", ""));
  EXPECT_THAT(organisation_->SignIn("olu", ""), StatusIs(kUnauthenticated));
}

TEST_F(PeopleTest, KeysHaveScopesAndAnEnd) {
  ApiKey key;
  key.person = "warehouse";
  key.label = "nightly export";
  key.expires_ms = clock_.now_ms + kHourMs;
  key.scopes = {"export"};
  ASSERT_OK_AND_ASSIGN(const IssuedKey issued,
                       organisation_->IssueKey("olu", key));
  ASSERT_OK_AND_ASSIGN(const Caller caller,
                       organisation_->Person(issued.secret));
  EXPECT_EQ(caller.person, "warehouse");
  EXPECT_EQ(caller.scopes, std::set<Right>{Right::kExport});
  key.scopes = {"everything"};
  EXPECT_THAT(organisation_->IssueKey("olu", key),
              StatusIs(kInvalidArgument, HasSubstr("scope \"everything\"")));
  key.scopes = {};
  ASSERT_OK_AND_ASSIGN(const IssuedKey second,
                       organisation_->IssueKey("olu", key));
  EXPECT_EQ(organisation_->Person(second.secret)->scopes, std::nullopt);
  ASSERT_OK(organisation_->RevokeKey("olu", second.number));
  EXPECT_THAT(organisation_->Person(second.secret),
              StatusIs(kUnauthenticated, HasSubstr("was revoked")));
  EXPECT_THAT(organisation_->RevokeKey("olu", 99), StatusIs(kNotFound));
  clock_.now_ms += kHourMs;
  EXPECT_THAT(organisation_->Person(issued.secret),
              StatusIs(kUnauthenticated, HasSubstr("has expired")));
  EXPECT_THAT(organisation_->IssueKey("olu", key), StatusIs(kInvalidArgument));
  EXPECT_THAT(organisation_->Person("chq_NONE"), StatusIs(kUnauthenticated));
}

TEST_F(PeopleTest, OwnersComeAndGo) {
  ASSERT_OK(organisation_->SetPassword("", "olu", "correct horse"));
  const Admission admission = *organisation_->SignIn("olu", "correct horse");
  ASSERT_OK(organisation_->SetOwner("", "olu", true));
  EXPECT_TRUE(organisation_->Person(admission.token)->owns);
  ASSERT_OK(organisation_->SetOwner("", "olu", false));
  EXPECT_FALSE(organisation_->Person(admission.token)->owns);
}

}  // namespace
}  // namespace chasqui::access
