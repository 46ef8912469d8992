#include "server/tls.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/time/time.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "server/tls_pair.h"
#include "sync/base/mutex.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

namespace ssl = boost::asio::ssl;

constexpr absl::Duration kLookEvery = absl::Seconds(1);
constexpr unsigned kGrpcLooksEveryS = 1;
constexpr std::int64_t kDayS = 86'400;
// So many days before a certificate expires its owner is told, every day.
constexpr std::int64_t kDaysOfWarning = 14;

// A file in memory, whose content changes all at once, under one name: gRPC
// 1.51 takes certificates that change from files alone, and stops answering
// where it finds two that are no pair.
class MemoryFile {
 public:
  MemoryFile() = default;
  ~MemoryFile() {
    if (shown_ >= 0) close(shown_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  absl::Status Show(const std::string& content) {
    const int next = memfd_create("certificate", MFD_CLOEXEC);
    if (next < 0 || !Fill(next, content)) {
      if (next >= 0) close(next);
      return absl::UnavailableError("no memory for the server's certificate");
    }
    if (shown_ < 0) {
      shown_ = next;
      return absl::OkStatus();
    }
    dup3(next, shown_, O_CLOEXEC);
    close(next);
    return absl::OkStatus();
  }

  std::string path() const { return StrCat("/proc/self/fd/", shown_); }

 private:
  // Readers tell by its time whether it changed while they read, to the second:
  // so each content has a second of its own.
  bool Fill(int file, const std::string& content) {
    const timespec time{++changes_, 0};
    const timespec times[] = {time, time};
    return write(file, content.data(), content.size()) ==
               static_cast<ssize_t>(content.size()) &&
           futimens(file, times) == 0;
  }

  int shown_ = -1;
  std::time_t changes_ = 0;
};

// By what a change of the files is seen.
using Look = std::tuple<ino_t, off_t, std::int64_t, std::int64_t>;

Look LookAt(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_size, found.st_mtim.tv_sec,
          found.st_mtim.tv_nsec};
}

class WatchedIdentity final : public TlsIdentity {
 public:
  WatchedIdentity(TlsFiles files, Clock& clock, EventLog& log)
      : files_(std::move(files)), clock_(clock), log_(log) {}

  ~WatchedIdentity() override {
    {
      const MutexLock lock(mutex_);
      ending_ = true;
      changed_.SignalAll();
    }
    if (watching_.joinable()) watching_.join();
  }
  WatchedIdentity(const WatchedIdentity&) = delete;
  WatchedIdentity& operator=(const WatchedIdentity&) = delete;

  absl::Status Begin() {
    taken_ = {LookAt(files_.certificate), LookAt(files_.key)};
    seen_ = taken_;
    RETURN_IF_ERROR(Take());
    watching_ = std::thread([this] { Watch(); });
    return absl::OkStatus();
  }

  std::shared_ptr<grpc::ServerCredentials> ForGrpc() override {
    using grpc::experimental::FileWatcherCertificateProvider;
    grpc::experimental::TlsServerCredentialsOptions options(
        std::make_shared<FileWatcherCertificateProvider>(
            for_grpc_.path(), for_grpc_.path(), kGrpcLooksEveryS));
    options.watch_identity_key_cert_pairs();
    options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
    return grpc::experimental::TlsServerCredentials(options);
  }

  std::shared_ptr<ssl::context> ForHttp() const override {
    const MutexLock lock(mutex_);
    return context_;
  }

 private:
  using Looks = std::pair<Look, Look>;

  void Watch() {
    while (Sleep()) {
      const Looks now = {LookAt(files_.certificate), LookAt(files_.key)};
      // Twice the same: nobody is at it.
      const bool settled = std::exchange(seen_, now) == now;
      if (settled && now != taken_) {
        taken_ = now;
        if (absl::Status status = Take(); !status.ok()) {
          log_.Say(Severity::kError, "certificate not taken",
                   {{"message", StdView(status.message())}});
        } else {
          log_.Say(Severity::kInfo, "certificate taken",
                   {{"expires_s", expires_s_}});
        }
      }
      WarnOfExpiry();
    }
  }

  // Whether to go on.
  bool Sleep() {
    const MutexLock lock(mutex_);
    if (!ending_) changed_.WaitFor(mutex_, kLookEvery);
    return !ending_;
  }

  absl::Status Take() {
    ASSIGN_OR_RETURN(TlsPair pair, LoadTlsPair(files_));
    RETURN_IF_ERROR(for_grpc_.Show(pair.pem));
    expires_s_ = pair.expires_s;
    const MutexLock lock(mutex_);
    if (context_ != nullptr) {
      HandOnTickets(context_->native_handle(), pair.context->native_handle());
    }
    context_ = std::move(pair.context);
    return absl::OkStatus();
  }

  void WarnOfExpiry() {
    const std::int64_t left = expires_s_ - absl::ToUnixSeconds(clock_.Now());
    const std::int64_t days = left < 0 ? -1 : left / kDayS;
    if (days >= kDaysOfWarning || days == warned_days_) return;
    warned_days_ = days;
    log_.Say(Severity::kWarning,
             left < 0 ? "certificate has expired" : "certificate expires",
             {{"days_left", days}, {"expires_s", expires_s_}});
  }

  const TlsFiles files_;
  Clock& clock_;
  EventLog& log_;

  // Of Begin(), then of the thread that watches.
  Looks taken_;
  Looks seen_;
  MemoryFile for_grpc_;
  std::int64_t expires_s_ = 0;
  std::int64_t warned_days_ = kDaysOfWarning;

  mutable Mutex mutex_;
  CondVar changed_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<ssl::context> context_ ABSL_GUARDED_BY(mutex_);

  std::thread watching_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TlsIdentity>> TlsIdentity::Open(
    const TlsFiles& files, Clock& clock, EventLog& log) {
  for (const std::string* const file : {&files.certificate, &files.key}) {
    if (!file->empty()) continue;
    return absl::InvalidArgumentError(
        "a certificate and its key go together: give both --tls-cert and "
        "--tls-key");
  }
  auto identity = std::make_unique<WatchedIdentity>(files, clock, log);
  RETURN_IF_ERROR(identity->Begin());
  return identity;
}

}  // namespace chasqui::server
