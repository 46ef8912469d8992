// A server over a survey in which there is somebody of every role, all in lga1.
// Names are believed, and nobody without one.

#ifndef CHASQUI_TESTS_SERVER_EVERY_ROLE_H_
#define CHASQUI_TESTS_SERVER_EVERY_ROLE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/access/roles.h"
#include "tests/server/running_server.h"

namespace chasqui::server {

// Believes names, and nobody without one.
class NamesOnly final : public Authenticator {
 public:
  bool Knows(const grpc::ServerContextBase&) const override { return false; }
  absl::StatusOr<access::CallingDevice> Device(
      const grpc::ServerContextBase& context) const override {
    return names_.Device(context);
  }
  absl::StatusOr<access::CallingDevice> Standing(
      const std::string& device) const override {
    return names_.Standing(device);
  }
  absl::StatusOr<access::Caller> Who(
      const grpc::ServerContextBase& context) const override {
    absl::StatusOr<access::Caller> caller = names_.Who(context);
    if (caller.ok()) caller->operates = false;
    if (caller.ok()) caller->owns = caller->person == "olu";
    return caller;
  }

 private:
  const MetadataAuthenticator names_{};
};

// Who a role is in the test.
inline std::string NameOf(Role role) {
  std::string name = "the-" + access::Spoken(role);
  for (char& c : name) c = c == ' ' ? '-' : c;
  return name;
}

inline SurveyConfig ConfigOfEveryRole() {
  SurveyConfig config = testing::SchoolConfig();
  for (const Role role : access::kRolesInOrder) {
    config.people.push_back({NameOf(role), role, {"lga1"}});
  }
  return config;
}

// amina has made a school in lga1, bola one in lga2.
class EveryRole : public RunningServer {
 protected:
  EveryRole() : RunningServer(std::make_unique<NamesOnly>()) {
    SurveyConfig config = ConfigOfEveryRole();
    config.people.push_back({"gone", Role::kOwner, {}});
    Configure(config);
    config.people.pop_back();
    Configure(config);
    using testing::School;
    schools_.Deliver("t1", schools_.Creation("amina", School(1), "lga1", "A"));
    schools_.Deliver("t2", schools_.Creation("bola", School(2), "lga2", "B"));
  }

  void Configure(const SurveyConfig& config) {
    std::vector<ServerEntry> entries;
    entries.push_back(ConfigChanged{config});
    CHECK(SubmitAndWait(schools_.store(), std::move(entries)).ok());
  }

  // Reads a stream to its end.
  template <typename Response, typename Reader>
  static grpc::Status Drain(Reader&& reader) {
    Response response;
    while (reader->Read(&response)) continue;
    return reader->Finish();
  }
  static void Name(const std::string& person, grpc::ClientContext& context) {
    if (!person.empty()) context.AddMetadata("chasqui-person", person);
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
  }
};

}  // namespace chasqui::server

#endif  // CHASQUI_TESTS_SERVER_EVERY_ROLE_H_
