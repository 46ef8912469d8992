#include "client/server_tls.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::client {
namespace {

constexpr std::uint8_t kKeptVersion = 1;
constexpr std::size_t kSessionBytesMax = std::size_t{16} << 10;
// Servers behind one name, each with a certificate, and renewed ones.
constexpr std::size_t kGoodMax = 64;

std::string Named(const std::string& host, std::string_view fingerprint) {
  return StrCat(host, "\n", fingerprint);
}

}  // namespace

absl::Status ServerTls::Check(const Certificates& chain,
                              const std::string& host) {
  const MutexLock lock(mutex_);
  refusal_ = Judge(chain, host);
  if (!refusal_.ok()) {
    session_.clear();
    return refusal_;
  }
  last_good_ = FingerprintOf(chain.front().get());
  last_good_until_ms_ = ExpiryMs(chain.front().get());
  if (good_.size() >= kGoodMax) good_.clear();
  good_.insert(Named(host, last_good_));
  return absl::OkStatus();
}

absl::Status ServerTls::Judge(const Certificates& chain,
                              const std::string& host) const {
  if (chain.empty()) {
    return absl::FailedPreconditionError("the server shows no certificate");
  }
  RETURN_IF_ERROR(CheckExpiry(chain.front().get()));
  if (good_.contains(Named(host, FingerprintOf(chain.front().get())))) {
    return absl::OkStatus();
  }
  if (!trust_.pins.empty()) return CheckPins(chain, host);
  if (authorities_.empty() && !trust_.authorities.empty()) {
    return absl::FailedPreconditionError(
        "what is to be trusted has no certificate in PEM");
  }
  const bool never_told = told_ms_ == 0;
  if (absl::Status status =
          VerifyChain(chain, authorities_, host, /*dated=*/never_told);
      !status.ok()) {
    return absl::FailedPreconditionError(StrCat(
        "the certificate of ", host, " is not trusted here (", status.message(),
        "). Nothing was sent. Say which authority is trusted with --ca, "
        "or the server's key with --pin"));
  }
  return absl::OkStatus();
}

absl::Status ServerTls::CheckExpiry(const X509* certificate) const {
  const std::int64_t expiry_ms = ExpiryMs(certificate);
  if (told_ms_ <= expiry_ms) return absl::OkStatus();
  return absl::FailedPreconditionError(StrCat(
      "the server's certificate has expired at ",
      absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixMillis(expiry_ms),
                       absl::UTCTimeZone()),
      ". Nothing was sent, and nothing is lost: have it renewed"));
}

bool ServerTls::IsPinned(const X509* certificate) const {
  return std::find(trust_.pins.begin(), trust_.pins.end(),
                   PinOf(certificate)) != trust_.pins.end();
}

// The server's own key needs no name beside it. An authority's is good for the
// names that it has signed.
absl::Status ServerTls::CheckPins(const Certificates& chain,
                                  const std::string& host) const {
  if (IsPinned(chain.front().get())) return absl::OkStatus();
  absl::Status status = absl::FailedPreconditionError("another key");
  for (const Certificate& each : chain) {
    if (!IsPinned(each.get())) continue;
    Certificates trusted;
    X509_up_ref(each.get());
    trusted.emplace_back(each.get());
    status = VerifyChain(chain, trusted, host, /*dated=*/false);
    if (status.ok()) return status;
  }
  return absl::FailedPreconditionError(StrCat(
      host, " does not show the key that this device was told to trust (",
      status.message(), "; it shows ", PinText(PinOf(chain.back().get())),
      "). Nothing was sent, and nothing is lost. If the server has another "
      "certificate now, come in again with a new code: `device enrol --code`"));
}

absl::Status ServerTls::refusal() const {
  const MutexLock lock(mutex_);
  return refusal_;
}

std::string ServerTls::session() const {
  const MutexLock lock(mutex_);
  return told_ms_ <= last_good_until_ms_ ? session_ : std::string();
}

void ServerTls::set_session(std::string session) {
  if (session.size() > kSessionBytesMax) session.clear();
  const MutexLock lock(mutex_);
  session_ = std::move(session);
}

std::string ServerTls::Keep(std::string_view address) const {
  const MutexLock lock(mutex_);
  if (session_.empty()) return "";
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kKeptVersion);
  out.Bytes(address);
  out.Bytes(trust_.Encode());
  out.Bytes(last_good_);
  out.Zigzag(last_good_until_ms_);
  out.Bytes(session_);
  return bytes;
}

void ServerTls::TakeBack(std::string_view kept, std::string_view address) {
  ByteReader in(kept);
  const std::uint8_t version = in.Byte();
  const std::string_view of = in.Bytes();
  const std::string_view trust = in.Bytes();
  const std::string good(in.Bytes());
  const std::int64_t good_until_ms = in.Zigzag();
  std::string session(in.Bytes());
  if (!in.done() || version != kKeptVersion || of != address ||
      trust != trust_.Encode()) {
    return;
  }
  const MutexLock lock(mutex_);
  good_.insert(Named(HostOf(address), good));
  last_good_ = good;
  last_good_until_ms_ = good_until_ms;
  session_ = std::move(session);
}

std::string HostOf(std::string_view address) {
  std::string host(address.substr(0, address.rfind(':')));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return host;
}

}  // namespace chasqui::client
