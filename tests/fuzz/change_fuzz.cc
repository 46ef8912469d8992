// A change from a device: it decodes to something that has just these bytes as
// its one spelling, or is refused.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/base/check.h"
#include "sync/change.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<chasqui::Change> change = chasqui::DecodeChange(bytes);
  if (!change.ok()) return 0;
  CHECK(chasqui::EncodeChange(*change) == bytes);
  CHECK(!change->positions.empty());
  CHECK(change->ops.size() <= chasqui::kChangeOpsMax);
  return 0;
}
