// What the two ends of a batch know of each other without it.

#ifndef CHASQUI_SYNC_WIRE_CONVERSATION_H_
#define CHASQUI_SYNC_WIRE_CONVERSATION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sync/change.h"
#include "sync/ids.h"
#include "sync/wire/layout.h"
#include "sync/wire/statistics.h"

namespace chasqui::wire {

// Layouts by number of the form version.
using Layouts = std::map<std::uint32_t, Layout>;

// The envelope around a batch says all of it, or both ends have it; so none of
// it travels again. The two must be given the same. Pointers must outlive it.
struct Conversation {
  std::string person;                // who works on the device now
  LogName log = LogName::kNone;      // that seqs are of
  EditClock clock;                   // the device's, as the envelope was made
  std::uint32_t form = 0;            // the newest form version that both have
  const Layouts* layouts = nullptr;  // nullptr: no form explains anything
  // Of that form version. Nullptr: none.
  const Statistics* statistics = nullptr;

  const Layout& LayoutOf(std::uint32_t number) const;
};

// Records that the log has, by the seq of an entry about them. What a batch
// names so is a few bits instead of 16 bytes. Each end needs its own half.
class RecordNames {
 public:
  virtual ~RecordNames() = default;
  // The device's half. Of an entry that this log's server acknowledged or sent.
  virtual std::optional<Seq> SeqOf(const RecordId&) const { return {}; }
  // The server's half.
  virtual std::optional<RecordId> RecordAt(Seq) const { return {}; }
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_CONVERSATION_H_
