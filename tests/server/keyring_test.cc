#include "server/keyring.h"

#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::server {
namespace {

using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

class KeyringTest : public ::testing::Test {
 protected:
  std::unique_ptr<Keyring> Opened(std::size_t devices = 10) const {
    auto keyring = Keyring::Open(directory_.path(), devices);
    EXPECT_OK(keyring);
    return keyring.ok() ? *std::move(keyring) : nullptr;
  }
  absl::Status Refusal() const {
    return Keyring::Open(directory_.path()).status();
  }
  std::string Content(const std::string& name) const {
    std::ifstream file(directory_.File(name), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
  }
  void Write(const std::string& name, const std::string& content) const {
    std::ofstream(directory_.File(name), std::ios::binary) << content;
    chmod(directory_.File(name).c_str(), S_IRUSR | S_IWUSR);
  }

  const testing::FreshDirectory directory_;
  const seal::PublicKey a_ = seal::KeyPair::Draw().public_key();
  const seal::PublicKey b_ = seal::KeyPair::Draw().public_key();
};

TEST_F(KeyringTest, ItsOwnKeyStaysTheSame) {
  const seal::PublicKey own = Opened()->own().public_key();
  EXPECT_EQ(Opened()->own().public_key(), own);
}

TEST_F(KeyringTest, ItsOwnKeyIsForItsOwnersEyes) {
  Opened();
  struct stat status {};
  ASSERT_EQ(stat(directory_.File("server.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO),
            static_cast<mode_t>(S_IRUSR | S_IWUSR));
  ASSERT_EQ(chmod(directory_.File("server.key").c_str(), 0640), 0);
  EXPECT_THAT(Refusal(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                  HasSubstr("chmod 600")));
}

TEST_F(KeyringTest, AKeyThatIsNoneIsNotReplaced) {
  for (const char* content : {"", "00", "not hexadecimal digits\n"}) {
    Write("server.key", content);
    EXPECT_THAT(Refusal(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("is no secret key")));
    EXPECT_EQ(Content("server.key"), content);
  }
}

TEST_F(KeyringTest, ADeviceIsKnownByTheFirstKeyTold) {
  {
    const auto keyring = Opened();
    EXPECT_THAT(keyring->Meet("tablet", a_), IsOkAndHolds(a_));
    EXPECT_THAT(keyring->Meet("tablet", b_), IsOkAndHolds(a_));
    EXPECT_THAT(keyring->Meet("other", b_), IsOkAndHolds(b_));
  }
  const auto again = Opened();
  EXPECT_THAT(again->Meet("tablet", b_), IsOkAndHolds(a_));
  EXPECT_THAT(again->Meet("other", a_), IsOkAndHolds(b_));
}

TEST_F(KeyringTest, DevicesHaveALimit) {
  const auto keyring = Opened(2);
  EXPECT_OK(keyring->Meet("one", a_));
  EXPECT_OK(keyring->Meet("two", a_));
  EXPECT_THAT(
      keyring->Meet("three", a_),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("2 devices")));
  EXPECT_THAT(keyring->Meet("one", b_), IsOkAndHolds(a_));
}

// The power went while a line was being written.
TEST_F(KeyringTest, ALineThatWasCutShortDoesNotCount) {
  Opened()->Meet("tablet", a_).IgnoreError();
  const std::string whole = Content("device.keys");
  Write("device.keys", whole + "other 0011");
  {
    const auto keyring = Opened();
    EXPECT_THAT(keyring->Meet("tablet", b_), IsOkAndHolds(a_));
    EXPECT_THAT(keyring->Meet("third", b_), IsOkAndHolds(b_));
  }
  EXPECT_EQ(Content("device.keys").substr(0, whole.size() + 6),
            whole + "third ");
  EXPECT_THAT(Opened()->Meet("third", a_), IsOkAndHolds(b_));
}

TEST_F(KeyringTest, SaysWhichLineIsWrong) {
  Opened()->Meet("tablet", a_).IgnoreError();
  const std::string whole = Content("device.keys");
  for (const std::string& wrong :
       {std::string("\n"), std::string("other\n"), std::string("other 00\n"),
        std::string("a b c\n"), whole}) {
    Write("device.keys", whole + wrong);
    EXPECT_THAT(Refusal(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("device.keys, line 2")))
        << wrong;
  }
}

}  // namespace
}  // namespace chasqui::server
