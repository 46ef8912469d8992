#ifndef CHASQUI_STORAGE_ROCKS_STATUS_H_
#define CHASQUI_STORAGE_ROCKS_STATUS_H_

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace chasqui::storage {

// The only place where RocksDB's errors become ours.
inline absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace())
    return absl::ResourceExhaustedError(status.ToString());
  if (status.IsNotFound()) return absl::NotFoundError(status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(status.ToString());
  // Such as a column family that should be there.
  if (status.IsInvalidArgument()) {
    return absl::FailedPreconditionError(status.ToString());
  }
  return absl::UnavailableError(status.ToString());
}

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ROCKS_STATUS_H_
