// Ordered bytes: what surveys are kept in.

#ifndef CHASQUI_STORAGE_KV_H_
#define CHASQUI_STORAGE_KV_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/keys.h"

namespace chasqui::storage {

// Keys with their values, each space by itself, in the order of the keys'
// bytes. Thread-safe.
//
// Errors: DataLoss where a checksum does not hold, Unavailable for I/O.
class KvReader {
 public:
  virtual ~KvReader() = default;

  // Whether `key` is there; if it is, its value replaces `value`.
  virtual absl::StatusOr<bool> Get(Space space, std::string_view key,
                                   std::string& value) const = 0;

  // Visits the keys in [from, to), ascending, until `visit` returns false or
  // an error, which is then returned. What it is given is good for the call
  // only. It may read, but not commit.
  using Visit = absl::FunctionRef<absl::StatusOr<bool>(std::string_view key,
                                                       std::string_view value)>;
  virtual absl::Status Scan(Space space, std::string_view from,
                            std::string_view to, Visit visit) const = 0;
};

// Writes collected for one commit; later ones to the same key win.
class KvBatch {
 public:
  virtual ~KvBatch() = default;

  virtual void Put(Space space, std::string_view key,
                   std::string_view value) = 0;
  virtual void Delete(Space space, std::string_view key) = 0;
};

enum class Sync { kNo, kYes };

// Reads of a Kv itself see every commit that has returned.
class Kv : public KvReader {
 public:
  virtual std::unique_ptr<KvBatch> NewBatch() const = 0;

  // All of the batch or nothing of it, whatever happens. With Sync::kYes it
  // returns when it would survive a power cut; without, a later commit with it
  // brings this one to safety too.
  //
  // ResourceExhausted if there is no room; nothing was written then. Any other
  // error leaves open whether the batch will be there after the next start.
  virtual absl::Status Commit(std::unique_ptr<KvBatch> batch, Sync sync) = 0;

  // OK if there is room for more; else ResourceExhausted says how much is
  // missing. For callers that want to know before they prepare a batch.
  virtual absl::Status CheckRoom() const = 0;

  // What is there now, whatever is committed later. Must not outlive this
  // object, nor be kept for long: it holds on to what is overwritten.
  virtual std::shared_ptr<const KvReader> Snapshot() const = 0;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_KV_H_
