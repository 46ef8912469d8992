// An export's messages, read while those before them are written to files.

#ifndef CHASQUI_SERVER_COMMANDS_READ_AHEAD_H_
#define CHASQUI_SERVER_COMMANDS_READ_AHEAD_H_

#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "chasqui/v1/export_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "sync/base/mutex.h"

namespace chasqui::commands {

// Reads on in a thread of its own: the server makes the next rows meanwhile,
// where it would else wait for each group of rows to be packed.
//
// Next() is for one thread. Once it has said that nothing more comes, or after
// the call was cancelled and this is gone, nobody reads from the call.
class ReadAhead {
 public:
  using Message = v1::ExportTablesResponse;
  using Reader = grpc::ClientReader<Message>;

  // Of some half a megabyte each: as many as come while a group of rows of a
  // Parquet file is packed.
  static constexpr std::size_t kMessagesMax = 32;

  // REQUIRES: `reader` outlives it.
  explicit ReadAhead(Reader& reader);
  // Waits for the call to be over: cancel it before, unless it is.
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // The next message, in place of what `message` was; false: there is none.
  bool Next(Message& message) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for room. False: nobody wants more.
  bool BeginMessage(Message& message) ABSL_LOCKS_EXCLUDED(mutex_);

  Reader& reader_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Message> read_ ABSL_GUARDED_BY(mutex_);
  std::vector<Message> spare_ ABSL_GUARDED_BY(mutex_);  // for their memory
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  bool wanted_ ABSL_GUARDED_BY(mutex_) = true;
  std::thread thread_;
};

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_READ_AHEAD_H_
