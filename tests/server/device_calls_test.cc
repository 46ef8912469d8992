// Devices that call: with tokens that are good, and with all that are not.

#include <string>

#include "sync/seal/envelope.h"
#include "sync/seal/proof.h"
#include "tests/server/credential_server.h"

namespace chasqui::server {
namespace {

using ::testing::HasSubstr;
using testing::School;

using DeviceCallsTest = CredentialServer;

TEST_F(DeviceCallsTest, ADeviceComesInAndPulls) {
  schools_.Deliver("t9", schools_.Creation("amina", School(1), "lga1", "One"));
  v1::EnrolRequest enrol;
  enrol.set_code(*organisation_->Invite("", "amina", access::kCodeDefaultMs));
  enrol.set_device("t1");
  enrol.set_public_key(std::string(key_.public_key().view()));
  v1::EnrolResponse in;
  ASSERT_THAT(Call(&v1::AccessService::Stub::Enrol, enrol, in, ""),
              HasCode(grpc::OK));
  EXPECT_EQ(in.person(), "amina");
  ASSERT_EQ(in.surveys_size(), 1);
  EXPECT_EQ(in.surveys(0), testing::SchoolSurvey::kName);
  EXPECT_EQ(in.server_key(), keyring_->own().public_key().view());
  v1::SyncResponse news;
  ASSERT_THAT(Sync(Pull("amina"), news, Text(in.token())), HasCode(grpc::OK));
  EXPECT_EQ(news.surveys(0).error_message(), "");
  EXPECT_GT(news.surveys(0).buckets_size(), 0);
  EXPECT_EQ(news.token(), "") << "the one it has is good";
}

TEST_F(DeviceCallsTest, ANameKnownByAnotherKeyIsNotEnrolled) {
  ASSERT_TRUE(keyring_->Meet("t1", seal::KeyPair::Draw().public_key()).ok());
  v1::EnrolRequest enrol;
  enrol.set_code(*organisation_->Invite("", "amina", access::kCodeDefaultMs));
  enrol.set_device("t1");
  enrol.set_public_key(std::string(key_.public_key().view()));
  v1::EnrolResponse in;
  EXPECT_THAT(Call(&v1::AccessService::Stub::Enrol, enrol, in, ""),
              HasCode(grpc::FAILED_PRECONDITION, HasSubstr("another name")));
  enrol.set_device("t2");
  EXPECT_THAT(Call(&v1::AccessService::Stub::Enrol, enrol, in, ""),
              HasCode(grpc::OK))
      << "the code is unused";
  enrol.set_public_key("no key");
  EXPECT_THAT(Call(&v1::AccessService::Stub::Enrol, enrol, in, ""),
              HasCode(grpc::INVALID_ARGUMENT));
}

TEST_F(DeviceCallsTest, WhatIsNotGoodIsRefusedAndTheTimeTold) {
  const std::string token = TokenOf("t1");
  const access::TokenKey others(seal::KeyPair::Draw());
  std::string altered = token;
  altered[3] ^= 1;
  v1::SyncResponse news;
  for (const std::string& bearer :
       {std::string(), Text(altered), std::string("no base64!"),
        Text(others.Issue(
            {access::TokenKind::kDevice, "t1", 1, 4'000'000'000'000})),
        KeyOf("amina"), std::string(2000, 'A')}) {
    EXPECT_THAT(Sync(Pull("amina"), news, bearer),
                HasCode(grpc::UNAUTHENTICATED))
        << bearer;
    EXPECT_EQ(context_->GetServerTrailingMetadata().count("chasqui-now-ms"),
              1U);
  }
}

TEST_F(DeviceCallsTest, AProofRenewsOnce) {
  const std::string token = TokenOf("t1");
  const std::string proof =
      seal::MakeProof(key_, token, absl::ToUnixMillis(schools_.clock().Now()));
  v1::SyncResponse news;
  ASSERT_THAT(Sync(Pull("amina"), news, Text(token), proof), HasCode(grpc::OK));
  EXPECT_NE(news.token(), "");
  EXPECT_GT(news.token_expires_ms(), 0);
  EXPECT_THAT(Sync(Pull("amina"), news, Text(news.token())), HasCode(grpc::OK));
  EXPECT_THAT(Sync(Pull("amina"), news, Text(token), proof),
              HasCode(grpc::UNAUTHENTICATED, HasSubstr("shown before")));
}

TEST_F(DeviceCallsTest, ItIsOfOnePersonWhateverItSays) {
  const std::string token = TokenOf("t1");
  v1::SyncResponse news;
  ASSERT_THAT(Sync(Pull("bola"), news, Text(token)), HasCode(grpc::OK));
  EXPECT_EQ(news.surveys(0).error_code(), grpc::PERMISSION_DENIED);
  EXPECT_EQ(news.surveys(0).error_message(),
            "the device is amina's, not bola's");
  EXPECT_EQ(news.surveys(0).buckets_size(), 0);
}

// What it says of who wrote a change is no better: it waits for a person, and
// has no more weight than its author.
TEST_F(DeviceCallsTest, AChangeInAnothersNameWaits) {
  const std::string token = TokenOf("t1");
  v1::SyncResponse news;
  ASSERT_THAT(Sync(Push("t1", "amina",
                        schools_.Creation("sani", School(1), "lga1", "Forged")),
                   news, Text(token)),
              HasCode(grpc::OK));
  ASSERT_EQ(news.surveys(0).outcomes_size(), 1);
  EXPECT_EQ(news.surveys(0).outcomes(0).outcome().reason(),
            v1::QUARANTINE_REASON_OTHER_PERSON);
  EXPECT_FALSE(schools_.Read()->FindRecord(School(1))->has_value());
}

// What was sealed for the server by a device, and is brought by anybody.
class CardsTest : public CredentialServer {
 protected:
  grpc::Status Bring(const std::string& device, v1::HandInResponse& receipt) {
    v1::SyncRequest request =
        Push(device, "amina",
             schools_.Creation("amina", School(1), "lga1", "On a card"));
    request.mutable_surveys(0)->set_pull(false);
    v1::HandInRequest brought;
    brought.set_sealed(
        *seal::Seal({seal::Kind::kBatch, device, request.SerializeAsString()},
                    key_, keyring_->own().public_key()));
    return Call(&v1::SyncService::Stub::HandIn, brought, receipt, "");
  }
};

TEST_F(CardsTest, AnEnrolledDevicesIsTaken) {
  TokenOf("t1");
  v1::HandInResponse receipt;
  ASSERT_THAT(Bring("t1", receipt), HasCode(grpc::OK));
  EXPECT_EQ(receipt.quarantined(), 0U);
  EXPECT_TRUE(schools_.Read()->FindRecord(School(1))->has_value());
}

// Lost work of one that was stopped is still work.
TEST_F(CardsTest, ARevokedDevicesWaitsForAPerson) {
  TokenOf("t1");
  ASSERT_TRUE(
      organisation_->ChangeDevice("", "t1", access::v1::DEVICE_STATE_REVOKED)
          .ok());
  v1::HandInResponse receipt;
  ASSERT_THAT(Bring("t1", receipt), HasCode(grpc::OK));
  EXPECT_EQ(receipt.quarantined(), 1U);
}

TEST_F(CardsTest, OneOfNobodyIsRefusedAndTakesNoName) {
  v1::HandInResponse receipt;
  EXPECT_THAT(Bring("t1", receipt),
              HasCode(grpc::UNAUTHENTICATED, HasSubstr("no device t1")));
  EXPECT_FALSE(keyring_->Find("t1").has_value());
}

TEST_F(DeviceCallsTest, AStreamBringsANewTokenOnce) {
  const std::string token = TokenOf("t1");
  v1::SyncService::Stub stub(channel_);
  grpc::ClientContext context;
  Show(Text(token),
       seal::MakeProof(key_, token, absl::ToUnixMillis(schools_.clock().Now())),
       context);
  const auto stream = stub.SyncStream(&context);
  v1::SyncRequest request = Pull("amina");
  request.set_remembers(true);
  v1::SyncResponse news;
  ASSERT_TRUE(stream->Write(request) && stream->Read(&news));
  EXPECT_NE(news.token(), "");
  ASSERT_TRUE(stream->Write(request) && stream->Read(&news));
  EXPECT_EQ(news.token(), "");
}

TEST_F(DeviceCallsTest, WhatPeopleDoItMayNot) {
  v1::ListRecordsRequest request;
  request.set_survey(testing::SchoolSurvey::kName);
  v1::ListRecordsResponse response;
  EXPECT_THAT(Call(&v1::RecordService::Stub::ListRecords, request, response,
                   Text(TokenOf("t1", "sani"))),
              HasCode(grpc::PERMISSION_DENIED, HasSubstr("a device collects")));
}

// A stream that was open before knows of it at its next exchange.
TEST_F(DeviceCallsTest, LocksAndRevocationsReachOpenStreams) {
  v1::SyncService::Stub stub(channel_);
  grpc::ClientContext context;
  Show(Text(TokenOf("t1")), "", context);
  const auto stream = stub.SyncStream(&context);
  v1::SyncResponse news;
  ASSERT_TRUE(stream->Write(Pull("amina")) && stream->Read(&news));
  EXPECT_EQ(news.surveys(0).error_code(), 0);
  ASSERT_TRUE(
      organisation_->ChangeDevice("", "t1", access::v1::DEVICE_STATE_LOCKED)
          .ok());
  ASSERT_TRUE(stream->Write(Pull("amina")) && stream->Read(&news));
  EXPECT_EQ(news.surveys(0).error_code(), grpc::PERMISSION_DENIED);
  EXPECT_THAT(news.surveys(0).error_message(), HasSubstr("is locked"));
  ASSERT_TRUE(
      organisation_->ChangeDevice("", "t1", access::v1::DEVICE_STATE_REVOKED)
          .ok());
  stream->Write(Pull("amina"));
  EXPECT_FALSE(stream->Read(&news));
  EXPECT_THAT(stream->Finish(), HasCode(grpc::UNAUTHENTICATED));
}

TEST_F(DeviceCallsTest, OneToBeWipedIsToldUntilItSaysThatItIs) {
  const std::string token = TokenOf("t1");
  ASSERT_TRUE(
      organisation_->ChangeDevice("", "t1", access::v1::DEVICE_STATE_WIPING)
          .ok());
  v1::SyncResponse news;
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Sync(Pull("amina"), news, Text(token)), HasCode(grpc::OK));
    EXPECT_TRUE(news.wipe());
  }
  v1::SyncRequest wiped;
  wiped.set_wiped(true);
  ASSERT_THAT(Sync(wiped, news, Text(token)), HasCode(grpc::OK));
  EXPECT_EQ(organisation_->members().devices.at("t1").state,
            access::v1::DEVICE_STATE_WIPED);
  EXPECT_THAT(Sync(Pull("amina"), news, Text(token)),
              HasCode(grpc::UNAUTHENTICATED, HasSubstr("is wiped")));
}

// Nobody asked it to.
TEST_F(DeviceCallsTest, OneThatWasNotToldCannotSayThatItIsWiped) {
  v1::SyncRequest wiped;
  wiped.set_wiped(true);
  v1::SyncResponse news;
  ASSERT_THAT(Sync(wiped, news, Text(TokenOf("t1"))), HasCode(grpc::OK));
  EXPECT_EQ(organisation_->members().devices.at("t1").state,
            access::v1::DEVICE_STATE_ACTIVE);
}

}  // namespace
}  // namespace chasqui::server
