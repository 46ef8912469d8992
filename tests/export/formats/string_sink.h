#ifndef CHASQUI_TESTS_EXPORT_FORMATS_STRING_SINK_H_
#define CHASQUI_TESTS_EXPORT_FORMATS_STRING_SINK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// Keeps what it gets, up to `room` bytes; what does not fit is refused, as a
// full disk does, and so is all that comes after.
class StringSink : public Sink {
 public:
  explicit StringSink(std::size_t room = SIZE_MAX) : room_(room) {}

  absl::Status Append(std::string_view bytes) override {
    if (full_ || bytes.size() > room_ - bytes_.size()) {
      ++refused_;
      full_ = true;
      return absl::ResourceExhaustedError("no room left in the test");
    }
    bytes_ += bytes;
    return absl::OkStatus();
  }

  const std::string& bytes() const { return bytes_; }
  int refused() const { return refused_; }

 private:
  const std::size_t room_;
  std::string bytes_;
  bool full_ = false;
  int refused_ = 0;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_FORMATS_STRING_SINK_H_
