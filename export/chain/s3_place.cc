#include "export/chain/s3_place.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "export/chain/folder.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

absl::Status AddParameter(const std::string& parameter, S3Place& place) {
  constexpr std::string_view kRetrySeconds = "retry_seconds=";
  constexpr int kRetrySecondsMax = 86'400;
  if (!parameter.starts_with(kRetrySeconds)) {
    place.parameters.push_back(parameter);
    return absl::OkStatus();
  }
  int seconds = 0;
  if (!absl::SimpleAtoi(parameter.substr(kRetrySeconds.size()), &seconds) ||
      seconds < 0 || seconds > kRetrySecondsMax) {
    return absl::InvalidArgumentError(
        StrCat(place.name(), ": retry_seconds is a number from 0 to ",
               kRetrySecondsMax));
  }
  place.retried_for = std::chrono::seconds(seconds);
  return absl::OkStatus();
}

}  // namespace

std::string S3Place::name() const {
  return StrCat(kS3Scheme, bucket, prefix.empty() ? "" : "/", prefix);
}

bool S3Place::Says(std::string_view parameter) const {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const std::string& one) {
                       return one.starts_with(StrCat(parameter, "="));
                     });
}

absl::StatusOr<S3Place> ParseS3Place(std::string_view text) {
  S3Place place;
  std::string_view rest = text.substr(kS3Scheme.size());
  const std::size_t question = std::min(rest.find('?'), rest.size());
  const std::string_view parameters =
      rest.substr(std::min(question + 1, rest.size()));
  rest = rest.substr(0, question);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view bucket = rest.substr(0, slash);
  if (const std::size_t at = bucket.rfind('@'); at != bucket.npos) {
    place.who = bucket.substr(0, at + 1);
    bucket.remove_prefix(at + 1);
  }
  place.bucket = bucket;
  std::string_view prefix = rest.substr(std::min(slash + 1, rest.size()));
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  place.prefix = prefix;
  if (bucket.empty() || !(prefix.empty() || CheckFileName(prefix).ok())) {
    return absl::InvalidArgumentError(
        StrCat(place.name(),
               " is no place in object storage: give "
               "s3://BUCKET or s3://BUCKET/PREFIX"));
  }
  for (const absl::string_view one :
       absl::StrSplit(AbslView(parameters), '&', absl::SkipEmpty())) {
    RETURN_IF_ERROR(AddParameter(std::string(one), place));
  }
  return place;
}

}  // namespace chasqui::exporting
