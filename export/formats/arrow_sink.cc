#include "export/formats/arrow_sink.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "arrow/io/interfaces.h"
#include "arrow/result.h"
#include "arrow/status.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

class ArrowSink::Stream : public arrow::io::OutputStream {
 public:
  explicit Stream(Sink& sink) : sink_(&sink) {}

  using arrow::io::OutputStream::Write;
  arrow::Status Write(const void* data, std::int64_t size) override {
    if (sink_ == nullptr) return arrow::Status::IOError("shut");
    status_ = sink_->Append(
        {static_cast<const char*>(data), static_cast<std::size_t>(size)});
    if (!status_.ok()) {
      return arrow::Status::IOError(std::string(status_.message()));
    }
    position_ += size;
    return arrow::Status::OK();
  }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  arrow::Result<std::int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

  void Shut() { sink_ = nullptr; }
  const absl::Status& status() const { return status_; }

 private:
  Sink* sink_;
  std::int64_t position_ = 0;
  bool closed_ = false;
  absl::Status status_;
};

ArrowSink::ArrowSink(Sink& sink)
    : ours_(std::make_shared<Stream>(sink)), stream_(ours_) {}

ArrowSink::~ArrowSink() = default;

void ArrowSink::Shut() { ours_->Shut(); }

absl::Status ArrowSink::StatusOf(const arrow::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  if (!ours_->status().ok()) return ours_->status();
  const std::string message = StrCat("Arrow: ", status.ToString());
  return status.IsOutOfMemory() ? absl::ResourceExhaustedError(message)
                                : absl::InternalError(message);
}

}  // namespace chasqui::exporting
