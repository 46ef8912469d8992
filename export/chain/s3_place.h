// A place in object storage, as people give it.

#ifndef CHASQUI_EXPORT_CHAIN_S3_PLACE_H_
#define CHASQUI_EXPORT_CHAIN_S3_PLACE_H_

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace chasqui::exporting {

inline constexpr std::string_view kS3Scheme = "s3://";

struct S3Place {
  std::string who;  // "KEY:SECRET@"; empty: by the environment
  std::string bucket;
  std::string prefix;
  std::vector<std::string> parameters;
  std::chrono::seconds retried_for{60};

  // Without parameters, and without the secret that may be in what was given.
  std::string name() const;
  bool Says(std::string_view parameter) const;
};

// See OpenS3Folder() in s3_folder.h. InvalidArgument for what is none.
// REQUIRES: it begins with kS3Scheme.
absl::StatusOr<S3Place> ParseS3Place(std::string_view text);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_S3_PLACE_H_
