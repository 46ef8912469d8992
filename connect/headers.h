#ifndef CHASQUI_CONNECT_HEADERS_H_
#define CHASQUI_CONNECT_HEADERS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"

namespace chasqui::connect {

// Headers of HTTP, in their order. Names are in lower case.
using Headers = std::vector<std::pair<std::string, std::string>>;

// Those of a Boost.Beast message.
template <typename Fields>
Headers HeadersIn(const Fields& fields) {
  Headers headers;
  for (const auto& field : fields) {
    headers.emplace_back(
        absl::AsciiStrToLower(
            {field.name_string().data(), field.name_string().size()}),
        std::string(field.value().data(), field.value().size()));
  }
  return headers;
}

// The first value under `name`.
std::optional<std::string_view> FindHeader(const Headers& headers,
                                           std::string_view name);

// Whether the lists under `name` ("gzip;q=0.5, br") have `token`, and not with
// a weight of 0.
bool HasToken(const Headers& headers, std::string_view name,
              std::string_view token);

// A media type without its parameters, in lower case.
std::string MediaType(std::string_view value);

}  // namespace chasqui::connect

#endif  // CHASQUI_CONNECT_HEADERS_H_
