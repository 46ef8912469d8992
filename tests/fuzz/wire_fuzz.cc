// A response from whatever answers for the server: it is read, and what is read
// of its records decodes, or it is refused in words.

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "client/exchange_wire.h"
#include "sync/base/check.h"
#include "sync/page.h"

namespace chasqui::client {
namespace {

void CheckNews(const SurveyNews& news) {
  CHECK(!news.lineage.has_value() || PresentName(*news.lineage) == news.log);
  for (const BucketNews& bucket : news.buckets) {
    for (const NewsItem& item : bucket.items) {
      CHECK(item.left == item.bytes.empty());
      if (item.left) continue;
      const absl::StatusOr<PulledRecord> record = DecodePulled(item.bytes);
      CHECK(record.ok());
      CHECK(record->id == item.record);
      CHECK(record->seq == item.seq);
    }
  }
}

}  // namespace
}  // namespace chasqui::client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  chasqui::v1::SyncResponse wire;
  if (!wire.ParseFromArray(data, static_cast<int>(size))) return 0;
  const auto response = chasqui::client::ResponseFromWire(wire);
  if (!response.ok()) {
    CHECK(absl::IsInvalidArgument(response.status()));
    CHECK(!response.status().message().empty());
    return 0;
  }
  CHECK(response->surveys.size() ==
        static_cast<std::size_t>(wire.surveys_size()));
  for (const chasqui::client::SurveyNews& news : response->surveys) {
    chasqui::client::CheckNews(news);
  }
  return 0;
}
