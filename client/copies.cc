#include "client/copies.h"

#include <algorithm>

#include "sync/base/status_macros.h"
#include "sync/bucket_index.h"
#include "sync/bytes.h"

namespace chasqui::client {
namespace {

// What the row encoding of a record begins with (sync/page.cc).
struct Heading {
  bool whole = false;
  bool gone = false;
  RecordId id;
  Seq seq = 0;
};
std::optional<Heading> HeadingOf(std::string_view bytes) {
  ByteReader in(bytes);
  Heading heading;
  in.Byte();  // version
  const std::uint8_t flags = in.Byte();
  heading.whole = (flags & 1) != 0;
  heading.gone = (flags & 2) != 0;
  heading.id = in.Name<RecordId>();
  heading.seq = in.Varint();
  if (!in.ok()) return std::nullopt;
  return heading;
}

bool IsFollowed(const SurveyState& state, std::uint32_t bucket) {
  return std::any_of(state.buckets.begin(), state.buckets.end(),
                     [bucket](const FollowedBucket& followed) {
                       return followed.id == bucket;
                     });
}

}  // namespace

std::optional<StoredRecord> SoundCopy(const SurveyState& state,
                                      const RecordId& record,
                                      std::string_view bytes) {
  absl::StatusOr<StoredRecord> stored = DecodeStoredRecord(bytes);
  if (!stored.ok()) return std::nullopt;
  const std::optional<Heading> heading = HeadingOf(stored->bytes);
  const bool sound =
      heading.has_value() && heading->id == record &&
      heading->seq == stored->at.seq && heading->gone == stored->gone &&
      heading->whole != heading->gone &&
      std::all_of(stored->following.begin(), stored->following.end(),
                  [&state](const Following& following) {
                    return IsFollowed(state, following.bucket);
                  });
  if (!sound) return std::nullopt;
  return *std::move(stored);
}

absl::StatusOr<std::map<std::uint32_t, HeldBucket>> ReadCopies(
    std::string_view survey, const SurveyState& state, const DeviceStore& store,
    std::vector<std::string>* unsound) {
  std::map<std::uint32_t, HeldBucket> held;
  std::map<std::uint32_t, DigestKey> keys;
  for (const FollowedBucket& followed : state.buckets) {
    held[followed.id];
    keys.emplace(followed.id, DigestKey(survey, state.log, followed.bucket));
  }
  const auto add = [&](std::string_view key, std::string_view value) {
    const RecordId id = RecordOf(survey, key);
    const std::optional<StoredRecord> copy = SoundCopy(state, id, value);
    if (!copy.has_value()) {
      if (unsound != nullptr) unsound->emplace_back(key);
      return true;
    }
    const ContentHash content = HashContent(copy->bytes);
    for (const Following& following : copy->following) {
      const absl::uint128 element =
          keys.at(following.bucket).ElementOf(content);
      HeldBucket& bucket = held[following.bucket];
      bucket.digest.Add(element);
      bucket.words.emplace_back(WordOfElement(element), id);
    }
    return true;
  };
  RETURN_IF_ERROR(store.Scan(Table::kRecord, SurveyPrefix(survey), "", add));
  for (auto& [id, bucket] : held) {
    std::sort(bucket.words.begin(), bucket.words.end());
  }
  return held;
}

}  // namespace chasqui::client
