#include "server/unmade_records.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/entry.h"

namespace chasqui::server {

absl::StatusOr<std::uint32_t> FormOfChange(Seq seq, const Reader& reader) {
  const auto forms = static_cast<std::uint32_t>(reader.survey().forms.size());
  ASSIGN_OR_RETURN(const LogEntry entry, reader.ReadLog(seq));
  const auto* const received = std::get_if<ChangeReceived>(&entry.body);
  if (received == nullptr) return forms;
  const absl::StatusOr<Change> change = DecodeReceived(*received);
  const bool known = change.ok() && change->form >= 1 && change->form <= forms;
  return known ? change->form : forms;
}

absl::StatusOr<std::map<RecordId, UnmadeRecord>> UnmadeRecords(
    const Reader& reader, const personal::KeyStore& keys) {
  std::map<RecordId, UnmadeRecord> unmade;
  RETURN_IF_ERROR(
      keys.ForEach([&](std::string_view survey, const RecordId& id,
                       const personal::KeptKey& kept) -> absl::Status {
        if (survey != reader.survey().name || kept.wrapped.empty()) {
          return absl::OkStatus();
        }
        ASSIGN_OR_RETURN(const auto record, reader.FindRecord(id));
        if (!record.has_value()) unmade.emplace(id, UnmadeRecord());
        return absl::OkStatus();
      }));
  if (unmade.empty()) return unmade;
  for (Seq seq = 1; seq <= reader.head(); ++seq) {
    ASSIGN_OR_RETURN(const auto info, reader.FindEntry(seq));
    if (!info.has_value() || info->kind != EntryKind::kChangeReceived) continue;
    const auto found = unmade.find(info->record);
    if (found == unmade.end()) continue;
    ASSIGN_OR_RETURN(const std::uint32_t form, FormOfChange(seq, reader));
    found->second = {form, info->received_ms};
  }
  // Keys of bytes that are no change, and of changes that the log, restored to
  // before, does not have any more. And without a form there can be no record.
  std::erase_if(unmade, [](const auto& each) { return each.second.form == 0; });
  return unmade;
}

}  // namespace chasqui::server
