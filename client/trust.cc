#include "client/trust.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "client/certificate.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::client {
namespace {

constexpr std::uint8_t kTrustVersion = 1;
constexpr char kPinScheme[] = "sha256:";
constexpr std::size_t kPinBytes = 32;

}  // namespace

absl::StatusOr<Trust> Trust::Decode(std::string_view bytes) {
  ByteReader in(bytes);
  Trust trust;
  const std::uint8_t version = in.Byte();
  trust.authorities = std::string(in.Bytes());
  while (!in.done() && in.ok() && trust.pins.size() < kPinsMax) {
    trust.pins.emplace_back(in.Bytes());
    if (trust.pins.back().size() != kPinBytes) break;
  }
  if (!in.done() || version != kTrustVersion) {
    return absl::DataLossError(
        "device store: what it trusts of its server is damaged");
  }
  return trust;
}

std::string Trust::Encode() const {
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kTrustVersion);
  out.Bytes(authorities);
  for (const std::string& pin : pins) out.Bytes(pin);
  return bytes;
}

absl::StatusOr<std::string> PinFromText(std::string_view text) {
  absl::string_view base64 = AbslView(text);
  std::string pin;
  if (absl::ConsumePrefix(&base64, kPinScheme) &&
      absl::WebSafeBase64Unescape(base64, &pin) && pin.size() == kPinBytes) {
    return pin;
  }
  return absl::InvalidArgumentError(
      StrCat("\"", absl::CHexEscape(std::string(text.substr(0, 100))),
             "\" is no pin: it is \"sha256:\" and 43 characters of base64"));
}

std::string PinText(std::string_view pin) {
  return StrCat(kPinScheme, absl::WebSafeBase64Escape(AbslView(pin)));
}

absl::StatusOr<std::string> PinOfLast(const std::string& pem) {
  const Certificates chain = CertificatesIn(pem);
  if (!chain.empty()) return PinOf(chain.back().get());
  return absl::InvalidArgumentError("there is no certificate in PEM");
}

absl::StatusOr<Trust> TrustOf(const std::vector<std::string>& pins,
                              const std::string& authorities_file) {
  Trust trust;
  if (pins.size() > kPinsMax) {
    return absl::InvalidArgumentError(
        StrCat("there are ", pins.size(), " pins; there may be ", kPinsMax));
  }
  for (const std::string& text : pins) {
    ASSIGN_OR_RETURN(std::string pin, PinFromText(text));
    trust.pins.push_back(std::move(pin));
  }
  if (authorities_file.empty()) return trust;
  std::ifstream file(authorities_file, std::ios::binary);
  trust.authorities.assign(std::istreambuf_iterator<char>(file), {});
  if (trust.authorities.size() > kAuthoritiesBytesMax) {
    return absl::InvalidArgumentError(StrCat(authorities_file, " has over ",
                                             kAuthoritiesBytesMax,
                                             " bytes, the most it may have"));
  }
  if (CertificatesIn(trust.authorities).empty()) {
    return absl::InvalidArgumentError(
        StrCat(authorities_file, " has no certificate in PEM"));
  }
  return trust;
}

absl::StatusOr<std::optional<Trust>> LoadTrust(const DeviceStore& store) {
  ASSIGN_OR_RETURN(const auto bytes, store.Get(Table::kDevice, kTrustKey));
  if (!bytes.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(Trust trust, Trust::Decode(*bytes));
  return trust;
}

void PutTrust(const Trust& trust, StoreBatch& batch) {
  batch.Put(Table::kDevice, kTrustKey, trust.Encode());
}

}  // namespace chasqui::client
