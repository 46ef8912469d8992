// Who may come in, as an organisation's journal has made it.

#ifndef CHASQUI_SERVER_ACCESS_MEMBERS_H_
#define CHASQUI_SERVER_ACCESS_MEMBERS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "chasqui/access/v1/access_entry.pb.h"
#include "sync/journal.h"
#include "sync/seal/key_pair.h"

namespace chasqui::access {

struct Invitation {
  std::string person;
  std::int64_t expires_ms = 0;
  std::string device;  // that came in by it; empty: none yet
};

struct Device {
  std::string person;
  std::optional<seal::PublicKey> key;
  v1::DeviceState state = v1::DEVICE_STATE_UNSPECIFIED;
  std::int64_t enrolled_ms = 0;
  // How often it was enrolled: tokens are of one time.
  std::uint32_t generation = 0;

  // Whether it is let in, if only to hand in what it has.
  bool is_let_in() const {
    return state == v1::DEVICE_STATE_ACTIVE ||
           state == v1::DEVICE_STATE_LOCKED || state == v1::DEVICE_STATE_WIPING;
  }
};

struct PasswordOf {
  std::string hash;
  std::uint32_t generation = 0;  // how often it was set
};

struct ApiKey {
  std::uint32_t number = 0;
  std::string hash;
  std::string person;
  std::string label;
  std::int64_t issued_ms = 0;
  std::int64_t expires_ms = 0;
  std::vector<std::string> scopes;
  bool revoked = false;
};

// "locked": as people read it.
std::string Spoken(v1::DeviceState state);

// Up to which entry the log of a survey was witnessed, and its hash then.
struct Witnessed {
  std::uint64_t seq = 0;
  std::string hash;  // empty: not yet
};

// Thread-compatible.
struct Members {
  std::set<std::string, std::less<>> owners;
  std::map<std::string, Invitation, std::less<>> invitations;     // by hash
  std::map<std::string, Device, std::less<>> devices;             // by name
  std::map<std::string, PasswordOf, std::less<>> passwords;       // by person
  std::map<std::uint32_t, ApiKey> keys;                           // by number
  std::map<std::string, std::uint32_t, std::less<>> key_numbers;  // by hash
  std::map<std::string, Witnessed, std::less<>> logs;             // by survey

  // DataLoss: it could never have been written down after what was before.
  absl::Status Apply(const JournalEntry& entry);
  absl::Status Apply(const v1::AccessEntry& entry, std::int64_t at_ms);
};

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_MEMBERS_H_
