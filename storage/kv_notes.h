// An organisation's notes, beside its journal.

#ifndef CHASQUI_STORAGE_KV_NOTES_H_
#define CHASQUI_STORAGE_KV_NOTES_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "storage/kv.h"
#include "sync/notes.h"

namespace chasqui::storage {

// `kv` must outlive them.
std::unique_ptr<Notes> OpenNotes(Kv& kv, std::uint32_t organisation);

// Copies them. DataLoss: not all can be read.
absl::Status CopyNotes(const KvReader& from, std::uint32_t organisation,
                       Kv& to);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_KV_NOTES_H_
