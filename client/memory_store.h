#ifndef CHASQUI_CLIENT_MEMORY_STORE_H_
#define CHASQUI_CLIENT_MEMORY_STORE_H_

#include <map>
#include <string>

#include "client/device_store.h"

namespace chasqui::client {

// A store that lasts as long as the object. A copy of it is a clone of the
// device's memory: that is what tests want it for.
class MemoryStore final : public DeviceStore {
 public:
  absl::StatusOr<std::optional<std::string>> Get(
      Table table, std::string_view key) const override;
  absl::Status Scan(Table table, std::string_view prefix,
                    std::string_view after, Visitor visit) const override;
  absl::Status Commit(const StoreBatch& batch) override;

 private:
  std::map<Table, std::map<std::string, std::string, std::less<>>> tables_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_MEMORY_STORE_H_
