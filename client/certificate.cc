#include "client/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <cstdint>
#include <ctime>

#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

constexpr std::int64_t kSecondMs = 1'000;
constexpr int kDepthMax = 8;

struct FreeStore {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
struct FreeVerifying {
  void operator()(X509_STORE_CTX* run) const { X509_STORE_CTX_free(run); }
};
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::string Digest(int (*digest)(const X509*, const EVP_MD*, unsigned char*,
                                 unsigned int*),
                   const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  if (digest(certificate, EVP_sha256(), bytes.data(), &size) != 1) size = 0;
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

int DigestOfKey(const X509* certificate, const EVP_MD* by, unsigned char* out,
                unsigned int* size) {
  unsigned char* der = nullptr;
  const int bytes = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (bytes <= 0) return 0;
  const int done =
      EVP_Digest(der, static_cast<std::size_t>(bytes), out, size, by, nullptr);
  OPENSSL_free(der);
  return done;
}

// A name, or an address of IP.
void Expect(const std::string& host, X509_VERIFY_PARAM* what) {
  if (X509_VERIFY_PARAM_set1_ip_asc(what, host.c_str()) == 1) return;
  X509_VERIFY_PARAM_set1_host(what, host.c_str(), host.size());
}

}  // namespace

Certificates CertificatesIn(std::string_view pem) {
  Certificates found;
  const std::unique_ptr<BIO, FreeBio> in(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (true) {
    Certificate next(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (next == nullptr) break;
    found.push_back(std::move(next));
  }
  ERR_clear_error();
  return found;
}

std::string PinOf(const X509* certificate) {
  return Digest(DigestOfKey, certificate);
}

std::string FingerprintOf(const X509* certificate) {
  return Digest(X509_digest, certificate);
}

std::int64_t ExpiryMs(const X509* certificate) {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return 0;
  return std::int64_t{timegm(&time)} * kSecondMs;
}

absl::Status VerifyChain(const Certificates& chain, const Certificates& trusted,
                         const std::string& host, bool dated) {
  const std::unique_ptr<X509_STORE, FreeStore> store(X509_STORE_new());
  for (const Certificate& each : trusted) {
    X509_STORE_add_cert(store.get(), each.get());
  }
  if (trusted.empty()) X509_STORE_set_default_paths(store.get());
  const std::unique_ptr<STACK_OF(X509), FreeStack> beside(sk_X509_new_null());
  for (const Certificate& each : chain) {
    sk_X509_push(beside.get(), each.get());
  }
  const std::unique_ptr<X509_STORE_CTX, FreeVerifying> run(
      X509_STORE_CTX_new());
  X509_STORE_CTX_init(run.get(), store.get(), chain.front().get(),
                      beside.get());
  X509_STORE_CTX_set_default(run.get(), "ssl_server");
  X509_VERIFY_PARAM* const what = X509_STORE_CTX_get0_param(run.get());
  X509_VERIFY_PARAM_set_depth(what, kDepthMax);
  Expect(host, what);
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;
  if (!dated) flags |= X509_V_FLAG_NO_CHECK_TIME;
  X509_VERIFY_PARAM_set_flags(what, flags);
  const bool good = X509_verify_cert(run.get()) == 1;
  const int error = X509_STORE_CTX_get_error(run.get());
  ERR_clear_error();
  if (good) return absl::OkStatus();
  return absl::FailedPreconditionError(X509_verify_cert_error_string(error));
}

}  // namespace chasqui::client
