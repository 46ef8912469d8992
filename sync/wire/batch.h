// A run of a device's changes, or a page of records for it, in fewer bytes than
// their rows.
//
//     DecodeBatch(EncodeBatch(changes)) = changes        byte for byte
//
// so that the chain of hashes, which is over the rows, is the same whichever
// way they travel. Either way is a choice by size alone.
//
// Columns are what both ends know of the form: a field goes by its number, a
// choice by its own, a number by its difference from what was expected; each is
// then spelled in as many bits as it is surprising, given all that came before
// in the batch and the statistics of the form version, if both ends have them.

#ifndef CHASQUI_SYNC_WIRE_BATCH_H_
#define CHASQUI_SYNC_WIRE_BATCH_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sync/page.h"
#include "sync/wire/conversation.h"
#include "sync/wire/evidence.h"

namespace chasqui::wire {

// `changes` are canonical forms, or whatever else a device has in their places.
// Nullopt if they cannot go this way: more than kBatchChangesMax, or their rows
// come to more than some kDecodedBytesMax. They then go as rows.
std::optional<std::string> EncodeBatch(absl::Span<const std::string> changes,
                                       const Conversation& conversation,
                                       const RecordNames& names);

// InvalidArgument for bytes that nothing was encoded to in this conversation:
// ask for rows. Never crashes, and never takes more than some 16 MiB, whatever
// the bytes.
absl::StatusOr<std::vector<std::string>> DecodeBatch(
    std::string_view bytes, const Conversation& conversation,
    const RecordNames& names);

// The same downwards: what a page of a bucket's feed says of its records. Of
// one that left, only id and seq are kept. Nullopt, and errors, likewise; the
// items then go as rows.
std::optional<std::string> EncodeItems(absl::Span<const PageItem> items,
                                       const Conversation& conversation);
absl::StatusOr<std::vector<PageItem>> DecodeItems(
    std::string_view bytes, const Conversation& conversation);

// At most so many items in a page that goes as columns.
inline constexpr std::size_t kPageItemsMax = 10'000;

// A batch as statistics are trained from: by one person.
struct TrainingBatch {
  std::uint32_t person = 0;  // any number that tells enumerators apart
  std::vector<std::string> changes;
};

// The statistics of what is in `batches`. Deterministic.
Statistics Train(absl::Span<const TrainingBatch> batches,
                 const Conversation& conversation);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_BATCH_H_
