// What is written down of an organisation besides its surveys' logs: who was
// let in, with what, and who did what. Append-only; each entry's hash covers
// all before it, so that whoever has noted the head at some time can tell
// whether anything up to there was altered since.

#ifndef CHASQUI_SYNC_JOURNAL_H_
#define CHASQUI_SYNC_JOURNAL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui {

using JournalHash = std::array<unsigned char, 32>;

struct JournalEntry {
  std::uint64_t seq = 0;   // 1, 2, 3 …
  std::int64_t at_ms = 0;  // since 1970 UTC, by the server's clock
  std::string bytes;       // its meaning is whose journal it is
};

struct JournalHead {
  std::uint64_t seq = 0;
  JournalHash hash{};  // of an empty one: all zero

  friend bool operator==(const JournalHead&, const JournalHead&) = default;
};

// The hash after `entry`: BLAKE2b-256 over the one before, its seq, its time
// and its bytes.
JournalHash HashAfter(const JournalHash& before, const JournalEntry& entry);

// "12:0f3a…": to be noted down and compared.
std::string ToText(const JournalHead& head);

// Whether whoever appends waits until a power cut would not take it back.
enum class Lasting { kNow, kSoon };

// Bytes of one entry.
inline constexpr std::size_t kJournalEntryBytesMax = std::size_t{64} << 10;

// Thread-safe.
class Journal {
 public:
  virtual ~Journal() = default;

  // One entry each, all or none, and the head after them. InvalidArgument: one
  // is too large. ResourceExhausted: the disk is full, or, for what is to last
  // now, nearly so: what people look at until there is room again must be
  // written down all the same. Unavailable: I/O.
  virtual absl::StatusOr<JournalHead> Append(
      const std::vector<std::string>& entries, std::int64_t at_ms,
      Lasting lasting) = 0;

  // Visits the entries after `after`, in order, until `visit` returns false or
  // an error. DataLoss: one cannot be read, or is not the one that its hash was
  // made of.
  using Visit =
      absl::FunctionRef<absl::StatusOr<bool>(const JournalEntry& entry)>;
  virtual absl::Status Read(std::uint64_t after, Visit visit) const = 0;

  virtual JournalHead head() const = 0;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_JOURNAL_H_
