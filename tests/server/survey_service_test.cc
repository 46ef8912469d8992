#include <string>

#include "server/limits.h"
#include "tests/server/running_server.h"

namespace chasqui::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::SchoolForm;
using testing::SchoolSurvey;
using ::testing::SizeIs;
using SurveyStub = v1::SurveyService::Stub;

class SurveyServiceTest : public RunningServer {
 protected:
  // As the operator.
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (SurveyStub::*call)(grpc::ClientContext*,
                                                     const Request&, Response*),
                    const Request& request, Response& response) const {
    return RunningServer::Call(call, request, response, "");
  }

  static v1::CreateSurveyRequest Creation(const std::string& name) {
    v1::CreateSurveyRequest request;
    request.set_survey(name);
    v1::Person& person = *request.mutable_config()->add_people();
    person.set_name("amina");
    person.set_role(v1::ROLE_ENUMERATOR);
    return request;
  }

  grpc::Status Create(const v1::CreateSurveyRequest& request) const {
    v1::CreateSurveyResponse response;
    return Call(&SurveyStub::CreateSurvey, request, response);
  }

  grpc::Status Publish(const std::string& xform) {
    v1::PublishFormRequest request;
    request.set_survey(SchoolSurvey::kName);
    request.set_xform(xform);
    return Call(&SurveyStub::PublishForm, request, published_);
  }

  // Uploads `csv` in chunks of `chunk` bytes.
  grpc::Status Import(const v1::RegisterOptions& options,
                      const std::string& csv, std::size_t chunk = 1000) {
    SurveyStub stub(channel_);
    grpc::ClientContext context;
    imported_.Clear();
    const auto writer = stub.ImportRegister(&context, &imported_);
    v1::ImportRegisterRequest message;
    *message.mutable_options() = options;
    message.mutable_options()->set_file_bytes(csv.size());
    writer->Write(message);
    for (std::size_t at = 0; at < csv.size(); at += chunk) {
      message.set_chunk(csv.substr(at, chunk));
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }

  static v1::RegisterOptions Columns() {
    v1::RegisterOptions options;
    options.set_survey(SchoolSurvey::kName);
    options.set_id_column("key");
    options.set_area_column("lga");
    return options;
  }

  v1::PublishFormResponse published_;
  v1::ImportRegisterResponse imported_;
};

TEST_F(SurveyServiceTest, CreatesListsAndShows) {
  EXPECT_THAT(Create(Creation("roads")), HasCode(grpc::OK));
  v1::ListSurveysResponse list;
  ASSERT_THAT(Call(&SurveyStub::ListSurveys, v1::ListSurveysRequest(), list),
              HasCode(grpc::OK));
  ASSERT_THAT(list.surveys(), SizeIs(2));
  EXPECT_EQ(list.surveys(0).survey(), "roads");
  EXPECT_EQ(list.surveys(1).survey(), "schools");

  v1::GetSurveyRequest request;
  request.set_survey("schools");
  v1::GetSurveyResponse survey;
  ASSERT_THAT(Call(&SurveyStub::GetSurvey, request, survey), HasCode(grpc::OK));
  EXPECT_THAT(survey.config().people(), SizeIs(3));
  EXPECT_EQ(survey.config().people(2).role(), v1::ROLE_SUPERVISOR);
  EXPECT_EQ(survey.config().durability(), v1::DURABILITY_ACCEPTED);
  EXPECT_EQ(survey.config().policies(0).policy(), v1::CONFLICT_POLICY_REVIEW);
  EXPECT_THAT(survey.forms(), SizeIs(1));
  EXPECT_EQ(survey.head(), schools_.Head().seq);

  request.set_survey("rivers");
  EXPECT_THAT(Call(&SurveyStub::GetSurvey, request, survey),
              HasCode(grpc::NOT_FOUND, HasSubstr("rivers")));
}

TEST_F(SurveyServiceTest, RefusesWhatIsNoSurvey) {
  EXPECT_THAT(Create(Creation("schools")), HasCode(grpc::ALREADY_EXISTS));
  EXPECT_THAT(Create(Creation("a/b")),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(Create(Creation(std::string(64, 'x'))), HasCode(grpc::OK));
  EXPECT_THAT(Create(Creation(std::string(65, 'x'))),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  v1::CreateSurveyRequest nobody = Creation("nobody");
  nobody.mutable_config()->mutable_people(0)->clear_role();
  EXPECT_THAT(Create(nobody),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("role")));
  v1::CreateSurveyRequest lost = Creation("lost");
  lost.mutable_config()->add_areas()->set_code("lga");
  lost.mutable_config()->mutable_areas(0)->set_parent("nowhere");
  EXPECT_THAT(Create(lost), HasCode(grpc::StatusCode::INVALID_ARGUMENT,
                                    HasSubstr("nowhere")));
}

TEST_F(SurveyServiceTest, UpdatesTheConfiguration) {
  v1::GetSurveyRequest get;
  get.set_survey("schools");
  v1::GetSurveyResponse survey;
  ASSERT_THAT(Call(&SurveyStub::GetSurvey, get, survey), HasCode(grpc::OK));
  v1::UpdateSurveyRequest request;
  request.set_survey("schools");
  *request.mutable_config() = survey.config();
  request.mutable_config()->set_closed(true);
  v1::UpdateSurveyResponse response;
  ASSERT_THAT(Call(&SurveyStub::UpdateSurvey, request, response),
              HasCode(grpc::OK));
  EXPECT_TRUE(schools_.Read()->survey().config.closed);
  // Days have been counted in the offset: it cannot move.
  request.mutable_config()->set_utc_offset_minutes(0);
  EXPECT_THAT(Call(&SurveyStub::UpdateSurvey, request, response),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
}

TEST_F(SurveyServiceTest, PublishesFormsWithTheirNumbers) {
  ASSERT_THAT(Publish(SchoolForm("2")), HasCode(grpc::OK));
  EXPECT_FALSE(published_.already());
  const v1::FormVersion& form = published_.form();
  EXPECT_EQ(form.number(), 2);
  EXPECT_EQ(form.version(), "2");
  EXPECT_THAT(form.repeats(), SizeIs(2));
  EXPECT_EQ(form.repeats(1).parent(), form.repeats(0).number());
  const auto find = [&form](const std::string& path) {
    for (const v1::FormField& field : form.fields()) {
      if (field.path() == path) return field;
    }
    return v1::FormField();
  };
  EXPECT_EQ(find("name").number(), schools_.Field("name"));
  EXPECT_EQ(find("water").type(), v1::FIELD_TYPE_CHOICE);
  EXPECT_THAT(find("water").choice_numbers(), ::testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(find("services").policy(), v1::CONFLICT_POLICY_UNION);
  EXPECT_EQ(find("class/pupil/name").repeat(), form.repeats(1).number());
  EXPECT_TRUE(find("hello").note());

  ASSERT_THAT(Publish(SchoolForm("2")), HasCode(grpc::OK));
  EXPECT_TRUE(published_.already());
  EXPECT_EQ(published_.form().number(), 2);
}

TEST_F(SurveyServiceTest, RefusesWhatIsNoForm) {
  EXPECT_THAT(Publish("not xml"), HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(
      Publish("PK\x03\x04 a spreadsheet"),
      HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("pyxform")));
  std::string other = SchoolForm("1");
  other.replace(other.find("Pupils"), 6, "Kids!!");
  EXPECT_THAT(Publish(other), HasCode(grpc::ALREADY_EXISTS));
  EXPECT_THAT(Publish("<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>"),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
}

TEST_F(SurveyServiceTest, AttachmentsHaveAName) {
  v1::PublishFormRequest request;
  request.set_survey(SchoolSurvey::kName);
  request.set_xform(SchoolForm("2"));
  v1::FormAttachment& file = *request.add_attachments();
  file.set_name(std::string(255, 'x'));
  EXPECT_THAT(Call(&SurveyStub::PublishForm, request, published_),
              HasCode(grpc::OK));
  file.set_name(std::string(256, 'x'));
  EXPECT_THAT(Call(&SurveyStub::PublishForm, request, published_),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("255")));
  file.set_name("../x");
  EXPECT_THAT(Call(&SurveyStub::PublishForm, request, published_),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
}

TEST_F(SurveyServiceTest, LoadsARegisterOfManyGroups) {
  std::string csv = "key,lga,name\n";
  for (int i = 0; i < 2500; ++i)
    csv += StrCat("s", i, ",lga1,School ", i, "\n");
  ASSERT_THAT(Import(Columns(), csv), HasCode(grpc::OK));
  EXPECT_EQ(imported_.rows(), 2500);
  EXPECT_EQ(imported_.created(), 2500);
  EXPECT_EQ(imported_.quarantined(), 0);
  const Seq head = schools_.Head().seq;
  ASSERT_THAT(Import(Columns(), csv), HasCode(grpc::OK));
  EXPECT_EQ(imported_.unchanged(), 2500);
  EXPECT_EQ(schools_.Head().seq, head);
}

TEST_F(SurveyServiceTest, ARegisterWithAnErrorWritesNothing) {
  const Seq head = schools_.Head().seq;
  EXPECT_THAT(Import(Columns(), "key,lga,pupils\ns1,lga1,1\ns2,lga1,many\n"),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT,
                      AllOf(HasSubstr("line 3"), HasSubstr("many"))));
  EXPECT_EQ(schools_.Head().seq, head);
  v1::RegisterOptions options = Columns();
  options.set_survey("rivers");
  EXPECT_THAT(Import(options, "key,lga\n"), HasCode(grpc::NOT_FOUND));
  options = Columns();
  options.clear_area_column();
  EXPECT_THAT(Import(options, "key,lga\n"),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
}

TEST_F(SurveyServiceTest, ChunksHaveALimit) {
  const std::string csv = "key,lga\n" + std::string(600 << 10, '\n');
  EXPECT_THAT(Import(Columns(), csv, kRegisterChunkBytesMax),
              HasCode(grpc::OK));
  EXPECT_THAT(Import(Columns(), csv, kRegisterChunkBytesMax + 1),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("262144")));
}

TEST_F(SurveyServiceTest, AnUploadThatWasCutLoadsNothing) {
  const Seq head = schools_.Head().seq;
  SurveyStub stub(channel_);
  grpc::ClientContext context;
  const auto writer = stub.ImportRegister(&context, &imported_);
  v1::ImportRegisterRequest message;
  *message.mutable_options() = Columns();
  message.mutable_options()->set_file_bytes(100);
  writer->Write(message);
  message.set_chunk("key,lga\ns1,lga1\n");
  writer->Write(message);
  writer->WritesDone();
  EXPECT_THAT(writer->Finish(),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("100")));
  EXPECT_EQ(schools_.Head().seq, head);
}

TEST_F(SurveyServiceTest, OptionsComeFirstAndOnce) {
  SurveyStub stub(channel_);
  grpc::ClientContext context;
  const auto writer = stub.ImportRegister(&context, &imported_);
  v1::ImportRegisterRequest message;
  message.set_chunk("key,lga\n");
  writer->Write(message);
  writer->WritesDone();
  EXPECT_THAT(writer->Finish(), HasCode(grpc::StatusCode::INVALID_ARGUMENT,
                                        HasSubstr("options")));
}

}  // namespace
}  // namespace chasqui::server
