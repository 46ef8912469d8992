// Where Arrow writes to, when it is one of our sinks.

#ifndef CHASQUI_EXPORT_FORMATS_ARROW_SINK_H_
#define CHASQUI_EXPORT_FORMATS_ARROW_SINK_H_

#include <memory>

#include "absl/status/status.h"
#include "export/formats/table_writer.h"

namespace arrow {
class Status;
namespace io {
class OutputStream;
}  // namespace io
}  // namespace arrow

namespace chasqui::exporting {

// Thread-compatible.
class ArrowSink {
 public:
  // REQUIRES: `sink` outlives what is written to stream() before Shut().
  explicit ArrowSink(Sink& sink);
  ~ArrowSink();

  const std::shared_ptr<arrow::io::OutputStream>& stream() const {
    return stream_;
  }
  // From here on nothing reaches the sink: Arrow finishes its files when their
  // writers go, those that are not to be finished too.
  void Shut();

  // An error of Arrow's in our words; the sink's own, if that is what it came
  // from.
  absl::Status StatusOf(const arrow::Status& status) const;

 private:
  class Stream;
  std::shared_ptr<Stream> ours_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_ARROW_SINK_H_
