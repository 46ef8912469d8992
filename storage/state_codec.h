// The smaller values of a survey's state as they are stored. Decoding takes
// any bytes: what it does not know is DataLoss. Names and numbers that are in
// the key are not in the value.

#ifndef CHASQUI_STORAGE_STATE_CODEC_H_
#define CHASQUI_STORAGE_STATE_CODEC_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/bytes.h"
#include "sync/digest.h"
#include "sync/ids.h"
#include "sync/record.h"
#include "sync/state.h"

namespace chasqui::storage {

// How far a survey's log goes.
struct Head {
  Seq seq = 0;
  std::int64_t received_ms = 0;
  Seq administrative = 0;  // the last administrative entry

  friend bool operator==(const Head&, const Head&) = default;
};

// The links of a device's changes are kept by blocks: of so many numbers that
// follow each other, as one value. A batch then writes two or three of them
// instead of one for each of its changes.
inline constexpr std::uint64_t kLinkBlockNumbers = 32;
struct PlacedLink {
  std::uint64_t number = 0;  // of the change in its chain
  ChainLink link;

  friend bool operator==(const PlacedLink&, const PlacedLink&) = default;
};
// In the order in which they came.
using LinkBlock = std::vector<PlacedLink>;
// The links of change `number`.
std::vector<ChainLink> LinksIn(const LinkBlock& block, std::uint64_t number);

// Each appends to `out`.
void Encode(const EntryInfo& info, std::string& out);
void Encode(const LinkBlock& block, std::string& out);
void Encode(const Device& device, std::string& out);
void Encode(const FeedEntry& entry, std::string& out);
void Encode(const BucketDigest& digest, std::string& out);
void Encode(const Held& held, std::string& out);
void Encode(const Head& head, std::string& out);
void Encode(const std::vector<Seq>& seqs, std::string& out);
void EncodeCounter(std::int64_t count, std::string& out);

absl::StatusOr<EntryInfo> DecodeEntryInfo(std::string_view bytes);
absl::StatusOr<LinkBlock> DecodeLinks(std::string_view bytes);
absl::StatusOr<Device> DecodeDevice(std::string_view name,
                                    std::string_view bytes);
absl::StatusOr<FeedEntry> DecodeFeedEntry(std::string_view bytes);
absl::StatusOr<BucketDigest> DecodeBucketDigest(std::string_view bytes);
absl::StatusOr<Held> DecodeHeld(std::string_view bytes);
absl::StatusOr<Head> DecodeHead(std::string_view bytes);
absl::StatusOr<std::vector<Seq>> DecodeSeqs(std::string_view bytes);
absl::StatusOr<std::int64_t> DecodeCounter(std::string_view bytes);

// An interval near `received_ms`, as part of other values (grammar in the .cc).
void WriteInterval(const TimeInterval& time, std::int64_t received_ms,
                   ByteWriter& out);
void ReadInterval(ByteReader& in, std::int64_t received_ms, TimeInterval& time);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_STATE_CODEC_H_
