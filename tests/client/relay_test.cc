// One device carries what another has sealed, and brings back its receipts.

#include "client/relay.h"

#include <string>
#include <utility>
#include <vector>

#include "client/sealing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "sync/seal/envelope.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::School;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Amina has no network; sani passes by, and has one in the evening.
class RelayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    amina_.MakeKey();
    sani_.MakeKey();
    ASSERT_OK(amina_.Sync());
    ASSERT_OK(sani_.Sync());
    amina_.Create(r, "lga1", "r");
  }

  static std::string Sealed(FieldTablet& tablet) {
    const auto sealed = SealOutbox(tablet.device(), tablet.clock());
    EXPECT_OK(sealed);
    return sealed.ok() ? sealed->file : std::string();
  }
  static std::vector<Brought> BroughtBy(FieldTablet& tablet) {
    auto brought = WhatWasBrought(tablet.store());
    EXPECT_OK(brought);
    return brought.ok() ? *std::move(brought) : std::vector<Brought>();
  }
  // A sealed batch that no server will take, one of many.
  std::string Junk(const std::string& content) const {
    return *seal::Seal({seal::Kind::kBatch, "amina-tablet", content},
                       *amina_.device().keys().own,
                       *amina_.device().keys().server);
  }

  FieldWorld world_{ConfigWithBackup()};
  mutable FieldTablet amina_{world_, "amina-tablet", "amina"};
  FieldTablet sani_{world_, "sani-tablet", "sani"};
  const RecordId r = School(1);
};

TEST_F(RelayTest, WhatIsCarriedArrivesAndItsReceiptComesBack) {
  EXPECT_THAT(Carry(Sealed(amina_), sani_.store()), IsOkAndHolds(1U));
  ASSERT_OK(sani_.Sync());
  EXPECT_EQ(world_.Shown(r, "name"), "r");
  EXPECT_THAT(NextCarried(sani_.store()), IsOkAndHolds(IsEmpty()));
  const std::vector<Brought> brought = BroughtBy(sani_);
  ASSERT_THAT(brought, SizeIs(1));
  EXPECT_EQ(brought[0].refused, "");
  EXPECT_EQ(brought[0].to,
            seal::ToText(amina_.device().keys().own->public_key()));
  const auto taken = TakeReceipts(brought[0].unit, amina_.device());
  ASSERT_OK(taken);
  EXPECT_EQ(taken->outcomes, 1U);
  EXPECT_EQ(amina_.survey().outbox_size(), 0U);
}

// By the network, in a file and through another device: it counts once.
TEST_F(RelayTest, TheSameByThreeWaysCountsOnce) {
  const std::string file = Sealed(amina_);
  ASSERT_OK(amina_.Sync());
  const Position head = world_.Head();
  ASSERT_OK(world_.HandIn(file));
  ASSERT_OK(Carry(file, sani_.store()));
  ASSERT_OK(sani_.Sync());
  EXPECT_EQ(world_.Head(), head);
  EXPECT_EQ(world_.LiveWrites(r, "name"), 1U);
  const auto device = world_.Read()->FindDevice("amina-tablet");
  ASSERT_OK(device);
  EXPECT_THAT((*device)->incarnations, SizeIs(1));
  const auto taken = TakeReceipts(BroughtBy(sani_).at(0).unit, amina_.device());
  ASSERT_OK(taken);
  EXPECT_EQ(taken->outcomes, 0U);
}

TEST_F(RelayTest, AllThatIsCarriedGoesInOneSync) {
  std::string file;
  for (int i = 0; i < 5; ++i) {
    amina_.Write(r, "pupils", Value::Integer(i));
    file += Sealed(amina_);
  }
  EXPECT_THAT(Carry(file, sani_.store()), IsOkAndHolds(5U));
  EXPECT_THAT(Carry(file, sani_.store()), IsOkAndHolds(0U));
  ASSERT_OK(sani_.Sync());
  EXPECT_THAT(NextCarried(sani_.store()), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(BroughtBy(sani_), SizeIs(5));
  EXPECT_EQ(world_.Shown(r, "pupils"), "4");
}

TEST_F(RelayTest, ALostAnswerLosesNothing) {
  ASSERT_OK(Carry(Sealed(amina_), sani_.store()));
  sani_.link().lose_answers = 1;
  ASSERT_OK(sani_.Sync());
  EXPECT_THAT(BroughtBy(sani_), SizeIs(1));
}

TEST_F(RelayTest, WhatIsRefusedComesBackWithTheReason) {
  const std::string junk = Junk("no request at all");
  ASSERT_OK(Carry(junk + Sealed(amina_), sani_.store()));
  ASSERT_OK(sani_.Sync());
  EXPECT_EQ(world_.Shown(r, "name"), "r") << "the other is taken all the same";
  const std::vector<Brought> brought = BroughtBy(sani_);
  ASSERT_THAT(brought, SizeIs(2));
  EXPECT_THAT(brought[1].refused, HasSubstr("no request"));
  EXPECT_EQ(brought[1].unit, junk);
  // It is not sent again.
  ASSERT_OK(sani_.Sync());
  EXPECT_EQ(sani_.link().requests.back().carried(), "");
}

TEST_F(RelayTest, WhatMayPassIsCarriedOn) {
  ASSERT_OK(Carry(Sealed(amina_), sani_.store()));
  sani_.link().on_the_way_back = [](v1::SyncResponse& response) {
    if (!response.has_carried()) return;
    response.mutable_carried()->Clear();
    response.mutable_carried()->set_error_code(
        static_cast<int>(absl::StatusCode::kResourceExhausted));
  };
  ASSERT_OK(sani_.Sync());
  EXPECT_THAT(BroughtBy(sani_), IsEmpty());
  sani_.link().on_the_way_back = nullptr;
  ASSERT_OK(sani_.Sync());
  EXPECT_THAT(BroughtBy(sani_), SizeIs(1));
}

TEST_F(RelayTest, OnlyWhatIsABatchIsCarried) {
  const std::string good = Sealed(amina_);
  EXPECT_THAT(Carry("", sani_.store()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("at byte 0: it is no sealed file")));
  EXPECT_THAT(Carry(good + good.substr(0, 50), sani_.store()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(StrCat("at byte ", good.size(),
                                        ": it is cut short"))));
  EXPECT_THAT(NextCarried(sani_.store()), IsOkAndHolds(IsEmpty()))
      << "all or none";
  const auto receipt = world_.HandIn(good);
  ASSERT_OK(receipt);
  EXPECT_THAT(Carry(receipt->receipt(), sani_.store()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("it is a receipt")));
}

TEST_F(RelayTest, CarriesSoManyBatches) {
  std::string file;
  for (std::size_t i = 0; i < kCarriedUnitsMax; ++i) file += Junk(StrCat(i));
  EXPECT_THAT(Carry(file, sani_.store()), IsOkAndHolds(kCarriedUnitsMax));
  EXPECT_THAT(Carry(Junk("one more"), sani_.store()),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("1000 batches and receipts")));
}

TEST_F(RelayTest, CarriesSoManyBytes) {
  const std::string large = Junk(std::string(200'000, 'j'));
  // What the store adds to each.
  const std::size_t each = large.size() + 1;
  const std::size_t most = kCarriedBytesMax / each;
  for (std::size_t i = 0; i < most; ++i) {
    ASSERT_OK(Carry(Junk(std::string(200'000, 'j')), sani_.store()));
  }
  EXPECT_THAT(Carry(large, sani_.store()),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("67108864 bytes")));
}

}  // namespace
}  // namespace chasqui::client
