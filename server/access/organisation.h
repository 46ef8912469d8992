// An organisation's members and their credentials: lets them in, gives them
// out, and writes down every change of them before it counts.

#ifndef CHASQUI_SERVER_ACCESS_ORGANISATION_H_
#define CHASQUI_SERVER_ACCESS_ORGANISATION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access/grant.h"
#include "server/access/members.h"
#include "server/access/secrets.h"
#include "server/access/token.h"
#include "sync/base/clock.h"
#include "sync/base/mutex.h"
#include "sync/journal.h"
#include "sync/seal/key_pair.h"

namespace chasqui::access {

// What a device, or a person, has for having come in.
struct Admission {
  std::string person;
  std::string token;
  std::int64_t expires_ms = 0;
};

struct IssuedKey {
  std::uint32_t number = 0;
  std::string secret;  // told this once
};

// Codes are good for so long.
inline constexpr std::int64_t kCodeDefaultMs = std::int64_t{7} * 86'400'000;
inline constexpr std::int64_t kCodeMaxMs = std::int64_t{90} * 86'400'000;
// Keys are good for up to ten years.
inline constexpr std::int64_t kKeyMaxMs = std::int64_t{3'650} * 86'400'000;
// How far a proof's time may be from the server's. As long are proofs known
// again, so that one counts once.
inline constexpr std::int64_t kProofLateMs = 5 * 60'000;
// Wrong codes and passwords, of all callers together, in a minute: beyond it
// none are looked at. A code has 60 bits. Of one address it is far fewer
// (server/limits.h), so that a stranger does not hold up everybody.
inline constexpr int kGuessesMax = 10'000;
inline constexpr std::size_t kDevicesMax = 100'000;
inline constexpr std::size_t kInvitationsMax = 100'000;
inline constexpr std::size_t kKeysMax = 10'000;

// Thread-safe. In all calls `by` is who does it: a person, or empty for the
// operator; whether they may is for the caller to know.
//
// Errors of all that change something, besides those named: the journal's.
class Organisation {
 public:
  // All must outlive it. DataLoss: the journal is not one of members.
  static absl::StatusOr<std::unique_ptr<Organisation>> Open(
      Journal& journal, const seal::KeyPair& server, Clock& clock);

  // A code by which one device of `person`'s may come in, once, for the next
  // `valid_ms`. InvalidArgument: it is no name, or too long a time.
  // ResourceExhausted: at the limit.
  absl::StatusOr<std::string> Invite(const std::string& by,
                                     const std::string& person,
                                     std::int64_t valid_ms)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Lets in the device that has the key. The same device may come again by the
  // same code, as when the answer was lost.
  //   Unauthenticated     the code is unknown, used, or has expired: which, is
  //                       not told
  //   AlreadyExists       another device is called that, and let in
  //   InvalidArgument     it is no name
  //   FailedPrecondition  `person`, whose it is already, is not whom the code
  //                       is for, which is good still
  //   ResourceExhausted   too many were wrong lately; at the limit
  absl::StatusOr<Admission> Enrol(const std::string& code,
                                  const std::string& device,
                                  const seal::PublicKey& key,
                                  const std::string& person = "")
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Unauthenticated; ResourceExhausted as above. As costly as HashPassword().
  absl::StatusOr<Admission> SignIn(const std::string& person,
                                   const std::string& password)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // An empty password takes away the one they had.
  absl::Status SetPassword(const std::string& by, const std::string& person,
                           const std::string& password)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // InvalidArgument: a scope is none, the time has passed.
  absl::StatusOr<IssuedKey> IssueKey(const std::string& by, ApiKey key)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // NotFound.
  absl::Status RevokeKey(const std::string& by, std::uint32_t number)
      ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Status SetOwner(const std::string& by, const std::string& person,
                        bool owns) ABSL_LOCKS_EXCLUDED(mutex_);

  // NotFound; FailedPrecondition: from how it stands it cannot come to that.
  absl::Status ChangeDevice(const std::string& by, const std::string& device,
                            v1::DeviceState state) ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether `bearer`, as below, was given out here, be it good or not.
  bool Issued(std::string_view bearer) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether `code` was.
  bool HasCode(const std::string& code) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Who shows `bearer`: a token's bytes, or an API key. `proof` may be empty.
  // Unauthenticated, with what can be done about it.
  absl::StatusOr<Caller> Person(std::string_view bearer) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<CallingDevice> DeviceOf(std::string_view token,
                                         std::string_view proof)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The device of that name as it stands now; one that is let in no more counts
  // as locked: what it made before can still be carried in. Unauthenticated:
  // there is none.
  absl::StatusOr<CallingDevice> DeviceNamed(const std::string& name) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Writes down what `by`, who may, asks for. A power cut may take back the
  // latest.
  absl::Status Note(const std::string& by, const v1::SurveyAct& act)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Writes down what the log of a survey is.
  absl::Status Witness(const std::string& survey, const Witnessed& witnessed)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // How far the log of `survey` was witnessed.
  Witnessed WitnessOf(const std::string& survey) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  const Journal& journal() const { return journal_; }

  bool IsOwner(const std::string& person) const ABSL_LOCKS_EXCLUDED(mutex_);

  // All of it as it is now: a copy.
  Members members() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Organisation(Journal& journal, const seal::KeyPair& server, Clock& clock)
      : journal_(journal),
        clock_(clock),
        hasher_(server),
        tokens_(server),
        started_ms_(NowMs()) {}

  std::int64_t NowMs() const { return absl::ToUnixMillis(clock_.Now()); }
  absl::Status Load() ABSL_LOCKS_EXCLUDED(mutex_);
  // Writes it down; then it counts.
  absl::Status Do(const v1::AccessEntry& entry, Lasting lasting = Lasting::kNow)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckGuesses() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckName(const std::string& device,
                         const seal::PublicKey& key) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Admission AdmissionOf(const std::string& device) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Caller> ByKey(std::string_view key) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Status CheckFresh(const std::string& device, std::int64_t at_ms,
                          const std::string& nonce)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Journal& journal_;
  Clock& clock_;
  const SecretHasher hasher_;
  const TokenKey tokens_;
  // Which proofs were known before it nobody knows any more.
  const std::int64_t started_ms_;

  Mutex hashing_;  // One password at a time: each takes 64 MiB.

  mutable Mutex mutex_;
  Members members_ ABSL_GUARDED_BY(mutex_);
  std::int64_t guesses_minute_ ABSL_GUARDED_BY(mutex_) = 0;
  int guesses_ ABSL_GUARDED_BY(mutex_) = 0;
  // Proofs that count no more, by device and nonce, and their time.
  std::map<std::pair<std::string, std::string>, std::int64_t> proofs_
      ABSL_GUARDED_BY(mutex_);
  std::int64_t proofs_swept_ms_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_ORGANISATION_H_
