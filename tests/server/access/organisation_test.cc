// Devices come in, renew their tokens, are locked and wiped; and what of all
// that is in the journal.

#include <string>

#include "gmock/gmock.h"
#include "sync/seal/proof.h"
#include "tests/server/access/organisation_fixture.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::access {
namespace {

using chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using enum absl::StatusCode;

using OrganisationTest = OrganisationFixture;

TEST_F(OrganisationTest, ADeviceComesInByACodeOnce) {
  const std::string code = Code();
  ASSERT_OK_AND_ASSIGN(const Admission admission,
                       organisation_->Enrol(code, "t1", key_.public_key()));
  EXPECT_EQ(admission.person, "amina");
  EXPECT_EQ(admission.expires_ms, clock_.now_ms + kDeviceTokenMs);
  ASSERT_OK_AND_ASSIGN(const CallingDevice calling,
                       organisation_->DeviceOf(admission.token, ""));
  EXPECT_EQ(calling.name, "t1");
  EXPECT_EQ(calling.person, "amina");
  EXPECT_FALSE(calling.locked);
  EXPECT_FALSE(calling.wipe);
  EXPECT_EQ(calling.renewed, "");
  EXPECT_THAT(
      organisation_->Enrol(code, "t2", seal::KeyPair::Draw().public_key()),
      StatusIs(kUnauthenticated, HasSubstr("ask for another")));
  // The one that came in may not have heard of it.
  EXPECT_OK(organisation_->Enrol(code, "t1", key_.public_key()));
}

TEST_F(OrganisationTest, ACodeExpires) {
  const std::string code = Code();
  clock_.now_ms += kCodeDefaultMs - 1;
  const std::string other = Code();
  clock_.now_ms += 1;
  EXPECT_THAT(organisation_->Enrol(code, "t1", key_.public_key()),
              StatusIs(kUnauthenticated));
  EXPECT_OK(organisation_->Enrol(other, "t1", key_.public_key()));
}

TEST_F(OrganisationTest, CodesHaveLimits) {
  EXPECT_THAT(organisation_->Invite("olu", "amina", 0),
              StatusIs(kInvalidArgument));
  EXPECT_THAT(organisation_->Invite("olu", "amina", kCodeMaxMs + 1),
              StatusIs(kInvalidArgument, HasSubstr("up to 90 days")));
  EXPECT_THAT(organisation_->Invite("olu", "a/b", kHourMs),
              StatusIs(kInvalidArgument, HasSubstr("name")));
}

// A device that is somebody's already does not become another's by mistake.
TEST_F(OrganisationTest, ACodeForAnotherPersonIsNotUsedUp) {
  const std::string code = Code("bola");
  EXPECT_THAT(
      organisation_->Enrol(code, "t1", key_.public_key(), "amina"),
      StatusIs(kFailedPrecondition, HasSubstr("of bola; this one is amina's")));
  EXPECT_EQ(organisation_->members().devices.size(), 0U);
  EXPECT_OK(organisation_->Enrol(code, "t1", key_.public_key(), "bola"));
}

TEST_F(OrganisationTest, GuessingIsCutShort) {
  for (int i = 0; i < kGuessesMax; ++i) {
    EXPECT_THAT(organisation_->Enrol("0000-0000-0000", "t1", key_.public_key()),
                StatusIs(kUnauthenticated));
  }
  const std::string code = Code();
  EXPECT_THAT(organisation_->Enrol(code, "t1", key_.public_key()),
              StatusIs(kResourceExhausted));
  EXPECT_THAT(organisation_->SignIn("amina", "correct horse"),
              StatusIs(kResourceExhausted));
  clock_.now_ms += 60'000;
  EXPECT_OK(organisation_->Enrol(code, "t1", key_.public_key()));
}

TEST_F(OrganisationTest, ANameIsOfOneDevice) {
  Enrol("t1");
  const std::string code = Code();
  const seal::PublicKey other = seal::KeyPair::Draw().public_key();
  EXPECT_THAT(organisation_->Enrol(code, "t1", other),
              StatusIs(kAlreadyExists, HasSubstr("have that one revoked")));
  EXPECT_THAT(organisation_->Enrol(code, "t/1", other),
              StatusIs(kInvalidArgument));
  ASSERT_OK(Change("t1", v1::DEVICE_STATE_REVOKED));
  EXPECT_OK(organisation_->Enrol(code, "t1", other)) << "the code is unused";
}

TEST_F(OrganisationTest, ATokenExpiresAndIsRenewedByTheKeyHoweverLate) {
  const Admission admission = Enrol("t1");
  clock_.now_ms += kDeviceTokenMs;
  EXPECT_THAT(organisation_->DeviceOf(admission.token, ""),
              StatusIs(kUnauthenticated, HasSubstr("has expired: prove")));
  clock_.now_ms += 300 * 24 * kHourMs;
  ASSERT_OK_AND_ASSIGN(
      const CallingDevice calling,
      organisation_->DeviceOf(admission.token, Prove(admission.token)));
  EXPECT_EQ(calling.name, "t1");
  EXPECT_OK(organisation_->DeviceOf(calling.renewed, ""));
}

TEST_F(OrganisationTest, AProofCountsOnceAndOnlyNow) {
  const Admission admission = Enrol("t1");
  const std::string proof = Prove(admission.token);
  EXPECT_OK(organisation_->DeviceOf(admission.token, proof));
  EXPECT_THAT(organisation_->DeviceOf(admission.token, proof),
              StatusIs(kUnauthenticated, HasSubstr("shown before")));
  for (const std::int64_t off : {-kProofLateMs - 1, kProofLateMs + 1}) {
    EXPECT_THAT(organisation_->DeviceOf(admission.token,
                                        seal::MakeProof(key_, admission.token,
                                                        clock_.now_ms + off)),
                StatusIs(kUnauthenticated, HasSubstr("of another time")));
  }
  for (const std::int64_t off : {std::int64_t{0}, kProofLateMs}) {
    EXPECT_OK(organisation_->DeviceOf(
        admission.token,
        seal::MakeProof(key_, admission.token, clock_.now_ms + off)));
  }
}

// What was shown before the server started nobody remembers: so it is too late.
TEST_F(OrganisationTest, AProofOfBeforeTheStartIsTooLate) {
  const Admission admission = Enrol("t1");
  clock_.now_ms += 1000;
  const std::string proof = Prove(admission.token);
  EXPECT_OK(organisation_->DeviceOf(admission.token, proof));
  clock_.now_ms += 1000;
  Open();
  EXPECT_THAT(organisation_->DeviceOf(admission.token, proof),
              StatusIs(kUnauthenticated, HasSubstr("of another time")));
  EXPECT_OK(organisation_->DeviceOf(admission.token, Prove(admission.token)));
}

TEST_F(OrganisationTest, ADeviceThatIsNotWellFillsNoMemory) {
  const Admission admission = Enrol("t1");
  absl::Status status;
  int good = 0;
  for (; status.ok() && good < 1000; ++good) {
    status = organisation_->DeviceOf(admission.token, Prove(admission.token))
                 .status();
  }
  EXPECT_THAT(status, StatusIs(kResourceExhausted));
  EXPECT_OK(organisation_->DeviceOf(admission.token, ""));
  clock_.now_ms += 2 * kProofLateMs;
  EXPECT_OK(organisation_->DeviceOf(admission.token, Prove(admission.token)));
}

TEST_F(OrganisationTest, AnothersKeyOrTokenIsOfNoUse) {
  const Admission admission = Enrol("t1");
  clock_.now_ms += kDeviceTokenMs;
  EXPECT_THAT(
      organisation_->DeviceOf(admission.token,
                              seal::MakeProof(seal::KeyPair::Draw(),
                                              admission.token, clock_.now_ms)),
      StatusIs(kUnauthenticated, HasSubstr("the device's key")));
  const Token person = {TokenKind::kPerson, "t1", 1, clock_.now_ms + kHourMs};
  EXPECT_THAT(organisation_->DeviceOf(TokenKey(server_).Issue(person), ""),
              StatusIs(kUnauthenticated));
  EXPECT_THAT(organisation_->Person(admission.token),
              StatusIs(kPermissionDenied, HasSubstr("a device collects")));
}

TEST_F(OrganisationTest, ADeviceThatIsEnrolledAnewHasNewTokens) {
  const Admission before = Enrol("t1");
  ASSERT_OK(Change("t1", v1::DEVICE_STATE_REVOKED));
  EXPECT_THAT(organisation_->DeviceOf(before.token, ""),
              StatusIs(kUnauthenticated, HasSubstr("is revoked")));
  const Admission after = Enrol("t1");
  EXPECT_OK(organisation_->DeviceOf(after.token, ""));
  EXPECT_THAT(organisation_->DeviceOf(before.token, ""),
              StatusIs(kUnauthenticated));
}

TEST_F(OrganisationTest, DevicesAreLockedAndWiped) {
  const Admission admission = Enrol("t1");
  ASSERT_OK(Change("t1", v1::DEVICE_STATE_LOCKED));
  ASSERT_OK(Change("t1", v1::DEVICE_STATE_LOCKED)) << "as it is already";
  EXPECT_TRUE(organisation_->DeviceOf(admission.token, "")->locked);
  ASSERT_OK(Change("t1", v1::DEVICE_STATE_ACTIVE));
  EXPECT_FALSE(organisation_->DeviceOf(admission.token, "")->locked);
  EXPECT_THAT(Change("t1", v1::DEVICE_STATE_WIPED),
              StatusIs(kFailedPrecondition,
                       HasSubstr("is active: it cannot become wiped")));
  ASSERT_OK(Change("t1", v1::DEVICE_STATE_WIPING));
  const auto wiping = organisation_->DeviceOf(admission.token, "");
  EXPECT_TRUE(wiping->wipe);
  EXPECT_TRUE(wiping->locked);
  EXPECT_THAT(Change("t1", v1::DEVICE_STATE_ACTIVE),
              StatusIs(kFailedPrecondition));
  ASSERT_OK(Change("t1", v1::DEVICE_STATE_WIPED));
  EXPECT_THAT(organisation_->DeviceOf(admission.token, ""),
              StatusIs(kUnauthenticated, HasSubstr("is wiped")));
  EXPECT_THAT(Change("t2", v1::DEVICE_STATE_LOCKED), StatusIs(kNotFound));
}

// All of it is there after a start, from the journal alone.
TEST_F(OrganisationTest, ComesBackFromItsJournal) {
  const Admission device = Enrol("t1");
  ASSERT_OK(organisation_->SetOwner("", "olu", true));
  ASSERT_OK(organisation_->SetPassword("", "olu", "correct horse"));
  ApiKey key;
  key.person = "warehouse";
  key.expires_ms = clock_.now_ms + kHourMs;
  const IssuedKey issued = *organisation_->IssueKey("olu", key);
  const std::string code = Code("bola");
  ASSERT_OK(Change("t1", v1::DEVICE_STATE_LOCKED));
  Open();
  EXPECT_TRUE(organisation_->DeviceOf(device.token, "")->locked);
  EXPECT_EQ(organisation_->Person(issued.secret)->person, "warehouse");
  ASSERT_OK_AND_ASSIGN(const Admission signed_in,
                       organisation_->SignIn("olu", "correct horse"));
  EXPECT_TRUE(organisation_->Person(signed_in.token)->owns);
  EXPECT_EQ(organisation_->Enrol(code, "t2", key_.public_key())->person,
            "bola");
}

// Nothing in it lets anybody in.
TEST_F(OrganisationTest, NoSecretIsInTheJournal) {
  const std::string code = Code();
  ASSERT_OK(organisation_->Enrol(code, "t1", key_.public_key()));
  ASSERT_OK(organisation_->SetPassword("", "olu", "correct horse"));
  ApiKey key;
  key.person = "warehouse";
  key.expires_ms = clock_.now_ms + kHourMs;
  const IssuedKey issued = *organisation_->IssueKey("olu", key);
  std::string all;
  ASSERT_OK(journal_->Read(
      0, [&all](const JournalEntry& entry) -> absl::StatusOr<bool> {
        all += entry.bytes;
        return true;
      }));
  EXPECT_THAT(all, HasSubstr("argon2id"));
  EXPECT_THAT(all, Not(HasSubstr(code)));
  EXPECT_THAT(all, Not(HasSubstr(*NormalCode(code))));
  EXPECT_THAT(all, Not(HasSubstr("correct horse")));
  EXPECT_THAT(all, Not(HasSubstr(issued.secret)));
}

TEST_F(OrganisationTest, AJournalOfSomethingElseIsRefused) {
  ASSERT_OK(journal_->Append({"\xff\xff"}, 1, Lasting::kNow));
  EXPECT_THAT(Organisation::Open(*journal_, server_, clock_),
              StatusIs(kDataLoss, HasSubstr("entry 1 is no act")));
}

TEST_F(OrganisationTest, AnActOfNobodyIsRefused) {
  v1::AccessEntry entry;
  entry.mutable_device()->set_device("t9");
  entry.mutable_device()->set_state(v1::DEVICE_STATE_LOCKED);
  ASSERT_OK(journal_->Append({entry.SerializeAsString()}, 1, Lasting::kNow));
  EXPECT_THAT(Organisation::Open(*journal_, server_, clock_),
              StatusIs(kDataLoss, HasSubstr("never came in")));
}

}  // namespace
}  // namespace chasqui::access
