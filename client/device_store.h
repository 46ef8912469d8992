// Where a device keeps what it has.

#ifndef CHASQUI_CLIENT_DEVICE_STORE_H_
#define CHASQUI_CLIENT_DEVICE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui::client {

// What is kept apart. Numbers reach the disk: never change one. Keys and values
// are made in local_state.h, which says what each holds.
enum class Table : std::uint8_t {
  kDevice = 1,
  kSurvey = 2,
  kRecord = 3,
  kChange = 4,
  kChangeOfRecord = 5,
  kLineage = 6,
  kForm = 7,
  kStatistics = 8,
  kCarried = 9,
  kReceipt = 10,
};

// Writes that happen together or not at all. A later one to the same key wins.
class StoreBatch {
 public:
  struct Write {
    Table table;
    std::string key;
    std::optional<std::string> value;  // nullopt: erase
  };

  void Put(Table table, std::string key, std::string value) {
    writes_.push_back({table, std::move(key), std::move(value)});
  }
  void Erase(Table table, std::string key) {
    writes_.push_back({table, std::move(key), std::nullopt});
  }
  const std::vector<Write>& writes() const { return writes_; }
  bool empty() const { return writes_.empty(); }

  // Whether it must survive a power cut, as what a person entered must. What
  // the server says again if it is lost need not: then a commit costs no wait
  // for the disk, and the next one that must last brings it to safety too.
  void set_lasting(bool lasting) { lasting_ = lasting; }
  bool lasting() const { return lasting_; }

 private:
  std::vector<Write> writes_;
  bool lasting_ = true;
};

// Ordered tables of bytes. The app may be killed at any moment: what Commit()
// said OK to is there afterwards, whole; what it did not is there whole or not
// at all. After a power cut the same holds up to the last commit that is to
// last; of those after it the first few are there.
//
// Thread-compatible.
class DeviceStore {
 public:
  using Visitor =
      absl::FunctionRef<bool(std::string_view key, std::string_view value)>;

  virtual ~DeviceStore() = default;

  virtual absl::StatusOr<std::optional<std::string>> Get(
      Table table, std::string_view key) const = 0;

  // Visits the entries whose key begins with `prefix` and is greater than
  // `after` (empty: all), in the order of their bytes, until `visit` returns
  // false. `visit` must not call the store.
  virtual absl::Status Scan(Table table, std::string_view prefix,
                            std::string_view after, Visitor visit) const = 0;

  // Errors: ResourceExhausted when the device is full (nothing was written, and
  // it works again once there is room), DataLoss, Unavailable.
  virtual absl::Status Commit(const StoreBatch& batch) = 0;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_DEVICE_STORE_H_
