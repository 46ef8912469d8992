#include "client/installed.h"

#include <filesystem>
#include <optional>
#include <random>
#include <system_error>
#include <utility>

#include "absl/strings/str_join.h"
#include "client/credential.h"
#include "client/device_keys.h"
#include "client/enrolment.h"
#include "client/fallback_transport.h"
#include "client/grpc_transport.h"
#include "client/http_transport.h"
#include "client/invitation.h"
#include "client/sqlite_store.h"
#include "client/trust.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::client {
namespace {

constexpr char kServerHere[] = "127.0.0.1:7707";

std::string FileIn(const std::string& directory) {
  return directory + "/device.sqlite";
}

std::uint64_t Draw() {
  static std::random_device source;
  return (std::uint64_t{source()} << 32) | source();
}

absl::StatusOr<std::string> Setting(const DeviceStore& store, const char* key) {
  ASSIGN_OR_RETURN(const auto value, store.Get(Table::kDevice, key));
  if (!value.has_value()) {
    return absl::DataLossError(StrCat("device store: it has no ", key));
  }
  return *value;
}

// By gRPC, by HTTP/1.1, or by the first and after failures by the second.
std::unique_ptr<NetworkTransport> TransportBy(
    const Ways& ways, const std::string& device,
    const std::shared_ptr<ServerTls>& tls) {
  if (ways.grpc.empty()) return NewHttpTransport(ways.http, device, tls);
  auto grpc = NewGrpcTransport(ways.grpc, device, tls);
  if (ways.http.empty()) return grpc;
  return NewFallbackTransport(std::move(grpc),
                              NewHttpTransport(ways.http, device, tls));
}

// Where its sessions are begun.
const std::string& MainPlace(const Ways& ways) {
  return ways.http.empty() ? ways.grpc : ways.http;
}

// Whoever listens in between would otherwise only have to break TLS.
absl::Status CheckStaysEncrypted(bool came_in_by_tls, const Ways& ways,
                                 const std::string& server) {
  if (!came_in_by_tls || ways.tls) return absl::OkStatus();
  return absl::FailedPreconditionError(
      StrCat("this device has come in by TLS, and ", server,
             " is not encrypted: give grpcs:// or https://"));
}

// Takes apart what was given as a code.
absl::Status ReadCode(Installation& installation) {
  ASSIGN_OR_RETURN(Invitation invitation, ReadInvitation(installation.code));
  installation.code = std::move(invitation.code);
  if (installation.server.empty()) installation.server = invitation.server;
  if (installation.pins.empty()) installation.pins = invitation.pins;
  return absl::OkStatus();
}

// Nullopt where it goes in plain text.
absl::StatusOr<std::optional<Trust>> TrustIn(const Installation& installation,
                                             const Ways& ways) {
  const bool is_told =
      !installation.pins.empty() || !installation.authorities_file.empty();
  if (!ways.tls && is_told) {
    return absl::InvalidArgumentError(
        StrCat(installation.server,
               " is not encrypted, though a pin or an authority is told: give "
               "grpcs:// or https://"));
  }
  if (!ways.tls) return std::nullopt;
  ASSIGN_OR_RETURN(Trust trust,
                   TrustOf(installation.pins, installation.authorities_file));
  return trust;
}

// Devices made before there were keys get theirs now.
absl::Status HaveOwnKey(DeviceStore& store) {
  ASSIGN_OR_RETURN(const DeviceKeys keys, LoadKeys(store));
  if (keys.own.has_value()) return absl::OkStatus();
  StoreBatch batch;
  PutOwnKey(seal::KeyPair::Draw(), batch);
  return store.Commit(batch);
}

// With a code, person and survey are still to be told.
absl::Status CheckNames(const Installation& installation) {
  const std::pair<const char*, const std::string*> names[] = {
      {"device", &installation.device},
      {"person", &installation.person},
      {"survey", &installation.survey}};
  for (const auto& [what, name] : names) {
    if (IsName(*name)) continue;
    if (name->empty() && !installation.code.empty() &&
        name != &installation.device) {
      continue;
    }
    return absl::InvalidArgumentError(
        StrCat("\"", *name, "\" cannot name a ", what, ": letters, digits and ",
               "-_.@, at most ", kNameBytesMax, " bytes"));
  }
  return absl::OkStatus();
}

// Whom the device is for, and how it knows its server.
absl::Status ComeInByCode(const DeviceStore& store, const Enrolling& enrolling,
                          Installation& installation, StoreBatch& batch) {
  ASSIGN_OR_RETURN(const DeviceKeys keys, LoadKeys(store));
  SystemClock clock;
  ASSIGN_OR_RETURN(const Enrolled enrolled,
                   Enrol(enrolling, keys.own->public_key(), clock));
  installation.person = enrolled.person;
  installation.code.clear();
  if (installation.survey.empty() && enrolled.surveys.size() == 1) {
    installation.survey = enrolled.surveys.front();
  }
  if (installation.survey.empty()) {
    return absl::InvalidArgumentError(
        enrolled.surveys.empty()
            ? StrCat(enrolled.person,
                     " collects in no survey yet: name one "
                     "with --survey, or ask again later")
            : StrCat("say which survey, with --survey: ",
                     absl::StrJoin(enrolled.surveys, ", ")));
  }
  PutCredential(enrolled.credential, batch);
  PutServerKey(enrolled.server_key, batch);
  return absl::OkStatus();
}

}  // namespace

absl::Status Installed::Make(const std::string& directory,
                             Installation& installation) {
  RETURN_IF_ERROR(ReadCode(installation));
  if (installation.server.empty()) installation.server = kServerHere;
  RETURN_IF_ERROR(CheckNames(installation));
  ASSIGN_OR_RETURN(const Ways ways,
                   WaysTo(installation.server, installation.http));
  ASSIGN_OR_RETURN(const std::optional<Trust> trust,
                   TrustIn(installation, ways));
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return absl::UnavailableError(StrCat(directory, ": ", error.message()));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<DeviceStore> store,
                   OpenSqliteStore(FileIn(directory)));
  ASSIGN_OR_RETURN(const auto made, store->Get(Table::kDevice, kDeviceSurvey));
  if (made.has_value()) {
    return absl::AlreadyExistsError(StrCat(directory, " has a device already"));
  }
  // Before the server knows it: it may be let in and not hear of it.
  RETURN_IF_ERROR(HaveOwnKey(*store));
  StoreBatch batch;
  if (!installation.code.empty()) {
    const Enrolling enrolling{
        ways, trust ? std::make_shared<ServerTls>(*trust, 0) : nullptr,
        installation.code, installation.device, ""};
    RETURN_IF_ERROR(ComeInByCode(*store, enrolling, installation, batch));
    RETURN_IF_ERROR(CheckNames(installation));
  }
  if (trust.has_value()) PutTrust(*trust, batch);
  SurveyState state;
  state.person = installation.person;
  batch.Put(Table::kDevice, kDeviceName, installation.device);
  batch.Put(Table::kDevice, kDeviceSurvey, installation.survey);
  batch.Put(Table::kDevice, kDeviceServer, installation.server);
  batch.Put(Table::kDevice, kDeviceHttp, installation.http);
  batch.Put(Table::kSurvey, installation.survey, EncodeState(state));
  return store->Commit(batch);
}

absl::Status Installed::ComeInAgain(const std::string& directory,
                                    Installation given) {
  RETURN_IF_ERROR(ReadCode(given));
  ASSIGN_OR_RETURN(const std::unique_ptr<Installed> installed,
                   Open(directory, "", /*online=*/false));
  DeviceStore& store = installed->store();
  const bool moves = !given.server.empty();
  if (!moves) {
    ASSIGN_OR_RETURN(given.server, Setting(store, kDeviceServer));
    ASSIGN_OR_RETURN(const auto http, store.Get(Table::kDevice, kDeviceHttp));
    given.http = http.value_or("");
  }
  ASSIGN_OR_RETURN(const Ways ways, WaysTo(given.server, given.http));
  ASSIGN_OR_RETURN(std::optional<Trust> trust, TrustIn(given, ways));
  ASSIGN_OR_RETURN(const std::optional<Trust> known, LoadTrust(store));
  RETURN_IF_ERROR(CheckStaysEncrypted(known.has_value(), ways, given.server));
  if (given.pins.empty() && given.authorities_file.empty() && known) {
    trust = known;
  }
  Enrolling enrolling;
  enrolling.ways = ways;
  if (trust) enrolling.tls = std::make_shared<ServerTls>(*trust, 0);
  enrolling.code = given.code;
  enrolling.device = installed->device().name();
  enrolling.person = installed->survey().state().person;
  ASSIGN_OR_RETURN(
      const Enrolled enrolled,
      Enrol(enrolling, installed->device().keys().own->public_key(),
            installed->clock()));
  StoreBatch batch;
  PutCredential(enrolled.credential, batch);
  PutServerKey(enrolled.server_key, batch);
  if (trust) PutTrust(*trust, batch);
  batch.Put(Table::kDevice, kDeviceServer, given.server);
  batch.Put(Table::kDevice, kDeviceHttp, given.http);
  return store.Commit(batch);
}

absl::Status Installed::Connect(const std::string& server,
                                const std::string& http,
                                const std::string& name) {
  ASSIGN_OR_RETURN(ways_, WaysTo(server, http));
  ASSIGN_OR_RETURN(const std::optional<Trust> trust, LoadTrust(*store_));
  RETURN_IF_ERROR(CheckStaysEncrypted(trust.has_value(), ways_, server));
  if (ways_.tls) {
    ASSIGN_OR_RETURN(const Credential credential, LoadCredential(*store_));
    tls_ = std::make_shared<ServerTls>(trust.value_or(Trust()),
                                       credential.ServerAtLeast(clock_));
    ASSIGN_OR_RETURN(const auto kept,
                     store_->Get(Table::kDevice, kTlsSessionKey));
    tls_->TakeBack(kept.value_or(""), MainPlace(ways_));
  }
  transport_ = TransportBy(ways_, name, tls_);
  return absl::OkStatus();
}

Installed::~Installed() {
  // A device that was wiped has nothing to keep.
  if (tls_ == nullptr || device_ == nullptr ||
      device_->Find(survey_) == nullptr) {
    return;
  }
  const std::string session = tls_->Keep(MainPlace(ways_));
  StoreBatch batch;
  batch.set_lasting(false);  // without it the next connection costs some more
  batch.Erase(Table::kDevice, kTlsSessionKey);
  if (!session.empty()) batch.Put(Table::kDevice, kTlsSessionKey, session);
  static_cast<void>(store_->Commit(batch));
}

absl::Status Installed::CheckItIsNotWiped(const std::string& directory) const {
  if (device_->Find(survey_) != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(StrCat(
      "the device in ", directory, " was told to forget everything, and has"));
}

absl::StatusOr<std::unique_ptr<Installed>> Installed::Open(
    const std::string& directory, const std::string& server, bool online,
    const std::string& http) {
  if (!std::filesystem::exists(FileIn(directory))) {
    return absl::NotFoundError(
        StrCat(directory, " has no device: make one with `device init`"));
  }
  std::unique_ptr<Installed> installed(new Installed());
  installed->directory_ = directory;
  ASSIGN_OR_RETURN(installed->store_, OpenSqliteStore(FileIn(directory)));
  DeviceStore& store = *installed->store_;
  RETURN_IF_ERROR(HaveOwnKey(store));
  ASSIGN_OR_RETURN(const std::string name, Setting(store, kDeviceName));
  ASSIGN_OR_RETURN(installed->survey_, Setting(store, kDeviceSurvey));
  ASSIGN_OR_RETURN(const std::string address, Setting(store, kDeviceServer));
  if (online) {
    ASSIGN_OR_RETURN(const auto kept, store.Get(Table::kDevice, kDeviceHttp));
    RETURN_IF_ERROR(installed->Connect(server.empty() ? address : server,
                                       http.empty() ? kept.value_or("") : http,
                                       name));
  }
  ASSIGN_OR_RETURN(installed->device_,
                   Device::Open(name, store, installed->clock_,
                                installed->transport_.get(), Draw));
  if (!online) RETURN_IF_ERROR(installed->CheckItIsNotWiped(directory));
  return installed;
}

}  // namespace chasqui::client
