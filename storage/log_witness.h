// What the log of a survey is, in one hash, for somebody to keep who can be
// asked later whether it is still the same.
//
//   hash(0) = 0;  hash(n) = BLAKE2b-256 over hash(n - 1), n and the bytes of
//                 entry n (HashAfter, sync/journal.h)

#ifndef CHASQUI_STORAGE_LOG_WITNESS_H_
#define CHASQUI_STORAGE_LOG_WITNESS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "storage/kv.h"
#include "sync/journal.h"

namespace chasqui::storage {

// The head of the log of `survey`, from what it was at `from`, up to entry `to`
// or its end. NotFound: there is no such survey. DataLoss: an entry is missing.
absl::StatusOr<JournalHead> WitnessLog(const KvReader& kv,
                                       std::string_view survey,
                                       JournalHead from, std::uint64_t to);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_LOG_WITNESS_H_
