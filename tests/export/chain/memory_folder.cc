#include "tests/export/chain/memory_folder.h"

#include <algorithm>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

class MemoryFolder::File final : public NewFile {
 public:
  File(MemoryFolder& folder, std::string name)
      : folder_(folder), name_(std::move(name)) {
    ++folder_.under_way_;
  }
  ~File() override {
    --folder_.under_way_;
    folder_.bytes_under_way_ -= bytes_.size();
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  absl::Status Append(std::string_view bytes) override {
    if (folder_.used() + bytes.size() > folder_.room_) {
      return absl::ResourceExhaustedError(
          StrCat("no room for ", folder_.name(), "/", name_));
    }
    return folder_.Do(name_, [&] {
      bytes_.append(bytes);
      folder_.bytes_under_way_ += bytes.size();
    });
  }
  absl::Status Finish() override {
    return folder_.Do(name_, [&] {
      folder_.files_[name_] = bytes_;
      folder_.changes_.push_back(folder_.operations_);
    });
  }

 private:
  MemoryFolder& folder_;
  const std::string name_;
  std::string bytes_;
};

absl::Status MemoryFolder::Do(const std::string& file,
                              absl::FunctionRef<void()> operation) const {
  const std::size_t n = ++operations_;
  if (!fault_.has_value() || n < fault_->operation) {
    operation();
    return absl::OkStatus();
  }
  const bool at = n == fault_->operation;
  const auto kind = fault_->kind;
  if ((kind == Fault::Kind::kError && !at) ||
      (kind == Fault::Kind::kCrashAfter && at)) {
    operation();
  }
  if (kind == Fault::Kind::kError && !at) return absl::OkStatus();
  return absl::Status(
      fault_->error.code(),
      absl::StrCat(name(), "/", file, ": ", fault_->error.message()));
}

std::size_t MemoryFolder::used() const {
  std::size_t bytes = bytes_under_way_;
  for (const auto& [name, content] : files_) bytes += content.size();
  return bytes;
}

absl::StatusOr<std::vector<std::string>> MemoryFolder::List(
    std::string_view prefix) const {
  std::vector<std::string> names;
  RETURN_IF_ERROR(Do(std::string(prefix), [&] {
    for (const auto& [name, content] : files_) {
      if (name.starts_with(prefix)) names.push_back(name);
    }
  }));
  return names;
}

absl::Status MemoryFolder::ReadRange(const std::string& file, ByteRange range,
                                     TakePiece take) const {
  RETURN_IF_ERROR(CheckFileName(file));
  RETURN_IF_ERROR(Do(file, [] {}));
  const auto found = files_.find(file);
  if (found == files_.end()) {
    return absl::NotFoundError(StrCat("there is no ", name(), "/", file));
  }
  std::string_view left = found->second;
  left.remove_prefix(std::min<std::uint64_t>(range.begin, left.size()));
  left = left.substr(0, range.bytes);
  while (!left.empty()) {
    const std::size_t size = std::min(left.size(), kPieceBytes);
    RETURN_IF_ERROR(take(left.substr(0, size)));
    left.remove_prefix(size);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<NewFile>> MemoryFolder::Create(
    const std::string& file) {
  RETURN_IF_ERROR(CheckFileName(file));
  RETURN_IF_ERROR(Do(file, [] {}));
  return std::make_unique<File>(*this, file);
}

absl::Status MemoryFolder::Remove(const std::string& file) {
  RETURN_IF_ERROR(CheckFileName(file));
  return Do(file, [&] {
    if (files_.erase(file) > 0) changes_.push_back(operations_);
  });
}

}  // namespace chasqui::exporting
