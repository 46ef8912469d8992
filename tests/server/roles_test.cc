// Every call of every service, tried as every role, as somebody who has left,
// as somebody the survey never had, and as nobody.

#include "server/access/roles.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "tests/server/every_role.h"

namespace chasqui::server {
namespace {

using access::Reach;
using access::Right;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::School;
using testing::SchoolForm;
using testing::SchoolSurvey;
using ::testing::UnorderedElementsAre;

class RolesTest : public EveryRole {
 protected:
  using Attempt = std::function<grpc::Status(const std::string& person)>;
  struct Rpc {
    Right right;
    Attempt attempt;
  };

  RolesTest() { AddRpcs(); }

  template <typename Stub, typename Request, typename Response>
  void Add(const char* name, Right right,
           grpc::Status (Stub::*call)(grpc::ClientContext*, const Request&,
                                      Response*),
           const Request& request) {
    rpcs_[name] = {right, [=, this](const std::string& person) {
                     Response response;
                     return Call(call, request, response, person, "");
                   }};
  }
  void AddRpcs();
  void AddReading();
  void AddActs();
  void AddStreams();

  std::map<std::string, Rpc> rpcs_;
};

void RolesTest::AddRpcs() {
  AddReading();
  AddActs();
  AddStreams();
}

void RolesTest::AddReading() {
  using Records = v1::RecordService::Stub;
  Add("GetRecord", Right::kSeeRecords, &Records::GetRecord,
      About<v1::GetRecordRequest>());
  Add("ListRecords", Right::kSeeRecords, &Records::ListRecords,
      Of<v1::ListRecordsRequest>());
  Add("GetHistory", Right::kSeeRecords, &Records::GetHistory,
      About<v1::GetHistoryRequest>());
  Add("ListConflicts", Right::kSeeRecords, &Records::ListConflicts,
      Of<v1::ListConflictsRequest>());
  Add("GetQuarantined", Right::kJudgeQuarantine, &Records::GetQuarantined,
      Of<v1::GetQuarantinedRequest>());
  Add("ListQuarantine", Right::kJudgeQuarantine, &Records::ListQuarantine,
      Of<v1::ListQuarantineRequest>());
  Add("GetProgress", Right::kSeeProgress,
      &v1::ProgressService::Stub::GetProgress, Of<v1::GetProgressRequest>());
  Add("GetSurvey", Right::kSeeSurvey, &v1::SurveyService::Stub::GetSurvey,
      Of<v1::GetSurveyRequest>());
  Add("DescribeLog", Right::kExport, &v1::ExportService::Stub::DescribeLog,
      Of<v1::DescribeLogRequest>());
}

void RolesTest::AddActs() {
  using Records = v1::RecordService::Stub;
  using Surveys = v1::SurveyService::Stub;
  Add("ResolveConflict", Right::kJudgeRecords, &Records::ResolveConflict,
      Acting<v1::ResolveConflictRequest>());
  Add("ReviewRecord", Right::kJudgeRecords, &Records::ReviewRecord,
      Acting<v1::ReviewRecordRequest>());
  auto assign = Acting<v1::AssignRecordRequest>();
  assign.set_assignee("amina");
  Add("AssignRecord", Right::kAssign, &Records::AssignRecord, assign);
  auto assign_all = Of<v1::AssignRecordsRequest>();
  assign_all.set_to_assignee("bola");
  *assign_all.mutable_seen() = Seen();
  Add("AssignRecords", Right::kAssign, &Records::AssignRecords, assign_all);
  Add("DeleteRecord", Right::kDelete, &Records::DeleteRecord,
      Acting<v1::DeleteRecordRequest>());
  Add("RestoreRecord", Right::kDelete, &Records::RestoreRecord,
      Acting<v1::RestoreRecordRequest>());
  Add("EraseRecord", Right::kErase, &Records::EraseRecord,
      About<v1::EraseRecordRequest>());
  Add("EraseExpired", Right::kErase, &Records::EraseExpired,
      Of<v1::EraseExpiredRequest>());
  Add("ReleaseQuarantine", Right::kJudgeQuarantine, &Records::ReleaseQuarantine,
      Of<v1::ReleaseQuarantineRequest>());
  Add("RejectQuarantine", Right::kJudgeQuarantine, &Records::RejectQuarantine,
      Of<v1::RejectQuarantineRequest>());
  Add("UpdateSurvey", Right::kConfigure, &Surveys::UpdateSurvey,
      Of<v1::UpdateSurveyRequest>());
  Add("PublishForm", Right::kPublishForms, &Surveys::PublishForm,
      Of<v1::PublishFormRequest>());
}

void RolesTest::AddStreams() {
  rpcs_["ExportTables"] = {
      Right::kExport, [this](const std::string& person) {
        v1::ExportService::Stub stub(channel_);
        grpc::ClientContext context;
        Name(person, context);
        return Drain<v1::ExportTablesResponse>(
            stub.ExportTables(&context, Of<v1::ExportTablesRequest>()));
      }};
  rpcs_["ExportArrow"] = {Right::kExport, [this](const std::string& person) {
                            v1::ExportService::Stub stub(channel_);
                            grpc::ClientContext context;
                            Name(person, context);
                            v1::ExportArrowRequest request;
                            *request.mutable_export_() =
                                Of<v1::ExportTablesRequest>();
                            return Drain<v1::ExportArrowResponse>(
                                stub.ExportArrow(&context, request));
                          }};
  rpcs_["MakeStartingFile"] = {
      Right::kSeed, [this](const std::string& person) {
        v1::SurveyService::Stub stub(channel_);
        grpc::ClientContext context;
        Name(person, context);
        auto request = Of<v1::MakeStartingFileRequest>();
        request.mutable_bucket()->set_kind(v1::BUCKET_KIND_AREA);
        request.mutable_bucket()->set_name("lga1");
        return Drain<v1::MakeStartingFileResponse>(
            stub.MakeStartingFile(&context, request));
      }};
  rpcs_["ImportRegister"] = {
      Right::kImportRegister, [this](const std::string& person) {
        v1::SurveyService::Stub stub(channel_);
        grpc::ClientContext context;
        Name(person, context);
        v1::ImportRegisterResponse response;
        const auto writer = stub.ImportRegister(&context, &response);
        v1::ImportRegisterRequest message;
        message.mutable_options()->set_survey(SchoolSurvey::kName);
        writer->Write(message);
        writer->WritesDone();
        return writer->Finish();
      }};
  rpcs_["WatchProgress"] = {
      Right::kSeeProgress, [this](const std::string& person) {
        v1::ProgressService::Stub stub(channel_);
        grpc::ClientContext context;
        Name(person, context);
        const auto reader =
            stub.WatchProgress(&context, Of<v1::WatchProgressRequest>());
        v1::WatchProgressResponse first;
        if (reader->Read(&first)) context.TryCancel();
        const grpc::Status status = reader->Finish();
        return status.error_code() == grpc::CANCELLED ? grpc::Status::OK
                                                      : status;
      }};
}

// What is tried is all there is; devices have tests of their own.
TEST_F(RolesTest, KnowsEveryCall) {
  std::vector<std::string> names = {"CreateSurvey", "ListSurveys"};
  for (const auto& [name, rpc] : rpcs_) names.push_back(name);
  std::vector<std::string> there;
  const auto& pool = *google::protobuf::DescriptorPool::generated_pool();
  for (const char* const service :
       {"SurveyService", "RecordService", "ProgressService", "ExportService"}) {
    const auto* const found =
        pool.FindServiceByName(StrCat("chasqui.v1.", service));
    for (int i = 0; i < found->method_count(); ++i) {
      there.push_back(found->method(i)->name());
    }
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(there));
}

TEST_F(RolesTest, EachMayWhatTheTableSays) {
  for (const auto& [name, rpc] : rpcs_) {
    for (const Role role : access::kRolesInOrder) {
      const std::string person = NameOf(role);
      const grpc::Status status = rpc.attempt(person);
      const bool may = access::ReachOf(role, rpc.right) != Reach::kNothing;
      EXPECT_EQ(status.error_code() != grpc::PERMISSION_DENIED, may)
          << name << " as " << person << ": " << status.error_message();
      EXPECT_NE(status.error_code(), grpc::UNAUTHENTICATED) << name;
      if (may) continue;
      EXPECT_THAT(status.error_message(), HasSubstr(access::WhoMay(rpc.right)))
          << name;
    }
  }
}

TEST_F(RolesTest, OthersMayNothing) {
  for (const auto& [name, rpc] : rpcs_) {
    EXPECT_THAT(rpc.attempt(""), HasCode(grpc::UNAUTHENTICATED)) << name;
    EXPECT_THAT(rpc.attempt("mallory"), HasCode(grpc::PERMISSION_DENIED,
                                                "mallory is not of the survey"))
        << name;
    EXPECT_THAT(rpc.attempt("gone"),
                HasCode(grpc::PERMISSION_DENIED, "gone is not of the survey"))
        << name;
  }
}

TEST_F(RolesTest, SurveysAreCreatedByTheirOwners) {
  v1::CreateSurveyRequest request;
  request.set_survey("another");
  v1::Person& owner = *request.mutable_config()->add_people();
  owner.set_name("olu");
  owner.set_role(v1::ROLE_OWNER);
  v1::Person& manager = *request.mutable_config()->add_people();
  manager.set_name("mina");
  manager.set_role(v1::ROLE_SURVEY_MANAGER);
  const auto create = [&](const std::string& person) {
    v1::CreateSurveyResponse response;
    return Call(&v1::SurveyService::Stub::CreateSurvey, request, response,
                person, "");
  };
  EXPECT_THAT(create(""), HasCode(grpc::UNAUTHENTICATED));
  EXPECT_THAT(create("mallory"), HasCode(grpc::PERMISSION_DENIED));
  EXPECT_THAT(create("mina"),
              HasCode(grpc::PERMISSION_DENIED, HasSubstr("only an owner may")));
  EXPECT_THAT(create("olu"), HasCode(grpc::OK));
}

TEST_F(RolesTest, OnlyOnesOwnSurveysAreListed) {
  const auto list = [&](const std::string& person) {
    v1::ListSurveysResponse response;
    const grpc::Status status =
        Call(&v1::SurveyService::Stub::ListSurveys, v1::ListSurveysRequest(),
             response, person, "");
    return std::pair(status.error_code(), response.surveys_size());
  };
  EXPECT_EQ(list("the-analyst"), std::pair(grpc::OK, 1));
  EXPECT_EQ(list("the-enumerator"), std::pair(grpc::OK, 0));
  EXPECT_EQ(list("mallory"), std::pair(grpc::OK, 0));
  EXPECT_EQ(list("").first, grpc::UNAUTHENTICATED);
}

TEST(RolesTableTest, NamesThoseWhoMay) {
  EXPECT_EQ(access::WhoMay(Right::kCreateSurveys), "owner");
  EXPECT_EQ(access::WhoMay(Right::kConfigure), "owner or survey manager");
  EXPECT_EQ(access::WhoMay(Right::kAssign),
            "owner, survey manager or supervisor");
}

TEST(RolesTableTest, DeniesWhatIsNotInIt) {
  for (const access::RightRow& row : access::kRights) {
    EXPECT_EQ(access::ReachOf(Role::kNone, row.right), Reach::kNothing);
    EXPECT_EQ(access::ReachOf(Role::kRegister, row.right), Reach::kNothing);
    EXPECT_EQ(access::ReachOf(static_cast<Role>(99), row.right),
              Reach::kNothing);
  }
}

}  // namespace
}  // namespace chasqui::server
