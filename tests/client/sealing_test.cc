// What a device seals, and what comes back for it, on the server's real side.

#include "client/sealing.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/seal/envelope.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

// Amina's tablet has met the server; what she does next it has not sent.
class SealingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    amina_.MakeKey();
    ASSERT_OK(amina_.Sync());
    amina_.Create(r, "lga1", "r");
  }

  static SealedOutbox Sealed(FieldTablet& tablet) {
    auto sealed = SealOutbox(tablet.device(), tablet.clock());
    EXPECT_OK(sealed);
    return sealed.ok() ? *sealed : SealedOutbox{};
  }
  v1::HandInResponse HandedIn(const std::string& sealed) {
    auto response = world_.HandIn(sealed);
    EXPECT_OK(response);
    return response.ok() ? *response : v1::HandInResponse();
  }
  std::size_t Outbox() { return amina_.survey().outbox_size(); }

  FieldWorld world_{ConfigWithBackup()};
  FieldTablet amina_{world_, "amina-tablet", "amina"};
  const RecordId r = School(1);
  const RecordId s = School(2);
};

TEST_F(SealingTest, WhatIsSealedIsTakenAndAnswered) {
  amina_.Write(r, "pupils", Value::Integer(12));
  const SealedOutbox sealed = Sealed(amina_);
  EXPECT_EQ(sealed.batches, 1U);
  EXPECT_EQ(sealed.changes, 2U);
  EXPECT_EQ(Outbox(), 2U) << "the card may be lost";
  const v1::HandInResponse response = HandedIn(sealed.file);
  EXPECT_EQ(response.device(), "amina-tablet");
  EXPECT_EQ(response.changes(), 2U);
  EXPECT_EQ(response.taken(), 2U);
  EXPECT_EQ(response.quarantined(), 0U);
  EXPECT_EQ(world_.Shown(r, "pupils"), "12");

  const auto taken = TakeReceipts(response.receipt(), amina_.device());
  ASSERT_OK(taken);
  EXPECT_EQ(taken->outcomes, 2U);
  EXPECT_EQ(Outbox(), 0U);
  EXPECT_EQ(amina_.Shown(r, "pupils"), "12");
  EXPECT_EQ(Sealed(amina_).batches, 0U);
}

TEST_F(SealingTest, ASecondTimeItDoesNothing) {
  const std::string file = Sealed(amina_).file;
  const v1::HandInResponse first = HandedIn(file);
  const Position head = world_.Head();
  const v1::HandInResponse second = HandedIn(file);
  EXPECT_EQ(second.taken(), 1U);
  EXPECT_EQ(world_.Head(), head);
  ASSERT_OK(TakeReceipts(first.receipt(), amina_.device()));
  const auto again = TakeReceipts(second.receipt(), amina_.device());
  ASSERT_OK(again);
  EXPECT_EQ(again->receipts, 1U);
  EXPECT_EQ(again->outcomes, 0U);
}

// The sync goes on where the card has brought the server.
TEST_F(SealingTest, CardAndNetworkMayTakeTurns) {
  ASSERT_OK(world_.HandIn(Sealed(amina_).file));
  amina_.Create(s, "lga1", "s");
  const Position head = world_.Head();
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(Outbox(), 0U);
  EXPECT_EQ(world_.Head().seq, head.seq + 1);
  EXPECT_EQ(world_.Shown(s, "name"), "s");
}

TEST_F(SealingTest, AllThatWaitsIsSealedInBatches) {
  for (int i = 0; i < 30; ++i) {
    amina_.Write(r, "name", Value::Text(std::string(20'000, 'n')));
  }
  const SealedOutbox sealed = Sealed(amina_);
  EXPECT_EQ(sealed.changes, 31U);
  EXPECT_GE(sealed.batches, 4U);
  std::string receipts;
  std::string_view rest = sealed.file;
  while (!rest.empty()) {
    const auto outside = seal::Inspect(rest);
    ASSERT_OK(outside);
    EXPECT_LE(outside->bytes, seal::kBatchUnitBytesMax);
    receipts += HandedIn(std::string(rest.substr(0, outside->bytes))).receipt();
    rest.remove_prefix(outside->bytes);
  }
  const auto taken = TakeReceipts(receipts, amina_.device());
  ASSERT_OK(taken);
  EXPECT_EQ(taken->receipts, sealed.batches);
  EXPECT_EQ(taken->outcomes, 31U);
  EXPECT_EQ(Outbox(), 0U);
}

TEST_F(SealingTest, NeedsTheServersKey) {
  FieldTablet fresh(world_, "fresh-tablet", "amina");
  fresh.MakeKey();
  EXPECT_THAT(
      SealOutbox(fresh.device(), fresh.clock()),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("sync once")));
}

TEST_F(SealingTest, TheKeyIsToldUntilItIsKnown) {
  EXPECT_EQ(amina_.link().requests.front().device_key(),
            amina_.device().keys().own->public_key().view());
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(amina_.link().requests.back().device_key(), "");
  amina_.Kill();
  EXPECT_FALSE(amina_.device().keys().disputed());
  EXPECT_EQ(amina_.device().keys().server, world_.keyring().own().public_key());
}

// The first that was heard of under the name is known by it.
TEST_F(SealingTest, ASecondDeviceOfTheNameIsTold) {
  FieldTablet other(world_, "amina-tablet", "amina");
  other.MakeKey();
  ASSERT_OK(other.Sync());
  EXPECT_TRUE(other.device().keys().disputed());
  other.Create(s, "lga1", "s");
  const Position head = world_.Head();
  EXPECT_THAT(
      world_.HandIn(Sealed(other).file),
      StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("known by key")));
  EXPECT_EQ(world_.Head(), head);
  ASSERT_OK(amina_.Sync());
  EXPECT_FALSE(amina_.device().keys().disputed());
}

TEST_F(SealingTest, AReceiptIsForItsDeviceAlone) {
  FieldTablet sani(world_, "sani-tablet", "sani");
  sani.MakeKey();
  ASSERT_OK(sani.Sync());
  const std::string receipt = HandedIn(Sealed(amina_).file).receipt();
  EXPECT_THAT(TakeReceipts(receipt, sani.device()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("at byte 0: it is sealed to key")));
}

TEST_F(SealingTest, AReceiptIsTheServersAlone) {
  const auto forger = seal::KeyPair::Draw();
  const auto forged =
      seal::Seal({seal::Kind::kReceipt, "amina-tablet", ""}, forger,
                 amina_.device().keys().own->public_key());
  ASSERT_OK(forged);
  EXPECT_THAT(TakeReceipts(*forged, amina_.device()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("it is signed by key")));
}

// A clone has the same keys; its receipt speaks of another change.
TEST_F(SealingTest, AReceiptForACloneIsNotTaken) {
  ASSERT_OK(amina_.Sync());
  FieldTablet clone(world_, amina_);
  clone.Write(r, "name", Value::Text("the clone's"));
  amina_.Write(r, "name", Value::Text("amina's"));
  const std::string receipt = HandedIn(Sealed(clone).file).receipt();
  EXPECT_THAT(TakeReceipts(receipt, amina_.device()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("is there a copy of it?")));
  EXPECT_EQ(Outbox(), 1U);
  ASSERT_OK(TakeReceipts(receipt, clone.device()));
  EXPECT_EQ(clone.survey().outbox_size(), 0U);
}

// In whatever order they come, also across a restart, which gives the log
// another name.
TEST_F(SealingTest, ReceiptsMayComeInAnyOrder) {
  const std::string first = HandedIn(Sealed(amina_).file).receipt();
  world_.Restart();
  amina_.Create(s, "lga1", "s");
  const std::string second = HandedIn(Sealed(amina_).file).receipt();
  auto taken = TakeReceipts(second, amina_.device());
  ASSERT_OK(taken);
  EXPECT_EQ(taken->outcomes, 2U);
  amina_.Write(s, "name", Value::Text("t"));
  taken = TakeReceipts(first, amina_.device());
  ASSERT_OK(taken);
  EXPECT_EQ(taken->outcomes, 0U);
  EXPECT_EQ(amina_.survey().state().log, world_.Head().log);
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(Outbox(), 0U);
  EXPECT_EQ(world_.Shown(s, "name"), "t");
}

// One that is older than what the device knows of the log counts where that has
// what it speaks of.
TEST_F(SealingTest, AnOldReceiptIsTakenUnderTheNewName) {
  const std::string receipt = HandedIn(Sealed(amina_).file).receipt();
  world_.Restart();
  // Of the new name it learns while its changes do not get through.
  amina_.link().on_the_way = [](v1::SyncRequest& request) {
    for (auto& survey : *request.mutable_surveys()) survey.clear_batch();
  };
  amina_.ExchangeOnce();
  amina_.link().on_the_way = nullptr;
  ASSERT_EQ(amina_.survey().state().log, world_.Head().log);
  ASSERT_EQ(Outbox(), 1U);
  const auto taken = TakeReceipts(receipt, amina_.device());
  ASSERT_OK(taken);
  EXPECT_EQ(taken->outcomes, 1U);
  EXPECT_EQ(Outbox(), 0U);
}

// What a restore has cut off is sent again, whatever a receipt said of it.
TEST_F(SealingTest, AReceiptOfWhatWasCutOffDoesNotCount) {
  const auto backup = world_.Backup();
  const std::string receipt = HandedIn(Sealed(amina_).file).receipt();
  world_.Restore(*backup);
  amina_.link().on_the_way = [](v1::SyncRequest& request) {
    for (auto& survey : *request.mutable_surveys()) survey.clear_batch();
  };
  amina_.ExchangeOnce();
  amina_.link().on_the_way = nullptr;
  const auto taken = TakeReceipts(receipt, amina_.device());
  ASSERT_OK(taken);
  EXPECT_EQ(taken->outcomes, 0U);
  EXPECT_EQ(Outbox(), 1U);
  ASSERT_OK(amina_.Sync());
  EXPECT_EQ(world_.Shown(r, "name"), "r");
}

// How long a file was on its way nobody knows: a change was made when its
// device's clock said, not so long before the file arrived as before it was
// sealed. The server's clock goes on by a second at each look.
TEST_F(SealingTest, ALongWayDoesNotMakeChangesNewer) {
  const std::string earlier = Sealed(amina_).file;
  const std::int64_t made = world_.Read()->survey().received_ms + 5'700;
  amina_.clock().wall_ms = made;
  amina_.Write(r, "pupils", Value::Integer(12));
  const std::string file = Sealed(amina_).file;
  for (int i = 0; i < 30; ++i) HandedIn(earlier);
  ASSERT_OK(TakeReceipts(HandedIn(file).receipt(), amina_.device()));
  EXPECT_GT(world_.Read()->survey().received_ms, made + 30'000);
  const auto changes = amina_.survey().Changes();
  ASSERT_OK(changes);
  const std::int64_t at = changes->back().told.value().at;
  EXPECT_GE(at, made);
  EXPECT_LT(at, made + 10'000);
}

}  // namespace
}  // namespace chasqui::client
