#include "server/commands/remote.h"

#include <cstdio>
#include <optional>
#include <string_view>

#include "chasqui/v1/survey_service.grpc.pb.h"
#include "client/grpc_tls.h"
#include "client/server_address.h"
#include "client/server_tls.h"
#include "server/commands/files.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/change.h"
#include "sync/config.h"
#include "sync/outcome.h"

namespace chasqui::commands {
namespace {

constexpr int kAnswerBytesMax = 256 << 20;

// The words of sync, as people read them: "out_of_scope" as "out of scope".
std::string Plain(std::string_view word) {
  std::string plain(word);
  for (char& c : plain) {
    if (c == '_') c = ' ';
  }
  return plain;
}

}  // namespace

std::shared_ptr<grpc::Channel> Remote::Channel() const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kAnswerBytesMax);
  const client::ServerAddress address = client::AddressFrom(server);
  if (!address.tls) {
    return grpc::CreateCustomChannel(server, grpc::InsecureChannelCredentials(),
                                     arguments);
  }
  client::Trust trust;
  // One that cannot be read trusts nobody: the call says so.
  trust.authorities = authorities.empty()
                          ? std::string()
                          : ReadFile(authorities).value_or("none");
  return client::EncryptedChannel(
      address.at, std::make_shared<client::ServerTls>(std::move(trust), 0),
      arguments);
}

void AddRemoteOptions(CLI::App& command, Remote& remote) {
  command
      .add_option("--server", remote.server,
                  "The server to ask: HOST:PORT, or by TLS grpcs://HOST:PORT")
      ->envname("CHASQUI_SERVER")
      ->capture_default_str()
      ->type_name("ADDRESS");
  command
      .add_option("--ca", remote.authorities,
                  "Certificates of the authorities that are trusted by TLS, "
                  "PEM; without it those that this system trusts")
      ->envname("CHASQUI_CA")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command
      .add_option("--credential", remote.credential,
                  "File of a key or of what `access sign-in` gave")
      ->envname("CHASQUI_CREDENTIAL")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command
      .add_option("--as", remote.person,
                  "The person who asks or acts, where names are believed")
      ->envname("CHASQUI_PERSON")
      ->type_name("PERSON");
}

void Prepare(const Remote& remote, grpc::ClientContext& context) {
  if (!remote.person.empty()) {
    context.AddMetadata("chasqui-person", remote.person);
  }
  if (remote.credential.empty()) return;
  // One that cannot be read is shown as it is: the server says what is missing.
  const absl::StatusOr<std::string> shown = ReadFile(remote.credential);
  if (!shown.ok()) return;
  context.AddMetadata("authorization",
                      StrCat("Bearer ", shown->substr(0, shown->find('\n'))));
}

absl::Status ToStatus(const Remote& remote, const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  if (code == absl::StatusCode::kUnavailable) {
    return {code, StrCat("no answer from ", remote.server, ": is it running? (",
                         status.error_message(), ")")};
  }
  if (code == absl::StatusCode::kUnauthenticated) {
    return {code,
            StrCat(status.error_message(),
                   ". Show a credential (--credential FILE); on the server's "
                   "own machine, --server unix:DATA/operator.sock and --as")};
  }
  return {code, status.error_message()};
}

absl::StatusOr<v1::GetSurveyResponse> FetchSurvey(const Remote& remote,
                                                  const std::string& survey) {
  v1::SurveyService::Stub stub(remote.Channel());
  v1::GetSurveyRequest request;
  request.set_survey(survey);
  v1::GetSurveyResponse response;
  RETURN_IF_ERROR(Call(remote, stub, &v1::SurveyService::Stub::GetSurvey,
                       request, response));
  return response;
}

absl::StatusOr<std::string> IdBytes(const std::string& text) {
  const auto uuid = ParseUuid(text);
  if (!uuid.has_value()) {
    return absl::InvalidArgumentError(
        StrCat("\"", text, "\" is no id: it looks like ",
               "00112233-4455-6677-8899-aabbccddeeff"));
  }
  return std::string(uuid->begin(), uuid->end());
}

std::string IdText(const std::string& bytes) {
  return bytes.size() == RecordId::kSize ? FormatUuid(bytes) : std::string();
}

std::string Word(v1::QuarantineReason reason) {
  return Plain(ToText(static_cast<QuarantineReason>(reason)));
}

std::string Word(v1::RecordStatus status) {
  return Plain(ToText(static_cast<RecordStatus>(status)));
}

std::string Word(v1::ConflictPolicy policy) {
  return Plain(ToText(static_cast<Policy>(policy)));
}

std::string OutcomeText(const v1::Outcome& outcome) {
  std::string text = Plain(ToText(static_cast<OutcomeKind>(outcome.kind())));
  if (outcome.reason() != v1::QUARANTINE_REASON_UNSPECIFIED) {
    text += StrCat(" (", Word(outcome.reason()), ")");
  }
  return outcome.rejected() ? "rejected" : text;
}

absl::Status Report(const v1::ActResult& result) {
  const std::string text = OutcomeText(result.outcome());
  if (result.outcome().kind() == v1::OUTCOME_KIND_QUARANTINED &&
      !result.outcome().rejected()) {
    return absl::FailedPreconditionError(
        StrCat("it waits in quarantine as change ", result.seq(), ": ", text));
  }
  std::printf("change %llu: %s\n",
              static_cast<unsigned long long>(result.seq()), text.c_str());
  return absl::OkStatus();
}

}  // namespace chasqui::commands
