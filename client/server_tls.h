// A server as a device knows it by TLS: whether it is the one, and how its last
// session is resumed.

#ifndef CHASQUI_CLIENT_SERVER_TLS_H_
#define CHASQUI_CLIENT_SERVER_TLS_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "client/certificate.h"
#include "client/trust.h"
#include "sync/base/mutex.h"

namespace chasqui::client {

// Both transports to one server share it. Thread-safe.
//
// A device's clock may be wrong, and must not keep it out. So what has once
// been told by the server, a time that has certainly passed, is all that a
// certificate is too old by; only who has never been told, and trusts
// authorities, goes by this machine's clock. Not yet good is no reason at all.
class ServerTls {
 public:
  // `told_ms`: the server's clock has certainly reached that; 0: nothing is
  // known of it.
  ServerTls(Trust trust, std::int64_t told_ms)
      : trust_(std::move(trust)),
        authorities_(CertificatesIn(trust_.authorities)),
        told_ms_(told_ms) {}

  // Whether who shows these is the server; the first is its own. A server that
  // resumes a session shows that alone, and it must have been found good
  // before. FailedPrecondition, with what can be done about it.
  absl::Status Check(const Certificates& chain, const std::string& host)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Why the latest check failed; OK if it did not.
  absl::Status refusal() const ABSL_LOCKS_EXCLUDED(mutex_);

  // The session to be resumed, as OpenSSL writes it; empty: none, or none that
  // began with a certificate that is still good.
  std::string session() const ABSL_LOCKS_EXCLUDED(mutex_);
  void set_session(std::string session) ABSL_LOCKS_EXCLUDED(mutex_);

  // The session and whose it is, to be kept from one start of the app to the
  // next: as good as a secret. Empty: there is none.
  std::string Keep(std::string_view address) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes back what Keep() gave, if it is of that address and of this trust.
  // Anything else is as if nothing had been kept.
  void TakeBack(std::string_view kept, std::string_view address)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Status Judge(const Certificates& chain, const std::string& host) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Status CheckExpiry(const X509* certificate) const;
  absl::Status CheckPins(const Certificates& chain,
                         const std::string& host) const;
  bool IsPinned(const X509* certificate) const;

  const Trust trust_;
  const Certificates authorities_;
  const std::int64_t told_ms_;

  mutable Mutex mutex_;
  // Server certificates that were found good, each with whose it is.
  std::set<std::string> good_ ABSL_GUARDED_BY(mutex_);
  std::string last_good_ ABSL_GUARDED_BY(mutex_);
  std::int64_t last_good_until_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status refusal_ ABSL_GUARDED_BY(mutex_);
  std::string session_ ABSL_GUARDED_BY(mutex_);
};

// The key of what Keep() gives in Table::kDevice.
inline constexpr char kTlsSessionKey[] = "tls session";

// Of HOST:PORT, without the brackets of IPv6.
std::string HostOf(std::string_view address);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_SERVER_TLS_H_
