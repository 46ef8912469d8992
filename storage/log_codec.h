// Log entries as they are stored.

#ifndef CHASQUI_STORAGE_LOG_CODEC_H_
#define CHASQUI_STORAGE_LOG_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/entry.h"
#include "sync/ids.h"

namespace chasqui::storage {

// Appends to `out`. The seq is in the key.
void EncodeLogEntry(const LogEntry& entry, std::string& out);

// DataLoss for what EncodeLogEntry does not make.
absl::StatusOr<LogEntry> DecodeLogEntry(Seq seq, std::string_view bytes);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_LOG_CODEC_H_
