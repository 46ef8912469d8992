// Names for the records and rows that a device makes: one random salt, drawn
// when the app starts, and the numbers after it. So a batch names sixteen bytes
// once, and the others by their distance (sync/wire/id_coding.h).
//
// The salt is in memory only. One that survived a restart would make the same
// names on two tablets of which one was set up from a copy of the other.

#ifndef CHASQUI_CLIENT_NEW_IDS_H_
#define CHASQUI_CLIENT_NEW_IDS_H_

#include <cstddef>
#include <cstdint>

#include "sync/ids.h"

namespace chasqui::client {

// Thread-compatible.
class NewIds {
 public:
  // The salt: 128 bits, drawn at random since the app started.
  NewIds(std::uint64_t high, std::uint64_t low) : high_(high), low_(low) {}

  // Each name but once, and never that of none.
  RecordId NextRecord() { return Next<RecordId>(); }
  RowId NextRow() { return Next<RowId>(); }

 private:
  template <typename Id>
  Id Next() {
    if (++low_ == 0) ++low_;
    Id id;
    for (std::size_t i = 0; i < 8; ++i) {
      const auto shift = static_cast<int>(56 - 8 * i);
      id.bytes[i] = static_cast<std::uint8_t>(high_ >> shift);
      id.bytes[8 + i] = static_cast<std::uint8_t>(low_ >> shift);
    }
    return id;
  }

  std::uint64_t high_;
  std::uint64_t low_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_NEW_IDS_H_
