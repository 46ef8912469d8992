#include "tests/simulation/plaintexts.h"

#include <cstddef>
#include <vector>

#include "sync/base/check.h"
#include "sync/change.h"

namespace chasqui::testing {

void Plaintexts::Note(const std::string& plain, const std::string& sealed) {
  if (plain == sealed) return;
  changes_[sealed] = plain;
  const auto before = DecodeChange(plain);
  const auto after = DecodeSealedChange(sealed);
  CHECK(before.ok() && after.ok() && before->ops.size() == after->ops.size());
  for (std::size_t i = 0; i < after->ops.size(); ++i) {
    if (after->ops[i].value.kind != ValueKind::kSealed) continue;
    values_[after->ops[i].value.payload] = before->ops[i].value;
  }
}

const Value& Plaintexts::Of(const Value& value) const {
  if (value.kind != ValueKind::kSealed) return value;
  const auto found = values_.find(value.payload);
  return found == values_.end() ? value : found->second;
}

ChangeReceived Plaintexts::Of(const ChangeReceived& received) const {
  ChangeReceived opened = received;
  const auto found = changes_.find(received.bytes);
  if (found == changes_.end()) return opened;
  opened.bytes = found->second;
  opened.sealing.part = SealedPart::kNothing;
  opened.change = nullptr;
  return opened;
}

PulledRecord Plaintexts::Of(PulledRecord record) const {
  const auto open = [this](std::vector<FieldState>& fields) {
    for (FieldState& field : fields) {
      for (LiveWrite& write : field.live) write.value = Of(write.value);
    }
  };
  open(record.fields);
  for (PulledRow& row : record.rows) open(row.fields);
  return record;
}

}  // namespace chasqui::testing
