#include "connect/headers.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

bool IsRefused(absl::string_view parameter) {
  parameter = absl::StripAsciiWhitespace(parameter);
  double weight = 1;
  return absl::ConsumePrefix(&parameter, "q=") &&
         absl::SimpleAtod(parameter, &weight) && weight == 0;
}

}  // namespace

std::optional<std::string_view> FindHeader(const Headers& headers,
                                           std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

bool HasToken(const Headers& headers, std::string_view name,
              std::string_view token) {
  for (const auto& [key, value] : headers) {
    if (key != name) continue;
    for (const absl::string_view each : absl::StrSplit(value, ',')) {
      const std::pair<absl::string_view, absl::string_view> parts =
          absl::StrSplit(each, absl::MaxSplits(';', 1));
      const absl::string_view found = absl::StripAsciiWhitespace(parts.first);
      if (absl::AsciiStrToLower(found) == AbslView(token)) {
        return !IsRefused(parts.second);
      }
    }
  }
  return false;
}

std::string MediaType(std::string_view value) {
  return absl::AsciiStrToLower(
      absl::StripAsciiWhitespace(AbslView(value.substr(0, value.find(';')))));
}

}  // namespace chasqui::connect
