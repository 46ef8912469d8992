// What a device trusts of a server that it reaches by TLS: told when it comes
// in, and kept.

#ifndef CHASQUI_CLIENT_TRUST_H_
#define CHASQUI_CLIENT_TRUST_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/device_store.h"

namespace chasqui::client {

// Pins that one device may have, and the bytes of its authorities.
inline constexpr std::size_t kPinsMax = 8;
inline constexpr std::size_t kAuthoritiesBytesMax = std::size_t{64} << 10;

// A value. With neither, the authorities that this system trusts.
struct Trust {
  // SHA-256 of the public key (SubjectPublicKeyInfo) of a server, or of an
  // authority whose certificate the server shows beside its own.
  std::vector<std::string> pins;
  // Certificates of authorities, PEM.
  std::string authorities;

  // As Encode() made it; DataLoss.
  static absl::StatusOr<Trust> Decode(std::string_view bytes);
  std::string Encode() const;
};

// "sha256:" and 43 characters of base64 (URL alphabet, no padding).
// InvalidArgument.
absl::StatusOr<std::string> PinFromText(std::string_view text);
std::string PinText(std::string_view pin);

// By the last certificate of a chain in PEM: the one that has signed the
// others, or the only one. InvalidArgument: there is none.
absl::StatusOr<std::string> PinOfLast(const std::string& pem);

// What `--pin` and `--ca` say. InvalidArgument, with which and its limit.
absl::StatusOr<Trust> TrustOf(const std::vector<std::string>& pins,
                              const std::string& authorities_file);

// Its key in Table::kDevice.
inline constexpr char kTrustKey[] = "trust";
// Nullopt: the device has not come in by TLS. DataLoss.
absl::StatusOr<std::optional<Trust>> LoadTrust(const DeviceStore& store);
void PutTrust(const Trust& trust, StoreBatch& batch);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_TRUST_H_
