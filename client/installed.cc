#include "client/installed.h"

#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/credential.h"
#include "client/device_keys.h"
#include "client/enrolment.h"
#include "client/fallback_transport.h"
#include "client/grpc_transport.h"
#include "client/http_transport.h"
#include "client/sqlite_store.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::client {
namespace {

constexpr char kHttpScheme[] = "http://";

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

// gRPC to HOST:PORT, HTTP/1.1 to http://HOST:PORT; the first, and after
// failures the second, where `http` names one as well.
std::unique_ptr<NetworkTransport> TransportTo(const std::string& server,
                                              const std::string& http,
                                              const std::string& device) {
  absl::string_view host = server;
  if (absl::ConsumePrefix(&host, kHttpScheme)) {
    return NewHttpTransport(std::string(host), device);
  }
  auto grpc = NewGrpcTransport(server, device);
  if (http.empty()) return grpc;
  absl::string_view fallback = http;
  absl::ConsumePrefix(&fallback, kHttpScheme);
  return NewFallbackTransport(std::move(grpc),
                              NewHttpTransport(std::string(fallback), device));
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

absl::Status ComeInByCode(const DeviceStore& store, Installation& installation,
                          StoreBatch& batch) {
  ASSIGN_OR_RETURN(const DeviceKeys keys, LoadKeys(store));
  SystemClock clock;
  ASSIGN_OR_RETURN(
      const Enrolled enrolled,
      Enrol({installation.server, installation.code, installation.device, ""},
            keys.own->public_key(), clock));
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
  RETURN_IF_ERROR(CheckNames(installation));
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
    RETURN_IF_ERROR(ComeInByCode(*store, installation, batch));
    RETURN_IF_ERROR(CheckNames(installation));
  }
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
                                    const std::string& code) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Installed> installed,
                   Open(directory, "", /*online=*/false));
  DeviceStore& store = installed->store();
  Enrolling enrolling;
  ASSIGN_OR_RETURN(enrolling.server, Setting(store, kDeviceServer));
  enrolling.code = code;
  enrolling.device = installed->device().name();
  enrolling.person = installed->survey().state().person;
  ASSIGN_OR_RETURN(
      const Enrolled enrolled,
      Enrol(enrolling, installed->device().keys().own->public_key(),
            installed->clock()));
  StoreBatch batch;
  PutCredential(enrolled.credential, batch);
  PutServerKey(enrolled.server_key, batch);
  return store.Commit(batch);
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
    installed->transport_ =
        TransportTo(server.empty() ? address : server,
                    http.empty() ? kept.value_or("") : http, name);
  }
  ASSIGN_OR_RETURN(installed->device_,
                   Device::Open(name, store, installed->clock_,
                                installed->transport_.get(), Draw));
  if (!online && installed->device_->Find(installed->survey_) == nullptr) {
    return absl::FailedPreconditionError(
        StrCat("the device in ", directory,
               " was told to forget everything, and has"));
  }
  return installed;
}

}  // namespace chasqui::client
