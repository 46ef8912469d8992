#include "export/chain/folder_input.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "arrow/buffer.h"
#include "arrow/io/interfaces.h"
#include "arrow/result.h"
#include "arrow/status.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

class FolderInput::File : public arrow::io::RandomAccessFile {
 public:
  explicit File(const StoredTable& table) : table_(table) {}

  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<std::int64_t> Tell() const override { return position_; }
  arrow::Status Seek(std::int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<std::int64_t> GetSize() override {
    return static_cast<std::int64_t>(table_.file.bytes);
  }
  arrow::Result<std::int64_t> Read(std::int64_t bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const std::int64_t got,
                          ReadAt(position_, bytes, out));
    position_ += got;
    return got;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(
      std::int64_t bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, bytes));
    position_ += buffer->size();
    return buffer;
  }
  arrow::Result<std::int64_t> ReadAt(std::int64_t position, std::int64_t bytes,
                                     void* out) override {
    auto* const begin = static_cast<char*>(out);
    std::int64_t got = 0;
    status_ = table_.folder.ReadRange(
        table_.file.name,
        {static_cast<std::uint64_t>(position),
         static_cast<std::uint64_t>(bytes)},
        [&](std::string_view piece) {
          std::memcpy(begin + got, piece.data(), piece.size());
          got += static_cast<std::int64_t>(piece.size());
          return absl::OkStatus();
        });
    if (status_.ok()) return got;
    return arrow::Status::IOError(std::string(status_.message()));
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(
      std::int64_t position, std::int64_t bytes) override {
    const std::int64_t left = std::max<std::int64_t>(
        0, static_cast<std::int64_t>(table_.file.bytes) - position);
    ARROW_ASSIGN_OR_RAISE(
        std::shared_ptr<arrow::ResizableBuffer> buffer,
        arrow::AllocateResizableBuffer(std::min(bytes, left)));
    ARROW_ASSIGN_OR_RAISE(
        const std::int64_t got,
        ReadAt(position, buffer->size(), buffer->mutable_data()));
    ARROW_RETURN_NOT_OK(buffer->Resize(got));
    return buffer;
  }

  const absl::Status& status() const { return status_; }

 private:
  const StoredTable& table_;
  std::int64_t position_ = 0;
  bool closed_ = false;
  absl::Status status_;
};

FolderInput::FolderInput(const StoredTable& table)
    : table_(table), ours_(std::make_shared<File>(table)), file_(ours_) {}

FolderInput::~FolderInput() = default;

absl::Status FolderInput::StatusOf(const arrow::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  if (!ours_->status().ok()) return ours_->status();
  const std::string message = StrCat(table_.place(), ": ", status.ToString());
  return status.IsOutOfMemory() ? absl::ResourceExhaustedError(message)
                                : absl::DataLossError(message);
}

}  // namespace chasqui::exporting
