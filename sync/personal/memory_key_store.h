// A key store that forgets everything when it goes.

#ifndef CHASQUI_SYNC_PERSONAL_MEMORY_KEY_STORE_H_
#define CHASQUI_SYNC_PERSONAL_MEMORY_KEY_STORE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "sync/base/mutex.h"
#include "sync/personal/key_store.h"

namespace chasqui::personal {

class MemoryKeyStore final : public KeyStore {
 public:
  absl::StatusOr<std::optional<KeptKey>> Find(
      std::string_view survey, const RecordId& record) const override;
  absl::Status Add(
      std::string_view survey,
      const std::vector<std::pair<RecordId, std::string>>& wrapped) override;
  absl::Status Destroy(
      std::string_view survey,
      const std::vector<std::pair<RecordId, Seq>>& erased) override;
  absl::Status ForEach(See see) const override;

 private:
  mutable Mutex mutex_;
  std::map<std::pair<std::string, RecordId>, KeptKey> keys_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace chasqui::personal

#endif  // CHASQUI_SYNC_PERSONAL_MEMORY_KEY_STORE_H_
