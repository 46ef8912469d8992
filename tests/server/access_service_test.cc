// Every call of AccessService, by whom it may be made.

#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "tests/server/credential_server.h"

namespace chasqui::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Stub = v1::AccessService::Stub;

class AccessServiceTest : public CredentialServer {
 protected:
  using Attempt = std::function<grpc::Status(const std::string& bearer)>;

  AccessServiceTest() {
    v1::InviteDeviceRequest invite;
    invite.set_person("olu");
    Add("InviteDevice", &Stub::InviteDevice, invite);
    v1::ChangeDeviceRequest change;
    change.set_device("olus");
    change.set_standing(v1::DEVICE_STANDING_LOCKED);
    TokenOf("olus", "olu");
    Add("ChangeDevice", &Stub::ChangeDevice, change);
    v1::SetPasswordRequest password;
    password.set_person("olu");
    Add("SetPassword", &Stub::SetPassword, password);
    v1::IssueKeyRequest issue;
    issue.set_person("olu");
    issue.set_valid_ms(1'000'000);
    Add("IssueKey", &Stub::IssueKey, issue);
    Add("ListKeys", &Stub::ListKeys, v1::ListKeysRequest());
    v1::RevokeKeyRequest revoke;
    revoke.set_number(77);
    Add("RevokeKey", &Stub::RevokeKey, revoke);
    v1::SetOwnerRequest owner;
    owner.set_person("amina");
    Add("SetOwner", &Stub::SetOwner, owner);
    Add("ReadAudit", &Stub::ReadAudit, v1::ReadAuditRequest());
  }

  template <typename Request, typename Response>
  void Add(const char* name,
           grpc::Status (Stub::*call)(grpc::ClientContext*, const Request&,
                                      Response*),
           const Request& request) {
    attempts_[name] = [=, this](const std::string& bearer) {
      Response response;
      return Call(call, request, response, bearer);
    };
  }

  grpc::Status Invite(const std::string& person, const std::string& by) {
    v1::InviteDeviceRequest request;
    request.set_person(person);
    v1::InviteDeviceResponse response;
    return Call(&Stub::InviteDevice, request, response, KeyOf(by));
  }
  std::vector<std::string> ListedFor(const std::string& bearer) {
    v1::ListDevicesResponse response;
    EXPECT_THAT(
        Call(&Stub::ListDevices, v1::ListDevicesRequest(), response, bearer),
        HasCode(grpc::OK));
    std::vector<std::string> names;
    for (const v1::Device& device : response.devices()) {
      names.push_back(device.name());
    }
    return names;
  }

  std::map<std::string, Attempt> attempts_;  // what only owners may
};

TEST_F(AccessServiceTest, KnowsEveryCall) {
  std::vector<std::string> known = {"Enrol", "SignIn", "ListDevices"};
  for (const auto& [name, attempt] : attempts_) known.push_back(name);
  const auto* const service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          "chasqui.v1.AccessService");
  std::vector<std::string> there;
  for (int i = 0; i < service->method_count(); ++i) {
    there.push_back(service->method(i)->name());
  }
  EXPECT_THAT(known, ::testing::UnorderedElementsAreArray(there));
}

TEST_F(AccessServiceTest, WhatConcernsOwnersOnlyOwnersMay) {
  for (const auto& [name, attempt] : attempts_) {
    EXPECT_THAT(attempt(""), HasCode(grpc::UNAUTHENTICATED)) << name;
    for (const char* const person : {"amina", "sani", "mina", "mallory"}) {
      EXPECT_THAT(attempt(KeyOf(person)),
                  HasCode(grpc::PERMISSION_DENIED, HasSubstr("owner")))
          << name << " by " << person;
    }
    EXPECT_THAT(attempt(Text(TokenOf("t-" + name))),
                HasCode(grpc::PERMISSION_DENIED))
        << name << " by a device";
    // A key for something is not one for giving out others.
    EXPECT_THAT(attempt(KeyOf("olu", {"export", "configure"})),
                HasCode(grpc::PERMISSION_DENIED))
        << name;
    const grpc::Status by_owner = attempt(KeyOf("olu"));
    EXPECT_THAT(by_owner.error_code(),
                ::testing::AnyOf(grpc::OK, grpc::NOT_FOUND))
        << name << ": " << by_owner.error_message();
  }
}

// A manager looks after the devices of those who collect, and of nobody by
// whose device they would come to be more than they are.
TEST_F(AccessServiceTest, AManagerLooksAfterTheDevicesOfThoseWhoCollect) {
  EXPECT_THAT(Invite("amina", "mina"), HasCode(grpc::OK));
  EXPECT_THAT(Invite("sani", "mina"), HasCode(grpc::OK));
  for (const char* const person : {"mina", "olu", "nobody"}) {
    EXPECT_THAT(Invite(person, "mina"), HasCode(grpc::PERMISSION_DENIED))
        << person;
  }
  EXPECT_THAT(Invite("amina", "sani"), HasCode(grpc::PERMISSION_DENIED));
  ASSERT_TRUE(organisation_->SetOwner("", "amina", true).ok());
  EXPECT_THAT(Invite("amina", "mina"), HasCode(grpc::PERMISSION_DENIED));
}

// Somebody who collects here may manage another survey.
TEST_F(AccessServiceTest, AManagerOfAnotherSurveyIsNotForThisOnesManager) {
  SurveyConfig other;
  other.people = {{"amina", Role::kSurveyManager, {}}};
  ASSERT_TRUE(schools_.catalog().Create("other", other).ok());
  EXPECT_THAT(Invite("amina", "mina"), HasCode(grpc::PERMISSION_DENIED));
  EXPECT_THAT(Invite("bola", "mina"), HasCode(grpc::OK));
  EXPECT_THAT(Invite("bola", "amina"), HasCode(grpc::PERMISSION_DENIED));
}

TEST_F(AccessServiceTest, DevicesAreListedForThoseWhoLookAfterThem) {
  TokenOf("aminas", "amina");
  EXPECT_THAT(ListedFor(KeyOf("olu")), ElementsAre("aminas", "olus"));
  EXPECT_THAT(ListedFor(KeyOf("mina")), ElementsAre("aminas"));
  EXPECT_THAT(ListedFor(KeyOf("sani")), ElementsAre());
  v1::ListDevicesResponse response;
  EXPECT_THAT(Call(&Stub::ListDevices, v1::ListDevicesRequest(), response, ""),
              HasCode(grpc::UNAUTHENTICATED));
  v1::ListDevicesRequest silent;
  silent.set_silent_ms(86'400'000);
  EXPECT_THAT(Call(&Stub::ListDevices, silent, response, KeyOf("olu")),
              HasCode(grpc::OK));
  EXPECT_EQ(response.devices_size(), 0) << "they have just come in";
}

TEST_F(AccessServiceTest, EverybodyMayChangeTheirOwnPassword) {
  ASSERT_TRUE(organisation_->SetPassword("", "amina", "correct horse").ok());
  v1::SignInRequest sign_in;
  sign_in.set_person("amina");
  sign_in.set_password("correct horse");
  v1::SignInResponse in;
  ASSERT_THAT(Call(&Stub::SignIn, sign_in, in, ""), HasCode(grpc::OK));
  v1::SetPasswordRequest change;
  change.set_person("amina");
  change.set_password("battery staple");
  v1::SetPasswordResponse changed;
  EXPECT_THAT(Call(&Stub::SetPassword, change, changed, Text(in.token())),
              HasCode(grpc::OK));
  EXPECT_THAT(Call(&Stub::SignIn, sign_in, in, ""),
              HasCode(grpc::UNAUTHENTICATED));
  EXPECT_THAT(Call(&Stub::SetPassword, change, changed, Text(in.token())),
              HasCode(grpc::UNAUTHENTICATED))
      << "what the old one began has ended";
}

TEST_F(AccessServiceTest, KeysAreNotForEver) {
  v1::IssueKeyRequest issue;
  issue.set_person("olu");
  v1::IssueKeyResponse issued;
  for (const std::int64_t valid_ms :
       {std::int64_t{0}, std::int64_t{-1}, access::kKeyMaxMs + 1,
        std::numeric_limits<std::int64_t>::max()}) {
    issue.set_valid_ms(valid_ms);
    EXPECT_THAT(Call(&Stub::IssueKey, issue, issued, KeyOf("olu")),
                HasCode(grpc::INVALID_ARGUMENT, HasSubstr("3650 days")));
  }
  issue.set_valid_ms(access::kKeyMaxMs);
  EXPECT_THAT(Call(&Stub::IssueKey, issue, issued, KeyOf("olu")),
              HasCode(grpc::OK));
}

TEST_F(AccessServiceTest, OnlyWhatStandsSomehowCanBeAskedFor) {
  v1::ChangeDeviceRequest change;
  change.set_device("olus");
  v1::ChangeDeviceResponse changed;
  for (const v1::DeviceStanding standing :
       {v1::DEVICE_STANDING_UNSPECIFIED, v1::DEVICE_STANDING_WIPED,
        static_cast<v1::DeviceStanding>(77)}) {
    change.set_standing(standing);
    EXPECT_THAT(Call(&Stub::ChangeDevice, change, changed, KeyOf("olu")),
                HasCode(grpc::INVALID_ARGUMENT));
  }
}

class AuditTest : public AccessServiceTest {
 protected:
  // "sani GetRecord", for what was asked since the last time.
  std::vector<std::string> Asked() {
    v1::ReadAuditRequest request;
    request.set_after(seen_);
    v1::ReadAuditResponse response;
    EXPECT_THAT(Call(&Stub::ReadAudit, request, response, KeyOf("olu")),
                HasCode(grpc::OK));
    seen_ = response.through();
    std::vector<std::string> lines;
    for (const v1::AuditLine& line : response.lines()) {
      if (line.survey().empty()) continue;
      lines.push_back(StrCat(line.by(), " ", line.what(), " ",
                             line.record().size(), " ", line.about()));
    }
    return lines;
  }

  using RecordStub = v1::RecordService::Stub;
  v1::GetRecordRequest Wanted() const {
    v1::GetRecordRequest request;
    request.set_survey(testing::SchoolSurvey::kName);
    request.set_record(std::string(16, 'r'));
    return request;
  }

 private:
  std::uint64_t seen_ = 0;
};

TEST_F(AuditTest, WhoeverMayAndAsksIsWrittenDown) {
  Asked();
  v1::GetRecordResponse record;
  // It is not there: that it was asked for is.
  EXPECT_THAT(Call(&RecordStub::GetRecord, Wanted(), record, KeyOf("sani")),
              HasCode(grpc::NOT_FOUND));
  v1::AssignRecordsRequest assign;
  assign.set_survey(testing::SchoolSurvey::kName);
  assign.set_to_assignee("bola");
  assign.mutable_seen()->set_seq(1);
  v1::AssignRecordsResponse assigned;
  Call(&RecordStub::AssignRecords, assign, assigned, KeyOf("sani"));
  EXPECT_THAT(Asked(), ElementsAre("sani GetRecord 16 ",
                                   "sani AssignRecords 0 to bola"));
}

TEST_F(AuditTest, WhoeverMayNotAndAsksIsNot) {
  Asked();
  v1::GetRecordResponse record;
  EXPECT_THAT(Call(&RecordStub::GetRecord, Wanted(), record, KeyOf("amina")),
              HasCode(grpc::PERMISSION_DENIED));
  EXPECT_THAT(Call(&RecordStub::GetRecord, Wanted(), record, ""),
              HasCode(grpc::UNAUTHENTICATED));
  EXPECT_THAT(Asked(), ElementsAre());
}

TEST_F(AuditTest, CountsAndConfigurationAreAboutNobody) {
  Asked();
  v1::GetSurveyRequest request;
  request.set_survey(testing::SchoolSurvey::kName);
  v1::GetSurveyResponse response;
  EXPECT_THAT(Call(&v1::SurveyService::Stub::GetSurvey, request, response,
                   KeyOf("sani")),
              HasCode(grpc::OK));
  EXPECT_THAT(Asked(), ElementsAre());
}

TEST_F(AuditTest, ItIsReadInPagesAndByWhatIsWanted) {
  v1::GetRecordResponse record;
  for (int i = 0; i < 3; ++i) {
    Call(&RecordStub::GetRecord, Wanted(), record, KeyOf("sani"));
  }
  v1::ReadAuditRequest request;
  request.set_person("sani");
  request.set_limit(2);
  v1::ReadAuditResponse page;
  ASSERT_THAT(Call(&Stub::ReadAudit, request, page, KeyOf("olu")),
              HasCode(grpc::OK));
  EXPECT_EQ(page.lines_size(), 2);
  EXPECT_LT(page.through(), page.head().seq());
  request.set_after(page.through());
  page.Clear();
  ASSERT_THAT(Call(&Stub::ReadAudit, request, page, KeyOf("olu")),
              HasCode(grpc::OK));
  EXPECT_EQ(page.lines_size(), 1);
  EXPECT_EQ(page.through(), page.head().seq());
}

TEST_F(AuditTest, WhatIsAskedForWronglyIsSaid) {
  const auto asking = [this](const v1::ReadAuditRequest& request) {
    v1::ReadAuditResponse response;
    return Call(&Stub::ReadAudit, request, response, KeyOf("olu"));
  };
  v1::ReadAuditRequest request;
  request.set_limit(1'000);
  EXPECT_THAT(asking(request), HasCode(grpc::OK));
  request.set_limit(1'001);
  EXPECT_THAT(asking(request),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("up to 1000")));
  request.set_limit(0);
  request.set_record("short");
  EXPECT_THAT(asking(request),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("16 bytes")));
  request.clear_record();
  request.set_after(1'000'000);
  EXPECT_THAT(asking(request),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("ends at")));
}

}  // namespace
}  // namespace chasqui::server
