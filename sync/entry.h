// An entry of a survey's log. All that Apply needs is in here.

#ifndef CHASQUI_SYNC_ENTRY_H_
#define CHASQUI_SYNC_ENTRY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/change.h"
#include "sync/config.h"
#include "sync/form/form.h"
#include "sync/ids.h"

namespace chasqui {

// The rules this binary knows how to apply. The log says which it wants.
inline constexpr std::uint32_t kRulesVersion = 1;

// The log's first entry.
struct SurveyCreated {
  std::uint32_t rules_version = kRulesVersion;
  SurveyConfig config;
};

// A server opened the log for writing; from this entry on it has a new name.
struct LogOpened {
  LogName name = LogName::kNone;
};

struct ConfigChanged {
  SurveyConfig config;
};

// A form version becomes immutable, and gets the next form number (from 1).
struct FormPublished {
  Form form;           // as read when it was published
  std::string source;  // the XForm, byte for byte
};

// When a batch was sent, by its device's clocks, so that the times of the
// changes in it can be told (time_interval.h).
struct Exchange {
  std::uint64_t boot = 0;  // 0: the device cannot tell
  std::int64_t mono_ms = 0;
  std::int64_t wall_ms = 0;
  std::int64_t round_trip_ms = 0;  // of its latest exchange; 0: unknown

  friend bool operator==(const Exchange&, const Exchange&) = default;
};

// When an edit was made: in (lo, hi], `at` being the best estimate. Server
// time, ms since 1970 UTC.
struct TimeInterval {
  std::int64_t lo = 0;
  std::int64_t hi = 0;
  std::int64_t at = 0;

  friend bool operator==(const TimeInterval&, const TimeInterval&) = default;
};

// What of a change's bytes was sealed before it came into the log
// (personal/sealing.h). Numbers reach disk: never change one.
enum class SealedPart : std::uint8_t {
  kNothing = 0,
  kAnswers = 1,  // each personal answer, in its place
  kAll = 2,      // bytes that are no change, as a whole
};

// And what whoever sealed it found, which nobody can tell any more.
struct Sealing {
  SealedPart part = SealedPart::kNothing;
  bool oversized = false;   // it was over kChangeBytesMax
  bool wrong_type = false;  // an answer is of another type than its field

  friend bool operator==(const Sealing&, const Sealing&) = default;
};

// A change of a device, or of a person or register at the server.
struct ChangeReceived {
  // Who sent it. Empty: made at the server, in no chain; `number` is 0 then.
  std::string device;
  std::uint64_t number = 0;
  ChainHash before;  // h(number - 1)
  ChainHash h;       // h(number)
  // The device no longer holds what came before: an incarnation without
  // parent begins here.
  bool orphan = false;
  // The batch it came in travelled by itself (Batch::sealed): past a gap it
  // waits for what came before (gap.h), and when it was sent says nothing of
  // when it arrived.
  bool sealed = false;
  // The device was locked when it came.
  bool locked = false;
  // Its author was not the person whose the device was.
  bool other_person = false;
  // Made from a register: its author is nobody, its role kRegister.
  bool by_register = false;
  Sealing sealing;    // of what is personal in `bytes`
  std::string bytes;  // canonical form, or what came instead of it
  // What `bytes` decode to, where whoever received them has looked already;
  // else null. Never stored.
  std::shared_ptr<const Change> change;
  // What each of the change's positions counts as in this log (rules 3).
  std::vector<Seq> counts;
  Exchange exchange;
  // What the device was told of the change's time before a restore (6).
  std::optional<TimeInterval> told;
};

// What the bytes say. InvalidArgument where they are no change, or sealed.
absl::StatusOr<Change> DecodeReceived(const ChangeReceived& received);

// A change leaves quarantine. By a person, or (empty) because what it waited
// for has come.
struct QuarantineReleased {
  Seq change = 0;
  std::string person;
};

struct QuarantineRejected {
  Seq change = 0;
  std::string person;
};

// A record's personal answers are erased: its key is destroyed once this is in
// the log. It leaves every bucket, and takes no more changes, those in
// quarantine among them; what is not personal stays.
struct RecordErased {
  RecordId record;
  std::string person = {};  // empty: its time had come
  // Of a record that never came to be, since what was to make it waits in
  // quarantine or was rejected there: the form of that. It is a record from
  // then on, which is deleted. 0: there is the record.
  std::uint32_t form = 0;
};

struct LogEntry {
  Seq seq = 0;
  // Stamped by whoever appends; greater than that of the entry before.
  std::int64_t received_ms = 0;
  std::variant<SurveyCreated, LogOpened, ConfigChanged, FormPublished,
               ChangeReceived, QuarantineReleased, QuarantineRejected,
               RecordErased>
      body;
};

// Numbers reach disk: the variant's index plus one. Never change one.
enum class EntryKind : std::uint8_t {
  kSurveyCreated = 1,
  kLogOpened = 2,
  kConfigChanged = 3,
  kFormPublished = 4,
  kChangeReceived = 5,
  kQuarantineReleased = 6,
  kQuarantineRejected = 7,
  kRecordErased = 8,
};
inline EntryKind KindOf(const LogEntry& entry) {
  return static_cast<EntryKind>(entry.body.index() + 1);
}

}  // namespace chasqui

#endif  // CHASQUI_SYNC_ENTRY_H_
