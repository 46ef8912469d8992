// A server that asks who calls, over the survey of schools: amina and bola
// collect, sani supervises, mina manages it, olu owns the organisation.

#ifndef CHASQUI_TESTS_SERVER_CREDENTIAL_SERVER_H_
#define CHASQUI_TESTS_SERVER_CREDENTIAL_SERVER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "chasqui/v1/access_service.grpc.pb.h"
#include "server/access/organisation.h"
#include "server/credential_authenticator.h"
#include "server/keyring.h"
#include "storage/catalog.h"
#include "storage/kv_journal.h"
#include "storage/memory_kv.h"
#include "tests/server/running_server.h"
#include "tests/testing/fresh_directory.h"

namespace chasqui::server {

class CredentialServer : public ::testing::Test {
 protected:
  CredentialServer()
      : keyring_(*Keyring::Open(keys_.path())),
        journal_(*storage::OpenJournal(kv_, storage::kOrganisationNumber)),
        organisation_(*access::Organisation::Open(*journal_, keyring_->own(),
                                                  schools_.clock())),
        authenticator_(*organisation_),
        log_(schools_.clock(), nullptr) {
    SurveyConfig config = testing::SchoolConfig();
    config.people.push_back({"mina", Role::kSurveyManager, {}});
    std::vector<ServerEntry> entries;
    entries.push_back(ConfigChanged{config});
    CHECK(SubmitAndWait(schools_.store(), std::move(entries)).ok());
    CHECK(organisation_->SetOwner("", "olu", true).ok());
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    server_ = *Server::Start(options,
                             {{"main", &schools_.catalog(), &authenticator_,
                               keyring_.get(), organisation_.get()}},
                             schools_.clock(), log_);
    channel_ = grpc::CreateChannel(StrCat("127.0.0.1:", server_->port()),
                                   grpc::InsecureChannelCredentials());
  }

  // What stands after "Bearer "; empty: nothing is shown.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*call)(grpc::ClientContext*,
                                               const Request&, Response*),
                    const Request& request, Response& response,
                    const std::string& bearer, const std::string& proof = "") {
    Stub stub(channel_);
    context_ = std::make_unique<grpc::ClientContext>();
    Show(bearer, proof, *context_);
    return (stub.*call)(context_.get(), request, &response);
  }
  static void Show(const std::string& bearer, const std::string& proof,
                   grpc::ClientContext& context) {
    if (!bearer.empty()) {
      context.AddMetadata("authorization", "Bearer " + bearer);
    }
    if (!proof.empty()) {
      context.AddMetadata("chasqui-proof", absl::WebSafeBase64Escape(proof));
    }
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
  }

  // A key in their name, good for all that they may do.
  std::string KeyOf(const std::string& person,
                    const std::vector<std::string>& scopes = {}) {
    access::ApiKey key;
    key.person = person;
    key.expires_ms = 4'000'000'000'000;
    key.scopes = scopes;
    return organisation_->IssueKey("", key)->secret;
  }
  // The token of a new device.
  std::string TokenOf(const std::string& device,
                      const std::string& person = "amina") {
    const std::string code =
        *organisation_->Invite("", person, access::kCodeDefaultMs);
    return organisation_->Enrol(code, device, key_.public_key())->token;
  }
  static std::string Text(const std::string& token) {
    return absl::WebSafeBase64Escape(token);
  }

  v1::SyncRequest Pull(const std::string& person) const {
    v1::SyncRequest request;
    v1::SurveyExchange& part = *request.add_surveys();
    part.set_survey(testing::SchoolSurvey::kName);
    part.set_person(person);
    part.set_pull(true);
    return request;
  }
  // A request that brings the first change of `device`, in the name of
  // `person`.
  v1::SyncRequest Push(const std::string& device, const std::string& person,
                       const Change& change) {
    const std::string bytes = EncodeChange(change);
    const Batch batch = schools_.Next(device, bytes);
    v1::SyncRequest request = Pull(person);
    v1::ChangeBatch& wire = *request.mutable_surveys(0)->mutable_batch();
    wire.set_first(batch.first);
    wire.set_before(std::string(batch.before.view()));
    wire.add_changes(bytes);
    return request;
  }
  grpc::Status Sync(const v1::SyncRequest& request, v1::SyncResponse& response,
                    const std::string& bearer, const std::string& proof = "") {
    return Call(&v1::SyncService::Stub::Sync, request, response, bearer, proof);
  }

  testing::SchoolSurvey schools_;
  storage::MemoryKv kv_;
  const testing::FreshDirectory keys_;
  const std::unique_ptr<Keyring> keyring_;
  const std::unique_ptr<Journal> journal_;
  const std::unique_ptr<access::Organisation> organisation_;
  const CredentialAuthenticator authenticator_;
  const seal::KeyPair key_ = seal::KeyPair::Draw();  // of all devices
  EventLog log_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::ClientContext> context_;  // of the latest call
};

}  // namespace chasqui::server

#endif  // CHASQUI_TESTS_SERVER_CREDENTIAL_SERVER_H_
