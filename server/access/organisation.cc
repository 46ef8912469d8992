// Letting in, giving out and taking back.

#include "server/access/organisation.h"

#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::access {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::size_t kLabelBytesMax = 256;

absl::Status CheckPersonName(const std::string& person) {
  if (IsName(person)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat("a person's name has 1 to ", kNameBytesMax,
             " letters, digits, '-', '_', '.' or '@'"));
}

absl::Status Full(std::string_view what, std::size_t most) {
  return absl::ResourceExhaustedError(
      StrCat("there are ", most, " ", what, " already"));
}

// From how a device stands to how it may stand next.
bool MayBecome(v1::DeviceState from, v1::DeviceState to) {
  switch (to) {
    case v1::DEVICE_STATE_ACTIVE:
      return from == v1::DEVICE_STATE_LOCKED;
    case v1::DEVICE_STATE_LOCKED:
      return from == v1::DEVICE_STATE_ACTIVE;
    case v1::DEVICE_STATE_WIPING:
      return from == v1::DEVICE_STATE_ACTIVE || from == v1::DEVICE_STATE_LOCKED;
    case v1::DEVICE_STATE_WIPED:
      return from == v1::DEVICE_STATE_WIPING;
    case v1::DEVICE_STATE_REVOKED:
      return from != v1::DEVICE_STATE_WIPED && from != to;
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Organisation>> Organisation::Open(
    Journal& journal, const seal::KeyPair& server, Clock& clock) {
  std::unique_ptr<Organisation> organisation(
      new Organisation(journal, server, clock));
  RETURN_IF_ERROR(organisation->Load());
  return organisation;
}

absl::Status Organisation::Load() {
  Members members;
  RETURN_IF_ERROR(journal_.Read(
      0, [&members](const JournalEntry& entry) -> absl::StatusOr<bool> {
        RETURN_IF_ERROR(members.Apply(entry));
        return true;
      }));
  const MutexLock lock(mutex_);
  members_ = std::move(members);
  return absl::OkStatus();
}

absl::Status Organisation::Do(const v1::AccessEntry& entry, Lasting lasting) {
  const std::int64_t now = NowMs();
  RETURN_IF_ERROR(
      journal_.Append({entry.SerializeAsString()}, now, lasting).status());
  return members_.Apply(entry, now);
}

absl::StatusOr<std::string> Organisation::Invite(const std::string& by,
                                                 const std::string& person,
                                                 std::int64_t valid_ms) {
  RETURN_IF_ERROR(CheckPersonName(person));
  if (valid_ms <= 0 || valid_ms > kCodeMaxMs) {
    return absl::InvalidArgumentError(
        StrCat("a code is good for up to ", kCodeMaxMs / 86'400'000, " days"));
  }
  std::string code = DrawCode();
  ASSIGN_OR_RETURN(const std::string normal, NormalCode(code));
  v1::AccessEntry entry;
  entry.set_by(by);
  entry.mutable_invitation()->set_code_hash(hasher_.Hash(normal));
  entry.mutable_invitation()->set_person(person);
  entry.mutable_invitation()->set_expires_ms(NowMs() + valid_ms);
  const MutexLock lock(mutex_);
  if (members_.invitations.size() >= kInvitationsMax) {
    return Full("codes", kInvitationsMax);
  }
  RETURN_IF_ERROR(Do(entry));
  return code;
}

absl::Status Organisation::CheckGuesses() {
  const std::int64_t minute = NowMs() / kMinuteMs;
  if (minute != guesses_minute_) guesses_ = 0;
  guesses_minute_ = minute;
  if (guesses_ < kGuessesMax) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      "too many codes and passwords were wrong: try again in a minute");
}

absl::Status Organisation::CheckName(const std::string& device,
                                     const seal::PublicKey& key) const {
  if (!IsName(device)) {
    return absl::InvalidArgumentError(
        StrCat("a device's name has 1 to ", kNameBytesMax,
               " letters, digits, '-', '_', '.' or '@'"));
  }
  const auto known = members_.devices.find(device);
  if (known == members_.devices.end()) {
    return members_.devices.size() < kDevicesMax ? absl::OkStatus()
                                                 : Full("devices", kDevicesMax);
  }
  if (!known->second.is_let_in() || known->second.key == key) {
    return absl::OkStatus();
  }
  return absl::AlreadyExistsError(
      StrCat("there is a device ", device,
             " already: give another name, or have that one revoked"));
}

Admission Organisation::AdmissionOf(const std::string& device) const {
  const Device& known = members_.devices.find(device)->second;
  Token token;
  token.kind = TokenKind::kDevice;
  token.name = device;
  token.generation = known.generation;
  token.expires_ms = NowMs() + kDeviceTokenMs;
  return {known.person, tokens_.Issue(token), token.expires_ms};
}

absl::StatusOr<Admission> Organisation::Enrol(const std::string& code,
                                              const std::string& device,
                                              const seal::PublicKey& key,
                                              const std::string& person) {
  ASSIGN_OR_RETURN(const std::string normal, NormalCode(code));
  const std::string hash = hasher_.Hash(normal);
  const MutexLock lock(mutex_);
  RETURN_IF_ERROR(CheckGuesses());
  RETURN_IF_ERROR(CheckName(device, key));
  const auto invitation = members_.invitations.find(hash);
  const bool known = invitation != members_.invitations.end();
  if (known && invitation->second.device == device &&
      members_.devices.find(device)->second.key == key &&
      members_.devices.find(device)->second.is_let_in()) {
    return AdmissionOf(device);  // the answer was lost
  }
  if (!known || !invitation->second.device.empty() ||
      NowMs() >= invitation->second.expires_ms) {
    ++guesses_;
    return absl::UnauthenticatedError(
        "the code is not good (any more): ask for another");
  }
  const std::string& owner = invitation->second.person;
  if (!person.empty() && person != owner) {
    return absl::FailedPreconditionError(StrCat(
        "the code is for a device of ", owner, "; this one is ", person, "'s"));
  }
  v1::AccessEntry entry;
  entry.set_by(owner);
  entry.mutable_enrolment()->set_code_hash(hash);
  entry.mutable_enrolment()->set_device(device);
  entry.mutable_enrolment()->set_public_key(std::string(key.view()));
  RETURN_IF_ERROR(Do(entry));
  return AdmissionOf(device);
}

absl::Status Organisation::SetPassword(const std::string& by,
                                       const std::string& person,
                                       const std::string& password) {
  RETURN_IF_ERROR(CheckPersonName(person));
  v1::AccessEntry entry;
  entry.set_by(by);
  entry.mutable_password()->set_person(person);
  if (!password.empty()) {
    const MutexLock hashing(hashing_);
    ASSIGN_OR_RETURN(*entry.mutable_password()->mutable_hash(),
                     HashPassword(password));
  }
  const MutexLock lock(mutex_);
  return Do(entry);
}

absl::StatusOr<Admission> Organisation::SignIn(const std::string& person,
                                               const std::string& password) {
  PasswordOf known;
  {
    const MutexLock lock(mutex_);
    RETURN_IF_ERROR(CheckGuesses());
    const auto found = members_.passwords.find(person);
    if (found != members_.passwords.end()) known = found->second;
  }
  bool good = false;
  {
    const MutexLock hashing(hashing_);
    // For somebody who has none it takes as long.
    good = known.hash.empty() ? HashPassword(password).ok() && false
                              : IsPassword(password, known.hash);
  }
  const MutexLock lock(mutex_);
  if (!good) {
    ++guesses_;
    return absl::UnauthenticatedError("no such person, or another password");
  }
  Token token;
  token.kind = TokenKind::kPerson;
  token.name = person;
  token.generation = known.generation;
  token.expires_ms = NowMs() + kPersonTokenMs;
  return Admission{person, tokens_.Issue(token), token.expires_ms};
}

absl::StatusOr<IssuedKey> Organisation::IssueKey(const std::string& by,
                                                 ApiKey key) {
  RETURN_IF_ERROR(CheckPersonName(key.person));
  if (key.label.size() > kLabelBytesMax) {
    return absl::InvalidArgumentError(StrCat("a label has ", key.label.size(),
                                             " bytes; it may have ",
                                             kLabelBytesMax));
  }
  if (key.expires_ms <= NowMs()) {
    return absl::InvalidArgumentError("a key must be good for some time");
  }
  for (const std::string& scope : key.scopes) {
    if (RightNamed(scope).has_value()) continue;
    return absl::InvalidArgumentError(
        StrCat("there is no scope \"", scope, "\": see `chasqui roles`"));
  }
  IssuedKey issued;
  issued.secret = DrawApiKey();
  v1::AccessEntry entry;
  entry.set_by(by);
  v1::ApiKey& out = *entry.mutable_key();
  out.set_hash(hasher_.Hash(issued.secret));
  out.set_person(key.person);
  out.set_label(key.label);
  out.set_expires_ms(key.expires_ms);
  out.mutable_scopes()->Assign(key.scopes.begin(), key.scopes.end());
  const MutexLock lock(mutex_);
  if (members_.keys.size() >= kKeysMax) return Full("keys", kKeysMax);
  issued.number = members_.keys.empty() ? 1 : members_.keys.rbegin()->first + 1;
  out.set_number(issued.number);
  RETURN_IF_ERROR(Do(entry));
  return issued;
}

absl::Status Organisation::RevokeKey(const std::string& by,
                                     std::uint32_t number) {
  v1::AccessEntry entry;
  entry.set_by(by);
  entry.mutable_key_revocation()->set_number(number);
  const MutexLock lock(mutex_);
  if (!members_.keys.contains(number)) {
    return absl::NotFoundError(StrCat("there is no key ", number));
  }
  return Do(entry);
}

absl::Status Organisation::SetOwner(const std::string& by,
                                    const std::string& person, bool owns) {
  RETURN_IF_ERROR(CheckPersonName(person));
  v1::AccessEntry entry;
  entry.set_by(by);
  entry.mutable_ownership()->set_person(person);
  entry.mutable_ownership()->set_owns(owns);
  const MutexLock lock(mutex_);
  return Do(entry);
}

absl::Status Organisation::ChangeDevice(const std::string& by,
                                        const std::string& device,
                                        v1::DeviceState state) {
  v1::AccessEntry entry;
  entry.set_by(by);
  entry.mutable_device()->set_device(device);
  entry.mutable_device()->set_state(state);
  const MutexLock lock(mutex_);
  const auto known = members_.devices.find(device);
  if (known == members_.devices.end()) {
    return absl::NotFoundError(StrCat("there is no device ", device));
  }
  if (known->second.state == state) return absl::OkStatus();
  if (!MayBecome(known->second.state, state)) {
    return absl::FailedPreconditionError(
        StrCat("device ", device, " is ", Spoken(known->second.state),
               ": it cannot become ", Spoken(state)));
  }
  return Do(entry);
}

bool Organisation::IsOwner(const std::string& person) const {
  const MutexLock lock(mutex_);
  return members_.owners.contains(person);
}

Members Organisation::members() const {
  const MutexLock lock(mutex_);
  return members_;
}

}  // namespace chasqui::access
