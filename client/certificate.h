// Certificates, as OpenSSL has them.

#ifndef CHASQUI_CLIENT_CERTIFICATE_H_
#define CHASQUI_CLIENT_CERTIFICATE_H_

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace chasqui::client {

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;
using Certificates = std::vector<Certificate>;

// Those that `pem` has, in order. What is none ends them.
Certificates CertificatesIn(std::string_view pem);

// SHA-256 of its public key, and of all of it.
std::string PinOf(const X509* certificate);
std::string FingerprintOf(const X509* certificate);

// Until when it is good, in ms since 1970 UTC.
std::int64_t ExpiryMs(const X509* certificate);

// Whether `trusted`, each enough by itself, have signed the first of `chain`
// for `host`, with the help of the others. `trusted` empty: those of this
// system. `dated`: by this machine's clock all must be good now.
// FailedPrecondition, in OpenSSL's words.
absl::Status VerifyChain(const Certificates& chain, const Certificates& trusted,
                         const std::string& host, bool dated);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_CERTIFICATE_H_
