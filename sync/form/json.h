// JSON (RFC 8259), as far as attached maps need it.

#ifndef CHASQUI_SYNC_FORM_JSON_H_
#define CHASQUI_SYNC_FORM_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace chasqui::xform {

struct Json {
  enum class Kind : std::uint8_t { kNull, kWord, kNumber, kText, kList, kMap };

  Kind kind = Kind::kNull;
  std::string text;         // kText: unescaped; kWord, kNumber: as written.
  std::vector<Json> items;  // kList, and the values of kMap.
  std::vector<std::string> keys;  // kMap: one for each of `items`.

  // The value of `key`; nullptr if there is none or this is no map.
  const Json* Get(std::string_view key) const;
};

// InvalidArgument, with the line, if `bytes` are no JSON or nest deeper than
// kJsonDepthMax.
absl::StatusOr<Json> ParseJson(std::string_view bytes);

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_JSON_H_
