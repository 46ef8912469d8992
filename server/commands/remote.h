// Calls to a server, from the command line.

#ifndef CHASQUI_SERVER_COMMANDS_REMOTE_H_
#define CHASQUI_SERVER_COMMANDS_REMOTE_H_

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/record_service.pb.h"
#include "chasqui/v1/survey_service.pb.h"
#include "grpcpp/grpcpp.h"
#include "sync/ids.h"

namespace chasqui::commands {

// Which server, and who asks.
struct Remote {
  std::string server = "127.0.0.1:7707";
  std::string person;
  std::string credential;   // file with a key, or what sign-in gave
  std::string authorities;  // file of those trusted by TLS; may be empty

  // Takes answers of any size: a form or a record may be large.
  std::shared_ptr<grpc::Channel> Channel() const;
};

// --server, --ca, --credential and --as, or CHASQUI_SERVER, CHASQUI_CA,
// CHASQUI_CREDENTIAL and CHASQUI_PERSON.
void AddRemoteOptions(CLI::App& command, Remote& remote);

// Puts person and credential into the call. `context` must be new.
void Prepare(const Remote& remote, grpc::ClientContext& context);

// What the server answered. An error says which server it was, where it could
// not be reached.
absl::Status ToStatus(const Remote& remote, const grpc::Status& status);

// One unary call, at most a minute long. `call` is a method of the stub, such
// as &v1::RecordService::Stub::GetRecord.
template <typename Stub, typename Request, typename Response>
absl::Status Call(const Remote& remote, Stub& stub,
                  grpc::Status (Stub::*call)(grpc::ClientContext*,
                                             const Request&, Response*),
                  const Request& request, Response& response) {
  grpc::ClientContext context;
  Prepare(remote, context);
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::minutes(1));
  return ToStatus(remote, (stub.*call)(&context, request, &response));
}

// A survey as it is now.
absl::StatusOr<v1::GetSurveyResponse> FetchSurvey(const Remote& remote,
                                                  const std::string& survey);

// The sixteen bytes of a record or row. InvalidArgument if `text` is no UUID.
absl::StatusOr<std::string> IdBytes(const std::string& text);
// The notation of an id off the wire; empty for none.
std::string IdText(const std::string& bytes);

// Says what became of an act: on stdout if it took effect, else an error.
absl::Status Report(const v1::ActResult& result);

// "quarantined (out of scope)": in words, lower case.
std::string OutcomeText(const v1::Outcome& outcome);
std::string Word(v1::QuarantineReason reason);
std::string Word(v1::RecordStatus status);
std::string Word(v1::ConflictPolicy policy);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_REMOTE_H_
