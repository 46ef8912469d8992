#include "server/access/members.h"

#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::access {
namespace {

absl::Status Wrong(std::string_view what) {
  return absl::DataLossError(StrCat("journal: ", what));
}

absl::Status Enrol(const v1::Enrolment& enrolment, std::int64_t at_ms,
                   Members& members) {
  const auto invitation = members.invitations.find(enrolment.code_hash());
  if (invitation == members.invitations.end()) {
    return Wrong("a device came in by a code that was never given out");
  }
  ASSIGN_OR_RETURN(const seal::PublicKey key,
                   seal::PublicKey::FromBytes(enrolment.public_key()));
  invitation->second.device = enrolment.device();
  Device& device = members.devices[enrolment.device()];
  device.person = invitation->second.person;
  device.key = key;
  device.state = v1::DEVICE_STATE_ACTIVE;
  device.enrolled_ms = at_ms;
  ++device.generation;
  return absl::OkStatus();
}

absl::Status Change(const v1::DeviceChange& change, Members& members) {
  const auto device = members.devices.find(change.device());
  if (device == members.devices.end()) {
    return Wrong("a device that never came in is changed");
  }
  device->second.state = change.state();
  return absl::OkStatus();
}

absl::Status Issue(const v1::ApiKey& issued, std::int64_t at_ms,
                   Members& members) {
  ApiKey key;
  key.number = issued.number();
  key.hash = issued.hash();
  key.person = issued.person();
  key.label = issued.label();
  key.issued_ms = at_ms;
  key.expires_ms = issued.expires_ms();
  key.scopes = {issued.scopes().begin(), issued.scopes().end()};
  members.key_numbers[key.hash] = key.number;
  if (!members.keys.emplace(key.number, std::move(key)).second) {
    return Wrong("two keys have one number");
  }
  return absl::OkStatus();
}

absl::Status Revoke(const v1::KeyRevocation& revocation, Members& members) {
  const auto key = members.keys.find(revocation.number());
  if (key == members.keys.end()) return Wrong("a key that is none is revoked");
  key->second.revoked = true;
  return absl::OkStatus();
}

}  // namespace

std::string Spoken(v1::DeviceState state) {
  switch (state) {
    case v1::DEVICE_STATE_ACTIVE:
      return "active";
    case v1::DEVICE_STATE_LOCKED:
      return "locked";
    case v1::DEVICE_STATE_WIPING:
      return "to be wiped";
    case v1::DEVICE_STATE_WIPED:
      return "wiped";
    case v1::DEVICE_STATE_REVOKED:
      return "revoked";
    default:
      return "unknown";
  }
}

absl::Status Members::Apply(const JournalEntry& entry) {
  v1::AccessEntry act;
  if (!act.ParseFromString(entry.bytes)) {
    return Wrong(StrCat("entry ", entry.seq, " is no act"));
  }
  absl::Status applied = Apply(act, entry.at_ms);
  if (applied.ok()) return applied;
  return absl::DataLossError(
      StrCat("entry ", entry.seq, ": ", StdView(applied.message())));
}

absl::Status Members::Apply(const v1::AccessEntry& entry, std::int64_t at_ms) {
  switch (entry.act_case()) {
    case v1::AccessEntry::kOwnership:
      if (entry.ownership().owns()) {
        owners.insert(entry.ownership().person());
      } else {
        owners.erase(entry.ownership().person());
      }
      return absl::OkStatus();
    case v1::AccessEntry::kInvitation:
      invitations[entry.invitation().code_hash()] = {
          entry.invitation().person(), entry.invitation().expires_ms(), ""};
      return absl::OkStatus();
    case v1::AccessEntry::kEnrolment:
      return Enrol(entry.enrolment(), at_ms, *this);
    case v1::AccessEntry::kDevice:
      return Change(entry.device(), *this);
    case v1::AccessEntry::kPassword: {
      PasswordOf& password = passwords[entry.password().person()];
      password.hash = entry.password().hash();
      ++password.generation;
      return absl::OkStatus();
    }
    case v1::AccessEntry::kKey:
      return Issue(entry.key(), at_ms, *this);
    case v1::AccessEntry::kKeyRevocation:
      return Revoke(entry.key_revocation(), *this);
    case v1::AccessEntry::kSurveyAct:
      return absl::OkStatus();
    case v1::AccessEntry::kLogWitness:
      logs[entry.log_witness().survey()] = {entry.log_witness().seq(),
                                            entry.log_witness().hash()};
      return absl::OkStatus();
    case v1::AccessEntry::ACT_NOT_SET:
      break;
  }
  // Of a later version of this program.
  return absl::OkStatus();
}

}  // namespace chasqui::access
