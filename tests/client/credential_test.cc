// What a device shows, when it proves its key, and what it makes of a clock
// that is wrong.

#include "client/credential.h"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/device.h"
#include "client/device_keys.h"
#include "client/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/seal/proof.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using chasqui::testing::StatusIs;

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr std::int64_t kHourMs = 3'600'000;

class CredentialTest : public ::testing::Test {
 protected:
  // Good until then, told at kNow.
  Credential Until(std::int64_t expires_ms) {
    Credential credential("token", expires_ms);
    credential.Told(kNow, clock_);
    return credential;
  }
  std::int64_t ProvedAt(const std::string& proof) {
    const auto shown = seal::CheckProof(key_.public_key(), "token", proof);
    EXPECT_OK(shown);
    return shown.ok() ? shown->at_ms : 0;
  }

  const seal::KeyPair key_ = seal::KeyPair::Draw();
  TabletClock clock_;
};

TEST_F(CredentialTest, KnowsTheServersClockWhateverItsOwnSays) {
  Credential credential = Until(kNow + 12 * kHourMs);
  clock_.mono_ms += 5'000;
  clock_.wall_ms -= 400 * 24 * kHourMs;  // somebody set it
  EXPECT_EQ(credential.ServerNow(clock_), kNow + 5'000);
  clock_.wall_ms += 400 * 24 * kHourMs;
  // Since it started again only the wall clock tells.
  clock_.boot = "another";
  clock_.mono_ms = 0;
  clock_.wall_ms += 60'000;
  EXPECT_EQ(credential.ServerNow(clock_), kNow + 60'000);
}

TEST_F(CredentialTest, ProvesItsKeyOnlyWhereTheTokenIsNotGoodForLong) {
  const Credential good = Until(kNow + 12 * kHourMs);
  EXPECT_EQ(good.ToShow(key_, clock_, false).token, "token");
  EXPECT_EQ(good.ToShow(key_, clock_, false).proof, "");
  EXPECT_EQ(ProvedAt(good.ToShow(key_, clock_, true).proof), kNow);
  const Credential late = Until(kNow + kHourMs - 1);
  EXPECT_EQ(ProvedAt(late.ToShow(key_, clock_, false).proof), kNow);
  EXPECT_EQ(Credential().ToShow(key_, clock_, true).token, "");
  EXPECT_EQ(Credential().ToShow(key_, clock_, true).proof, "");
}

TEST_F(CredentialTest, IsKeptAndReadAgain) {
  MemoryStore store;
  ASSERT_OK_AND_ASSIGN(Credential none, LoadCredential(store));
  EXPECT_TRUE(none.empty());
  StoreBatch batch;
  PutCredential(Until(kNow + 12 * kHourMs), batch);
  ASSERT_OK(store.Commit(batch));
  ASSERT_OK_AND_ASSIGN(const Credential kept, LoadCredential(store));
  EXPECT_EQ(kept.Encode(), Until(kNow + 12 * kHourMs).Encode());
  const std::string bytes = kept.Encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(Credential::Decode(bytes.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

// Answers as it is told.
class ToldTransport final : public Transport {
 public:
  void Send(std::uint64_t id, const Request& request) override {
    sent.push_back(request);
    Completion completion = answers.front();
    answers.pop_front();
    completion.id = id;
    arrived = std::move(completion);
  }
  std::optional<Completion> Poll() override {
    return std::exchange(arrived, std::nullopt);
  }
  void Cancel(std::uint64_t) override {}

  std::deque<Completion> answers;
  std::vector<Request> sent;
  std::optional<Completion> arrived;
};

class LetInTest : public CredentialTest {
 protected:
  LetInTest() {
    StoreBatch batch;
    PutOwnKey(key_, batch);
    PutCredential(Until(kNow - kHourMs), batch);  // months ago
    CHECK(store_.Commit(batch).ok());
    Open();
  }
  void Open() {
    device_ = *Device::Open("t1", store_, clock_, &transport_,
                            [this] { return random_ += 7; });
    CHECK(device_->Join("schools", "amina").ok());
  }

  void Answer(absl::StatusOr<Response> response,
              std::int64_t server_now_ms = 0) {
    transport_.answers.push_back({0, std::move(response), 0, server_now_ms});
  }
  static Response Renewing(const std::string& token) {
    Response response;
    response.received_ms = kNow;
    response.token = token;
    response.token_expires_ms = kNow + 12 * kHourMs;
    response.surveys.emplace_back().survey = "schools";
    return response;
  }
  absl::Status Sync() {
    device_->Sync({});
    for (int step = 0; step < 20 && device_->state() != SyncState::kIdle;
         ++step) {
      CHECK(device_->Step(step).ok());
    }
    EXPECT_EQ(device_->state(), SyncState::kIdle);
    return device_->sync_status();
  }

  MemoryStore store_;
  ToldTransport transport_;
  std::uint64_t random_ = 1;
  std::unique_ptr<Device> device_;
};

TEST_F(LetInTest, RenewsItsTokenInTheExchangeThatShowsTheOldOne) {
  Answer(Renewing("another token"));
  Answer(Response{});
  ASSERT_OK(Sync());
  ASSERT_EQ(transport_.sent.size(), 1U);
  EXPECT_EQ(transport_.sent[0].shown.token, "token");
  EXPECT_EQ(ProvedAt(transport_.sent[0].shown.proof), kNow);
  Open();
  ASSERT_OK(Sync());
  EXPECT_EQ(transport_.sent.back().shown.token, "another token");
  EXPECT_EQ(transport_.sent.back().shown.proof, "");
}

TEST_F(LetInTest, AWrongClockCostsOneMoreExchangeAndLocksNobodyOut) {
  clock_.boot = "another";  // nothing is known of the time between
  clock_.wall_ms = 5;
  Answer(absl::UnauthenticatedError("has expired"), kNow + 77);
  Answer(Renewing("another token"));
  ASSERT_OK(Sync());
  ASSERT_EQ(transport_.sent.size(), 2U);
  EXPECT_EQ(transport_.sent[0].shown.proof, "") << "the token seemed good";
  EXPECT_EQ(ProvedAt(transport_.sent[1].shown.proof), kNow + 77);
}

TEST_F(LetInTest, WhatIsRefusedTwiceIsTold) {
  Answer(absl::UnauthenticatedError("of another time"), kNow + 77);
  Answer(absl::UnauthenticatedError("device t1 is revoked"), kNow + 78);
  EXPECT_THAT(Sync(), StatusIs(absl::StatusCode::kUnauthenticated,
                               "device t1 is revoked"));
  EXPECT_EQ(transport_.sent.size(), 2U);
}

TEST_F(LetInTest, ForgetsEverythingOnceItHasHandedInAndSaysSo) {
  StoreBatch batch;
  batch.Put(Table::kDevice, "starting file", "its key");
  batch.Put(Table::kDevice, kDeviceServer, "where it is from");
  batch.Put(Table::kForm, "form", "of a survey");
  ASSERT_OK(store_.Commit(batch));
  Response wipe = Renewing("another token");
  wipe.wipe = true;
  Answer(wipe);
  Response noted;
  noted.received_ms = kNow;
  noted.wipe = true;
  Answer(noted);
  EXPECT_THAT(Sync(), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_TRUE(device_->wiped());
  ASSERT_EQ(transport_.sent.size(), 2U);
  EXPECT_FALSE(transport_.sent[0].wiped);
  EXPECT_TRUE(transport_.sent[1].wiped);
  EXPECT_EQ(transport_.sent[1].shown.token, "another token");
  EXPECT_FALSE(LoadKeys(store_)->own.has_value());
  EXPECT_TRUE(LoadCredential(store_)->empty());
  EXPECT_FALSE(store_.Get(Table::kSurvey, "schools")->has_value());
  EXPECT_FALSE(store_.Get(Table::kDevice, "starting file")->has_value());
  EXPECT_FALSE(store_.Get(Table::kForm, "form")->has_value());
  EXPECT_TRUE(store_.Get(Table::kDevice, kDeviceServer)->has_value());
}

// The app ended between the two: it says so at its next contact.
TEST_F(LetInTest, SaysThatItHasForgottenAfterARestart) {
  Response wipe = Renewing("another token");
  wipe.wipe = true;
  Answer(wipe);
  Answer(absl::PermissionDeniedError("the link is a wall"));
  EXPECT_THAT(Sync(), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_FALSE(device_->wiped());
  device_ = *Device::Open("t1", store_, clock_, &transport_,
                          [this] { return random_ += 7; });
  Answer(wipe);
  Answer(wipe);
  EXPECT_THAT(Sync(), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_TRUE(device_->wiped());
}

}  // namespace
}  // namespace chasqui::client
