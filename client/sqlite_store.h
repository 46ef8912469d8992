#ifndef CHASQUI_CLIENT_SQLITE_STORE_H_
#define CHASQUI_CLIENT_SQLITE_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/device_store.h"

namespace chasqui::client {

// Opens the device's store in the SQLite database at `path`, made if missing.
// Write-ahead log, synced at each commit. One program has it at a time: what
// the core remembers between commits must not change behind its back.
//
// Errors: InvalidArgument if the file is no device store of this version;
// Unavailable if another program has it open (after two seconds in which it
// might have ended), or it cannot be opened.
absl::StatusOr<std::unique_ptr<DeviceStore>> OpenSqliteStore(
    const std::string& path);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_SQLITE_STORE_H_
