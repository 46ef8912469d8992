// A folder in memory, on which things go wrong when a test wants them to.

#ifndef CHASQUI_TESTS_EXPORT_CHAIN_MEMORY_FOLDER_H_
#define CHASQUI_TESTS_EXPORT_CHAIN_MEMORY_FOLDER_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export/chain/folder.h"

namespace chasqui::exporting {

using Files = std::map<std::string, std::string>;

// Each List, ReadRange, Create, Append, Finish and Remove is an operation,
// counted from 1.
class MemoryFolder final : public Folder {
 public:
  // What happens at an operation.
  struct Fault {
    enum class Kind : std::uint8_t {
      kError,        // this operation fails; the next ones do what they should
      kCrashBefore,  // nothing is done any more, from here on
      kCrashAfter,   // this one is done, but its caller does not come to know
    };
    std::size_t operation = 0;
    Kind kind = Kind::kError;
    absl::Status error = absl::UnavailableError("out of order");
  };

  explicit MemoryFolder(Files files = {}) : files_(std::move(files)) {}

  void Break(Fault fault) { fault_ = std::move(fault); }
  // Where files are to have no more room than this in all.
  void Limit(std::size_t bytes) { room_ = bytes; }

  // What a power cut would leave.
  const Files& files() const { return files_; }
  Files& files() { return files_; }
  std::size_t operations() const { return operations_; }
  // Those that changed what a power cut would leave.
  const std::vector<std::size_t>& changes() const { return changes_; }
  std::size_t under_way() const { return under_way_; }

  std::string name() const override { return "/memory"; }
  absl::StatusOr<std::vector<std::string>> List(
      std::string_view prefix) const override;
  absl::Status ReadRange(const std::string& file, ByteRange range,
                         TakePiece take) const override;
  absl::Status Lock() override { return absl::OkStatus(); }
  absl::StatusOr<std::unique_ptr<NewFile>> Create(
      const std::string& file) override;
  absl::Status Remove(const std::string& file) override;

 private:
  class File;

  // Counts an operation on `file`, does it and says how that went.
  absl::Status Do(const std::string& file,
                  absl::FunctionRef<void()> operation) const;
  std::size_t used() const;

  Files files_;
  std::optional<Fault> fault_;
  std::size_t room_ = std::numeric_limits<std::size_t>::max();
  std::size_t under_way_ = 0;
  std::size_t bytes_under_way_ = 0;
  mutable std::size_t operations_ = 0;
  std::vector<std::size_t> changes_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_CHAIN_MEMORY_FOLDER_H_
