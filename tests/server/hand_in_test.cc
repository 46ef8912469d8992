// HandIn over a real connection: what is taken, and what is refused and why.

#include <memory>
#include <string>

#include "server/keyring.h"
#include "sync/change.h"
#include "sync/seal/envelope.h"
#include "tests/server/running_server.h"
#include "tests/testing/fresh_directory.h"

namespace chasqui::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::School;
using testing::SchoolSurvey;

class HandInTest : public ::testing::Test {
 protected:
  HandInTest()
      : log_(schools_.clock(), nullptr),
        keyring_(*Keyring::Open(keys_.path(), 2)) {
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    auto server = Server::Start(
        options,
        {{"main", &schools_.catalog(), &authenticator_, keyring_.get()}},
        schools_.clock(), log_);
    CHECK(server.ok());
    server_ = *std::move(server);
    stub_ = v1::SyncService::NewStub(
        grpc::CreateChannel(StrCat("127.0.0.1:", server_->port()),
                            grpc::InsecureChannelCredentials()));
  }

  // What `device` has to say: its first change.
  static v1::SyncRequest Said(const std::string& device = "tablet") {
    v1::SyncRequest request;
    v1::SurveyExchange& survey = *request.add_surveys();
    survey.set_survey(SchoolSurvey::kName);
    survey.set_person("amina");
    Change change;
    change.record = School(7);
    change.creates = true;
    change.form = 1;
    change.person = "amina";
    Op area;
    area.at.field = kAreaField;
    area.value = Value::Text("lga1");
    Op status;
    status.kind = OpKind::kSetStatus;
    status.to = RecordStatus::kSubmitted;
    change.ops = {area, status};
    v1::ChangeBatch& batch = *survey.mutable_batch();
    batch.set_first(1);
    batch.set_before(
        std::string(ChainStart(SchoolSurvey::kName, device).view()));
    batch.add_changes(EncodeChange(change));
    return request;
  }
  std::string Sealed(const std::string& content,
                     const std::string& device = "tablet") const {
    return *seal::Seal({seal::Kind::kBatch, device, content}, device_,
                       keyring_->own().public_key());
  }
  grpc::Status HandIn(const std::string& sealed,
                      v1::HandInResponse* response = nullptr) const {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
    v1::HandInRequest request;
    request.set_sealed(sealed);
    v1::HandInResponse unread;
    return stub_->HandIn(&context, request,
                         response == nullptr ? &unread : response);
  }
  grpc::Status HandIn(const v1::SyncRequest& said) const {
    return HandIn(Sealed(said.SerializeAsString()));
  }

  testing::SchoolSurvey schools_;
  const MetadataAuthenticator authenticator_;
  EventLog log_;
  const testing::FreshDirectory keys_;
  const std::unique_ptr<Keyring> keyring_;
  const seal::KeyPair device_ = seal::KeyPair::Draw();
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::SyncService::Stub> stub_;
};

// Of a device that nobody has met: the key in its file becomes its own.
TEST_F(HandInTest, AFirstBatchMayComeInAFile) {
  v1::HandInResponse response;
  ASSERT_THAT(HandIn(Sealed(Said().SerializeAsString()), &response),
              HasCode(grpc::OK));
  EXPECT_EQ(response.device(), "tablet");
  EXPECT_EQ(response.taken(), 1U);
  EXPECT_TRUE(schools_.Read()->FindRecord(School(7))->has_value());
  const auto opened =
      seal::Open(response.receipt(), seal::Kind::kReceipt, device_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->signer, keyring_->own().public_key());
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(opened->message.content));
  ASSERT_EQ(receipt.runs_size(), 1);
  EXPECT_EQ(receipt.runs(0).first(), 1U);
  EXPECT_EQ(receipt.runs(0).last().number(), 1U);
  EXPECT_EQ(receipt.runs(0).last().h(), receipt.answer().surveys(0).end().h());
  EXPECT_TRUE(receipt.answer().surveys(0).has_lineage());

  const auto other = seal::KeyPair::Draw();
  EXPECT_EQ(*keyring_->Meet("tablet", other.public_key()),
            device_.public_key());
}

TEST_F(HandInTest, AnotherKeyForAKnownDeviceIsRefused) {
  const auto first = seal::KeyPair::Draw();
  ASSERT_TRUE(keyring_->Meet("tablet", first.public_key()).ok());
  const Position head = schools_.Head();
  EXPECT_THAT(HandIn(Said()),
              HasCode(grpc::PERMISSION_DENIED,
                      AllOf(HasSubstr("device tablet"),
                            HasSubstr(seal::ToText(device_.public_key())),
                            HasSubstr(seal::ToText(first.public_key())))));
  EXPECT_EQ(schools_.Head(), head);
}

TEST_F(HandInTest, WhatIsNotAsItWasSealedIsRefused) {
  std::string sealed = Sealed(Said().SerializeAsString());
  EXPECT_THAT(HandIn(""),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("no sealed file")));
  EXPECT_THAT(HandIn(sealed.substr(0, sealed.size() - 1)),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("cut short")));
  sealed.back() = static_cast<char>(sealed.back() ^ 0x10);
  EXPECT_THAT(HandIn(sealed),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("damaged")));
  const auto other = seal::KeyPair::Draw();
  EXPECT_THAT(HandIn(*seal::Seal({seal::Kind::kBatch, "tablet", "x"}, device_,
                                 other.public_key())),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("sealed to key")));
}

TEST_F(HandInTest, WhatIsSealedMustStandAlone) {
  EXPECT_THAT(HandIn(Sealed("\xff\xff rubbish")),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("no request")));
  EXPECT_THAT(HandIn(v1::SyncRequest()),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("of no survey")));
  v1::SyncRequest nested = Said();
  nested.set_carried("another");
  EXPECT_THAT(HandIn(nested),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("carries another")));
  v1::SyncRequest columns = Said();
  columns.mutable_surveys(0)->mutable_batch()->clear_changes();
  columns.mutable_surveys(0)->mutable_batch()->set_columns("short names");
  EXPECT_THAT(HandIn(columns),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("as rows")));
  v1::SyncRequest nothing = Said();
  nothing.mutable_surveys(0)->clear_batch();
  EXPECT_THAT(HandIn(nothing),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("must be a batch")));
  v1::SyncRequest elsewhere = Said();
  elsewhere.mutable_surveys(0)->set_survey("wells");
  EXPECT_THAT(HandIn(elsewhere), HasCode(grpc::NOT_FOUND, HasSubstr("wells")));
}

// A pull would tell whoever has the file what the device may see.
TEST_F(HandInTest, NothingIsPulledForIt) {
  v1::SyncRequest said = Said();
  said.mutable_surveys(0)->set_pull(true);
  v1::HandInResponse response;
  ASSERT_THAT(HandIn(Sealed(said.SerializeAsString()), &response),
              HasCode(grpc::OK));
  const auto opened =
      seal::Open(response.receipt(), seal::Kind::kReceipt, device_);
  ASSERT_TRUE(opened.ok());
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(opened->message.content));
  EXPECT_EQ(receipt.answer().surveys(0).buckets_size(), 0);
  EXPECT_EQ(receipt.answer().surveys(0).cursor(), "");
}

TEST_F(HandInTest, KeysHaveALimit) {
  const auto key = seal::KeyPair::Draw().public_key();
  ASSERT_TRUE(keyring_->Meet("one", key).ok());
  ASSERT_TRUE(keyring_->Meet("two", key).ok());
  EXPECT_THAT(HandIn(Said()),
              HasCode(grpc::RESOURCE_EXHAUSTED, HasSubstr("2 devices")));
}

class NoKeyTest : public RunningServer {};

TEST_F(NoKeyTest, AServerWithoutAKeyTakesNoSealedFiles) {
  v1::HandInResponse response;
  EXPECT_THAT(
      Call(&v1::SyncService::Stub::HandIn, v1::HandInRequest(), response),
      HasCode(grpc::FAILED_PRECONDITION, HasSubstr("no key")));
}

}  // namespace
}  // namespace chasqui::server
