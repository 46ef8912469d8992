// Records that never came to be: what was to make them waits in quarantine, or
// was rejected there, and has personal answers all the same.

#ifndef CHASQUI_SERVER_UNMADE_RECORDS_H_
#define CHASQUI_SERVER_UNMADE_RECORDS_H_

#include <cstdint>
#include <map>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "sync/personal/key_store.h"
#include "sync/reader.h"

namespace chasqui::server {

struct UnmadeRecord {
  std::uint32_t form = 0;        // of the latest change, if it is published
  std::int64_t received_ms = 0;  // when that came
};

// The form that the change at `seq` is of, or the latest, where its own is not
// known here; 0: none is published. Errors are the reader's.
absl::StatusOr<std::uint32_t> FormOfChange(Seq seq, const Reader& reader);

// Those that have a key in `keys`, by id. Looks through the whole log if there
// is any. Errors: the reader's, and the keys'.
absl::StatusOr<std::map<RecordId, UnmadeRecord>> UnmadeRecords(
    const Reader& reader, const personal::KeyStore& keys);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_UNMADE_RECORDS_H_
