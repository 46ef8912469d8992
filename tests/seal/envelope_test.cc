#include "sync/seal/envelope.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::seal {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

class EnvelopeTest : public ::testing::Test {
 protected:
  std::string Sealed(const std::string& content = "twelve wells",
                     Kind kind = Kind::kBatch) const {
    auto unit = Seal({kind, "tablet", content}, device_, server_.public_key());
    EXPECT_TRUE(unit.ok()) << unit.status();
    return unit.ok() ? *unit : std::string();
  }
  absl::Status Refusal(std::string_view unit) const {
    return Open(unit, Kind::kBatch, server_).status();
  }
  static auto IsRefused(const std::string& why) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why));
  }

  const KeyPair device_ = KeyPair::Draw();
  const KeyPair server_ = KeyPair::Draw();
};

TEST_F(EnvelopeTest, OpensToWhatWasSealed) {
  for (const Kind kind : {Kind::kBatch, Kind::kReceipt}) {
    for (const std::size_t size : {0U, 1U, 100U, 70'000U}) {
      const std::string content(size, 'c');
      const auto opened = Open(Sealed(content, kind), kind, server_);
      ASSERT_TRUE(opened.ok()) << opened.status();
      EXPECT_EQ(opened->message.kind, kind);
      EXPECT_EQ(opened->message.device, "tablet");
      EXPECT_TRUE(opened->message.content == content);
      EXPECT_EQ(opened->signer, device_.public_key());
    }
  }
}

// Else whoever carries two could tell that they are of the same changes.
TEST_F(EnvelopeTest, TheSameIsNeverSealedAlike) {
  EXPECT_NE(Sealed(), Sealed());
}

TEST_F(EnvelopeTest, WhoCarriesItReadsNothing) {
  const std::string content(100, 'w');
  const std::string unit = Sealed(content);
  EXPECT_EQ(unit.find("wwww"), std::string::npos);
  EXPECT_EQ(unit.find("tablet"), std::string::npos);
  EXPECT_EQ(unit.find(device_.public_key().view()), std::string::npos);
}

TEST_F(EnvelopeTest, EveryFlippedBitIsFound) {
  const std::string unit = Sealed();
  for (std::size_t at = 0; at < unit.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = unit;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      EXPECT_THAT(Refusal(flipped),
                  StatusIs(absl::StatusCode::kInvalidArgument))
          << "bit " << bit << " of byte " << at;
    }
  }
}

TEST_F(EnvelopeTest, EveryCutIsFound) {
  const std::string unit = Sealed();
  for (std::size_t size = 0; size < unit.size(); ++size) {
    const std::string cut = unit.substr(0, size);
    EXPECT_THAT(Refusal(cut), StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
    EXPECT_FALSE(Inspect(cut).ok()) << size;
  }
  EXPECT_THAT(Refusal(unit.substr(0, 100)),
              IsRefused(StrCat("cut short: 100 bytes of ", unit.size())));
}

TEST_F(EnvelopeTest, SaysWhatIsWrong) {
  EXPECT_THAT(Refusal("PK\x03\x04 a zip file"), IsRefused("no sealed file"));
  EXPECT_THAT(Refusal(Sealed() + "x"), IsRefused("1 bytes too many"));
  std::string later = Sealed();
  later[7] = 2;
  EXPECT_THAT(Refusal(later), IsRefused("version 2, this program knows 1"));
  std::string unknown = Sealed();
  unknown[8] = 9;
  EXPECT_THAT(Refusal(unknown), IsRefused("of kind 9"));
  std::string damaged = Sealed();
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_THAT(Refusal(damaged), IsRefused("damaged"));
  EXPECT_THAT(Refusal(Sealed("", Kind::kReceipt)),
              IsRefused("it is a receipt, not a batch"));
}

TEST_F(EnvelopeTest, OpensForItsRecipientAlone) {
  const KeyPair other = KeyPair::Draw();
  EXPECT_THAT(Open(Sealed(), Kind::kBatch, other).status(),
              IsRefused(StrCat("sealed to key ", ToText(server_.public_key()),
                               ", and this is ", ToText(other.public_key()))));
  // Nor for one who is made to look like it.
  std::string forged = Sealed();
  const Fingerprint to = FingerprintOf(other.public_key());
  for (std::size_t i = 0; i < to.size(); ++i) {
    forged[9 + i] = static_cast<char>(to[i]);
  }
  EXPECT_THAT(Open(forged, Kind::kBatch, other).status(), IsRefused("damaged"));
}

// A server that has opened a batch cannot hand it to another in its device's
// name.
TEST_F(EnvelopeTest, WhatWasSignedForOneIsNotForAnother) {
  const KeyPair third = KeyPair::Draw();
  const auto first = Seal({Kind::kBatch, "tablet", "twelve wells"}, device_,
                          third.public_key());
  const auto opened = Open(*first, Kind::kBatch, third);
  ASSERT_TRUE(opened.ok());
  const auto resealed = Seal(opened->message, third, server_.public_key());
  ASSERT_TRUE(resealed.ok());
  const auto seen = Open(*resealed, Kind::kBatch, server_);
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(seen->signer, third.public_key());
}

// The largest content that fits: its limit less what the envelope adds.
TEST_F(EnvelopeTest, HoldsAsMuchAsItsLimitAndNoMore) {
  for (const Kind kind : {Kind::kBatch, Kind::kReceipt}) {
    const std::size_t limit = UnitBytesMax(kind);
    const std::size_t most =
        limit - (Sealed(std::string(100'000, 'c'), kind).size() - 100'000) -
        (kind == Kind::kReceipt ? 1 : 0);
    const std::string unit = Sealed(std::string(most, 'c'), kind);
    EXPECT_EQ(unit.size(), limit);
    EXPECT_TRUE(Open(unit, kind, server_).ok());
    EXPECT_THAT(Seal({kind, "tablet", std::string(most + 1, 'c')}, device_,
                     server_.public_key())
                    .status(),
                IsRefused(StrCat("the limit is ", limit)));
  }
}

TEST_F(EnvelopeTest, WhatSaysItIsLargerIsRefusedUnread) {
  std::string unit = Sealed().substr(0, 17);
  // 262127 + 20 of the head: one more than may be.
  unit += "\xed\xff\x0f";
  EXPECT_THAT(Refusal(unit), IsRefused("the limit of a batch is 262144"));
  unit.replace(17, 3, "\xec\xff\x0f");
  EXPECT_THAT(Refusal(unit), IsRefused("cut short: 20 bytes of 262144"));
}

TEST_F(EnvelopeTest, UnitsLieOneAfterAnother) {
  const std::vector<std::string> units = {Sealed("a"), Sealed("bb"),
                                          Sealed("", Kind::kReceipt)};
  const std::string file = units[0] + units[1] + units[2];
  std::string_view rest = file;
  for (const std::string& unit : units) {
    const auto outside = Inspect(rest);
    ASSERT_TRUE(outside.ok()) << outside.status();
    EXPECT_EQ(rest.substr(0, outside->bytes), unit);
    EXPECT_EQ(outside->to, FingerprintOf(server_.public_key()));
    rest.remove_prefix(outside->bytes);
  }
  EXPECT_EQ(rest, "");
  EXPECT_EQ(Inspect(units[2])->kind, Kind::kReceipt);
}

}  // namespace
}  // namespace chasqui::seal
