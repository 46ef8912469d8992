// An organisation's journal, among its surveys.
//
//   entry := hash:32 time:zigzag bytes     the hash is the one after it
//   head  := seq:varint hash:32

#ifndef CHASQUI_STORAGE_KV_JOURNAL_H_
#define CHASQUI_STORAGE_KV_JOURNAL_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/findings.h"
#include "storage/keys.h"
#include "storage/kv.h"
#include "sync/journal.h"

namespace chasqui::storage {

// Where the journal of an organisation has its keys: as if it were its survey
// with number 0.
inline Keys JournalKeys(std::uint32_t organisation) {
  return Keys(organisation, 0);
}

// `kv` must outlive it. DataLoss: its head cannot be read.
absl::StatusOr<std::unique_ptr<Journal>> OpenJournal(
    Kv& kv, std::uint32_t organisation);

// Adds what is wrong with it: a missing or altered entry, a head that is not
// its last.
absl::Status CheckJournal(const KvReader& kv, std::uint32_t organisation,
                          Findings& findings);

// Copies it, as far as it is sound; DataLoss says what is not.
absl::Status CopyJournal(const KvReader& from, std::uint32_t organisation,
                         Kv& to);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_KV_JOURNAL_H_
