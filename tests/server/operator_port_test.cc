#include "server/operator_port.h"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "chasqui/v1/operator_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "tests/server/running_server.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A port whose backups are only put down.
class OperatorPortTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto port = OperatorPort::Open(
        directory_.path(),
        [this](const std::string& to) -> absl::StatusOr<v1::BackUpResponse> {
          backed_up_.push_back(to);
          if (!outcome_.ok()) return outcome_;
          v1::BackUpResponse response;
          response.set_number(7);
          return response;
        });
    ASSERT_OK(port);
    port_ = *std::move(port);
  }

  // Into the directory itself, as this process sees it.
  v1::BackUpRequest Asking() const {
    struct stat found {};
    CHECK(stat(directory_.path().c_str(), &found) == 0);
    v1::BackUpRequest request;
    request.set_to(directory_.path());
    request.set_device(found.st_dev);
    request.set_inode(found.st_ino);
    return request;
  }
  grpc::Status Ask(const v1::BackUpRequest& request) {
    v1::OperatorService::Stub stub(
        grpc::CreateChannel(OperatorAddress(directory_.path()),
                            grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    return stub.BackUp(&context, request, &response_);
  }

  const chasqui::testing::FreshDirectory directory_;
  std::vector<std::string> backed_up_;
  absl::Status outcome_;
  v1::BackUpResponse response_;
  std::unique_ptr<OperatorPort> port_;
};

TEST_F(OperatorPortTest, BacksUpWhereItIsAsked) {
  EXPECT_THAT(Ask(Asking()), HasCode(grpc::OK));
  EXPECT_EQ(response_.number(), 7U);
  EXPECT_THAT(backed_up_, ElementsAre(directory_.path()));
}

// As where the server is in a container, with files of its own.
TEST_F(OperatorPortTest, AnotherDirectoryOfTheNameIsNotMeant) {
  v1::BackUpRequest request = Asking();
  request.set_inode(request.inode() + 1);
  EXPECT_THAT(Ask(request), HasCode(grpc::StatusCode::FAILED_PRECONDITION,
                                    HasSubstr("does not see that directory")));
  request.set_to(directory_.File("none"));
  EXPECT_THAT(Ask(request), HasCode(grpc::StatusCode::FAILED_PRECONDITION));
  request.set_to("relative");
  EXPECT_THAT(Ask(request), HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(backed_up_, IsEmpty());
}

TEST_F(OperatorPortTest, TellsWhatWentWrongInFull) {
  outcome_ = absl::DataLossError("it was removed; give a new directory");
  EXPECT_THAT(Ask(Asking()), HasCode(grpc::StatusCode::DATA_LOSS,
                                     HasSubstr("give a new directory")));
}

TEST_F(OperatorPortTest, BeginsNothingWhenItCloses) {
  port_->Close();
  EXPECT_THAT(Ask(Asking()), HasCode(grpc::StatusCode::UNAVAILABLE,
                                     HasSubstr("the server is closing")));
  EXPECT_THAT(backed_up_, IsEmpty());
}

TEST_F(OperatorPortTest, IsItsUsersAlone) {
  struct stat found {};
  ASSERT_EQ(stat(directory_.File("operator.sock").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & (S_IRWXG | S_IRWXO), 0U);
  port_.reset();
  EXPECT_NE(stat(directory_.File("operator.sock").c_str(), &found), 0);
}

TEST(OperatorPortNameTest, MustFitIntoASocketsName) {
  const auto port = OperatorPort::Open(
      "/" + std::string(100, 'd'),
      [](const std::string&) { return v1::BackUpResponse(); });
  EXPECT_THAT(port.status(),
              chasqui::testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("107")));
}

}  // namespace
}  // namespace chasqui::server
