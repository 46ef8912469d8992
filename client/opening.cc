#include "client/opening.h"

#include <optional>
#include <utility>
#include <vector>

#include "sync/personal/record_key.h"

namespace chasqui::client {
namespace {

void OpenFields(const personal::RecordKey& key, const RowId& row,
                std::vector<FieldState>& fields) {
  for (FieldState& field : fields) {
    for (LiveWrite& write : field.live) {
      if (write.value.kind != ValueKind::kSealed) continue;
      auto opened = key.Open({row, field.field, field.choice}, write.value);
      if (opened.ok()) write.value = *std::move(opened);
    }
  }
}

}  // namespace

void OpenSealed(std::string_view key, PulledRecord& record) {
  const auto opens = personal::RecordKey::FromBytes(key);
  if (!opens.has_value()) return;
  OpenFields(*opens, RowId(), record.fields);
  for (PulledRow& row : record.rows) OpenFields(*opens, row.id, row.fields);
}

}  // namespace chasqui::client
