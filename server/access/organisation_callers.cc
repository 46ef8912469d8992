// Who calls, by what they show.

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "server/access/organisation.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/seal/proof.h"

namespace chasqui::access {
namespace {

// A device that makes more in the time that they are known is not well.
constexpr std::ptrdiff_t kProofsOfDeviceMax = 100;
// Looking through all proofs takes time: not at each of them.
constexpr std::int64_t kSweepMs = 60'000;

CallingDevice Standing(const std::string& name, const Device& device) {
  CallingDevice calling;
  calling.name = name;
  calling.person = device.person;
  calling.locked = device.state != v1::DEVICE_STATE_ACTIVE;
  calling.wipe = device.state == v1::DEVICE_STATE_WIPING;
  calling.out = !device.is_let_in();
  return calling;
}

}  // namespace

bool Organisation::Issued(std::string_view bearer) const {
  if (!LooksLikeApiKey(bearer)) return tokens_.Read(bearer).ok();
  const MutexLock lock(mutex_);
  return members_.key_numbers.contains(hasher_.Hash(bearer));
}

bool Organisation::HasCode(const std::string& code) const {
  const auto normal = NormalCode(code);
  if (!normal.ok()) return false;
  const MutexLock lock(mutex_);
  return members_.invitations.contains(hasher_.Hash(*normal));
}

absl::StatusOr<Caller> Organisation::ByKey(std::string_view key) const {
  const auto number = members_.key_numbers.find(hasher_.Hash(key));
  if (number == members_.key_numbers.end()) {
    return absl::UnauthenticatedError("the key is none of this server's");
  }
  const ApiKey& known = members_.keys.find(number->second)->second;
  if (known.revoked || NowMs() >= known.expires_ms) {
    return absl::UnauthenticatedError(StrCat(
        "key ", known.number, known.revoked ? " was revoked" : " has expired"));
  }
  Caller caller;
  caller.person = known.person;
  caller.owns = members_.owners.contains(known.person);
  if (known.scopes.empty()) return caller;
  caller.scopes.emplace();
  for (const std::string& scope : known.scopes) {
    // One of a later version of this program is no right here.
    if (const auto right = RightNamed(scope)) caller.scopes->insert(*right);
  }
  return caller;
}

absl::StatusOr<Caller> Organisation::Person(std::string_view bearer) const {
  const MutexLock lock(mutex_);
  if (LooksLikeApiKey(bearer)) return ByKey(bearer);
  ASSIGN_OR_RETURN(const Token token, tokens_.Read(bearer));
  if (token.kind != TokenKind::kPerson) {
    return absl::PermissionDeniedError(
        "a device collects; what people do they sign in for");
  }
  const auto password = members_.passwords.find(token.name);
  if (password == members_.passwords.end() ||
      password->second.generation != token.generation) {
    return absl::UnauthenticatedError(
        "the password was changed since: sign in again");
  }
  if (NowMs() >= token.expires_ms) {
    return absl::UnauthenticatedError("the token has expired: sign in again");
  }
  Caller caller;
  caller.person = token.name;
  caller.owns = members_.owners.contains(token.name);
  return caller;
}

absl::Status Organisation::CheckFresh(const std::string& device,
                                      std::int64_t at_ms,
                                      const std::string& nonce) {
  const std::int64_t now = NowMs();
  if (at_ms < now - kProofLateMs || at_ms > now + kProofLateMs ||
      at_ms < started_ms_) {
    return absl::UnauthenticatedError(
        "the proof is of another time: make one of the time that is told");
  }
  if (now - proofs_swept_ms_ > kSweepMs) {
    std::erase_if(proofs_, [now](const auto& proof) {
      return proof.second < now - kProofLateMs;
    });
    proofs_swept_ms_ = now;
  }
  const auto first = proofs_.lower_bound({device, ""});
  const auto last = std::find_if(first, proofs_.end(), [&](const auto& proof) {
    return proof.first.first != device;
  });
  if (std::distance(first, last) >= kProofsOfDeviceMax) {
    return absl::ResourceExhaustedError(
        "the device has made too many proofs: it has a token to use");
  }
  if (!proofs_.emplace(std::pair(device, nonce), at_ms).second) {
    return absl::UnauthenticatedError("the proof was shown before");
  }
  return absl::OkStatus();
}

absl::StatusOr<CallingDevice> Organisation::DeviceNamed(
    const std::string& name) const {
  const MutexLock lock(mutex_);
  const auto known = members_.devices.find(name);
  if (known == members_.devices.end()) {
    return absl::UnauthenticatedError(StrCat("there is no device ", name));
  }
  return Standing(name, known->second);
}

absl::StatusOr<CallingDevice> Organisation::DeviceOf(std::string_view token,
                                                     std::string_view proof) {
  const MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const Token read, tokens_.Read(token));
  const auto known = members_.devices.find(read.name);
  if (read.kind != TokenKind::kDevice || known == members_.devices.end() ||
      known->second.generation != read.generation) {
    return absl::UnauthenticatedError("the token is of no device");
  }
  const Device& device = known->second;
  if (!device.is_let_in()) {
    return absl::UnauthenticatedError(StrCat("device ", read.name, " is ",
                                             Spoken(device.state),
                                             ": enrol it again"));
  }
  CallingDevice calling = Standing(read.name, device);
  if (proof.empty()) {
    if (NowMs() < read.expires_ms) return calling;
    return absl::UnauthenticatedError(
        "the token has expired: prove that you have the device's key");
  }
  ASSIGN_OR_RETURN(const seal::Proof shown,
                   seal::CheckProof(*device.key, token, proof));
  RETURN_IF_ERROR(CheckFresh(read.name, shown.at_ms, shown.nonce));
  const Admission renewed = AdmissionOf(read.name);
  calling.renewed = renewed.token;
  calling.renewed_until_ms = renewed.expires_ms;
  return calling;
}

}  // namespace chasqui::access
