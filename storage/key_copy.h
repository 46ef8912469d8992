// Copies of a key store, for backups.

#ifndef CHASQUI_STORAGE_KEY_COPY_H_
#define CHASQUI_STORAGE_KEY_COPY_H_

#include <string>

#include "absl/status/status.h"
#include "sync/personal/key_store.h"

namespace chasqui::storage {

// All of `store` in one file, in place of the copy before: written beside it,
// synced, and given its name. So a key that was destroyed is in no copy once
// the next is made. Of the keys alone nobody makes anything: they are wrapped
// by the surveys'. Errors: Unavailable, for I/O; ResourceExhausted, the disk is
// full.
//
//   file   = "chasqui keys 1\n" entry* end
//   entry  = 0x01 survey:bytes record:16 wrapped:bytes erased:varint
//   end    = 0x00 entries:varint
absl::Status CopyKeys(const personal::KeyStore& store, const std::string& path);

// Takes what `path` has into `store`, which must be empty. NotFound: there is
// no such file. DataLoss: it is damaged or cut short.
absl::Status BringBackKeys(const std::string& path, personal::KeyStore& store);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_KEY_COPY_H_
