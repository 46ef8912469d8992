// Whether the digests of buckets are those of what is in them.

#include <map>
#include <optional>

#include "storage/stored_survey.h"
#include "sync/digest.h"

namespace chasqui::storage {

void CheckDigests(const std::string& name, const StoredSurvey& stored,
                  Findings& findings) {
  std::map<Bucket, BucketDigest> recount;
  std::optional<DigestKey> key;
  const Bucket* keyed = nullptr;
  for (const auto& [place, entry] : stored.feeds) {
    if (entry.left) continue;
    const Bucket& bucket = place.first;
    if (keyed == nullptr || *keyed != bucket) {
      key.emplace(name, stored.log_name, bucket);
      keyed = &bucket;
    }
    recount[bucket].Add(key->ElementOf(entry.content));
  }
  for (const auto& [bucket, digest] : recount) {
    const auto it = stored.digests.find(bucket);
    findings.Expect(it != stored.digests.end() && it->second == digest,
                    "survey ", name, ": the digest of ", ToText(bucket),
                    " is not that of its ", digest.records, " records");
  }
  for (const auto& [bucket, digest] : stored.digests) {
    findings.Expect(recount.contains(bucket), "survey ", name,
                    ": there is a digest of ", ToText(bucket),
                    ", which has no record");
  }
}

}  // namespace chasqui::storage
