#include "client/memory_store.h"

#include <algorithm>

namespace chasqui::client {

absl::StatusOr<std::optional<std::string>> MemoryStore::Get(
    Table table, std::string_view key) const {
  const auto entries = tables_.find(table);
  if (entries == tables_.end()) return std::nullopt;
  const auto entry = entries->second.find(key);
  if (entry == entries->second.end()) return std::nullopt;
  return entry->second;
}

absl::Status MemoryStore::Scan(Table table, std::string_view prefix,
                               std::string_view after, Visitor visit) const {
  const auto found = tables_.find(table);
  if (found == tables_.end()) return absl::OkStatus();
  const auto& entries = found->second;
  auto at =
      after < prefix ? entries.lower_bound(prefix) : entries.upper_bound(after);
  if (after.empty()) at = entries.lower_bound(prefix);
  for (; at != entries.end() && at->first.starts_with(prefix); ++at) {
    if (!visit(at->first, at->second)) break;
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::Commit(const StoreBatch& batch) {
  for (const StoreBatch::Write& write : batch.writes()) {
    auto& entries = tables_[write.table];
    if (write.value.has_value()) {
      entries[write.key] = *write.value;
    } else {
      entries.erase(write.key);
    }
  }
  return absl::OkStatus();
}

}  // namespace chasqui::client
