// A certificate authority for tests, of P-256 keys.

#ifndef CHASQUI_TESTS_TESTING_AUTHORITY_H_
#define CHASQUI_TESTS_TESTING_AUTHORITY_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string>

namespace chasqui::testing {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using TestKey = std::unique_ptr<EVP_PKEY, FreeKey>;

// PEM.
struct Issued {
  std::string certificate;
  std::string key;
};

// When a certificate is good, in s since 1970.
struct Validity {
  std::int64_t from_s;
  std::int64_t until_s;
};
// From yesterday, until tomorrow.
Validity Now();

class Authority {
 public:
  Authority();

  const std::string& certificate() const { return certificate_; }

  // A server's, for the name `host`, with a new key.
  Issued Issue(const std::string& host, Validity validity = Now()) const;

 private:
  const TestKey key_;
  std::string certificate_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_TESTING_AUTHORITY_H_
