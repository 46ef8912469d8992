#include "tests/testing/authority.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "sync/base/check.h"

namespace chasqui::testing {
namespace {

constexpr std::int64_t kDayS = 86'400;
constexpr long kVersion3 = 2;
constexpr char kAuthorityName[] = "test authority";

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

template <typename Write>
std::string Pem(Write write) {
  BIO* const out = BIO_new(BIO_s_mem());
  CHECK(write(out) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(out);
  return text;
}

void SetName(const std::string& name, X509_NAME* to) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(name.data());
  CHECK(X509_NAME_add_entry_by_txt(to, "CN", MBSTRING_UTF8, bytes,
                                   static_cast<int>(name.size()), -1, 0) == 1);
}

void Add(int what, const std::string& value, X509* certificate) {
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
  CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// `host` empty: the authority's own.
std::string Sign(EVP_PKEY* subject, const std::string& host, EVP_PKEY* by,
                 Validity validity) {
  const std::unique_ptr<X509, FreeX509> made(X509_new());
  X509_set_version(made.get(), kVersion3);
  std::int64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial - 1);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(made.get()), serial);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), validity.from_s);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), validity.until_s);
  SetName(host.empty() ? kAuthorityName : host,
          X509_get_subject_name(made.get()));
  SetName(kAuthorityName, X509_get_issuer_name(made.get()));
  X509_set_pubkey(made.get(), subject);
  if (host.empty()) {
    Add(NID_basic_constraints, "critical,CA:TRUE", made.get());
  } else {
    Add(NID_subject_alt_name, "DNS:" + host, made.get());
  }
  CHECK(X509_sign(made.get(), by, EVP_sha256()) > 0);
  return Pem([&](BIO* out) { return PEM_write_bio_X509(out, made.get()); });
}

}  // namespace

Validity Now() {
  const std::int64_t now = std::time(nullptr);
  return {now - kDayS, now + kDayS};
}

Authority::Authority()
    : key_(EVP_EC_gen("P-256")),
      certificate_(Sign(key_.get(), "", key_.get(), Now())) {}

Issued Authority::Issue(const std::string& host, Validity validity) const {
  const TestKey key(EVP_EC_gen("P-256"));
  return {Sign(key.get(), host, key_.get(), validity), Pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0,
                                            nullptr, nullptr);
          })};
}

}  // namespace chasqui::testing
