// Where the wrapped keys of records are kept: apart from the log, so that they
// can be destroyed.

#ifndef CHASQUI_SYNC_PERSONAL_KEY_STORE_H_
#define CHASQUI_SYNC_PERSONAL_KEY_STORE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/ids.h"

namespace chasqui::personal {

// Of one record: its wrapped key, or, once that is destroyed, where the log
// says so. A record never gets a second key: what was sealed by the first would
// be taken for damage, and who is erased would be collected again.
struct KeptKey {
  std::string wrapped;  // empty if erased
  Seq erased = 0;

  friend bool operator==(const KeptKey&, const KeptKey&) = default;
};

// Thread-safe. Errors: Unavailable, for I/O; DataLoss.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  // What is found would survive a power cut. Nullopt: it never had a key.
  virtual absl::StatusOr<std::optional<KeptKey>> Find(
      std::string_view survey, const RecordId& record) const = 0;

  // Keeps the wrapped keys of those that have none and are not erased: the
  // first that is given stays. On return it would survive a power cut.
  virtual absl::Status Add(
      std::string_view survey,
      const std::vector<std::pair<RecordId, std::string>>& wrapped) = 0;

  // Destroys keys, erased where the log says: on return nothing that is kept
  // holds their bytes any more, and it stays so.
  virtual absl::Status Destroy(
      std::string_view survey,
      const std::vector<std::pair<RecordId, Seq>>& erased) = 0;

  // All there are, in any order. Nothing may be asked of the store meanwhile.
  using See = absl::FunctionRef<absl::Status(
      std::string_view survey, const RecordId& record, const KeptKey& key)>;
  virtual absl::Status ForEach(See see) const = 0;
};

}  // namespace chasqui::personal

#endif  // CHASQUI_SYNC_PERSONAL_KEY_STORE_H_
