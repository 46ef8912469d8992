// A real server on loopback, over the survey of schools in memory.

#ifndef CHASQUI_TESTS_SERVER_RUNNING_SERVER_H_
#define CHASQUI_TESTS_SERVER_RUNNING_SERVER_H_

#include <memory>
#include <string>
#include <utility>

#include "chasqui/v1/export_service.grpc.pb.h"
#include "chasqui/v1/progress_service.grpc.pb.h"
#include "chasqui/v1/record_service.grpc.pb.h"
#include "chasqui/v1/survey_service.grpc.pb.h"
#include "chasqui/v1/sync_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/authenticator.h"
#include "server/event_log.h"
#include "server/server.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "tests/export/school_survey.h"

namespace chasqui::server {

MATCHER_P(HasCode, code, "") {
  *result_listener << "which is " << arg.error_code() << ": "
                   << arg.error_message();
  return arg.error_code() == code;
}

MATCHER_P2(HasCode, code, message, "") {
  *result_listener << "which is " << arg.error_code() << ": "
                   << arg.error_message();
  return arg.error_code() == code &&
         ::testing::ExplainMatchResult(message, arg.error_message(),
                                       result_listener);
}

class RunningServer : public ::testing::Test {
 protected:
  // Names are believed, unless another authenticator is given.
  explicit RunningServer(std::unique_ptr<Authenticator> authenticator =
                             std::make_unique<MetadataAuthenticator>(),
                         const RateLimitOptions& limits = {})
      : authenticator_(std::move(authenticator)),
        log_(schools_.clock(), nullptr) {
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.http_listen = "127.0.0.1:0";
    options.limits = limits;
    auto server = Server::Start(
        options, {{"main", &schools_.catalog(), authenticator_.get()}},
        schools_.clock(), log_);
    CHECK(server.ok());
    server_ = *std::move(server);
    channel_ = NewChannel();
  }

  std::shared_ptr<grpc::Channel> NewChannel() const {
    return grpc::CreateChannel(StrCat("127.0.0.1:", server_->port()),
                               grpc::InsecureChannelCredentials());
  }

  // One unary call; `person` and `device` go into the metadata.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*call)(grpc::ClientContext*,
                                               const Request&, Response*),
                    const Request& request, Response& response,
                    const std::string& person = "sani",
                    const std::string& device = "tablet") const {
    Stub stub(channel_);
    grpc::ClientContext context;
    if (!person.empty()) context.AddMetadata("chasqui-person", person);
    if (!device.empty()) context.AddMetadata("chasqui-device", device);
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
    return (stub.*call)(&context, request, &response);
  }

  static std::string Bytes(const RecordId& id) {
    return std::string(id.view());
  }
  v1::LogPosition Seen() const {
    v1::LogPosition seen;
    seen.set_log(static_cast<std::uint64_t>(schools_.Head().log));
    seen.set_seq(schools_.Head().seq);
    return seen;
  }

  // Requests about the survey; about a school; by somebody who has seen all.
  template <typename Request>
  static Request Of() {
    Request request;
    request.set_survey(testing::SchoolSurvey::kName);
    return request;
  }
  template <typename Request>
  Request About(std::uint8_t school = 1) const {
    Request request = Of<Request>();
    request.set_record(Bytes(testing::School(school)));
    return request;
  }
  template <typename Request>
  Request Acting(std::uint8_t school = 1) const {
    Request request = About<Request>(school);
    *request.mutable_seen() = Seen();
    return request;
  }
  testing::SchoolSurvey schools_;
  const std::unique_ptr<Authenticator> authenticator_;
  EventLog log_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_TESTS_SERVER_RUNNING_SERVER_H_
