// One call on its way through gRPC, as bytes.

#ifndef CHASQUI_SERVER_CONNECT_CALL_H_
#define CHASQUI_SERVER_CONNECT_CALL_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "connect/headers.h"
#include "grpcpp/generic/generic_stub.h"
#include "server/connect/answer.h"
#include "server/connect/call_request.h"
#include "sync/base/mutex.h"

namespace chasqui::connect {

// Told what comes of a call, on gRPC's threads, one thing at a time and in this
// order: at most one head, messages, the ending.
class Caller {
 public:
  virtual ~Caller() = default;
  virtual void OnHead(Headers head) = 0;
  // The next is read when the caller asks for it.
  virtual void OnMessage(std::string message) = 0;
  virtual void OnEnd(Ending ending) = 0;
};

// Counts the calls that gRPC's threads may still be in. Such a thread tells the
// ending, lets go of call and caller, and only then leaves: whoever owns what
// these need, a channel or an executor, waits for that before it goes.
// Thread-safe; shared, since the last to leave may outlive the one who waited.
class CallsUnderWay {
 public:
  void Enter() ABSL_LOCKS_EXCLUDED(mutex_);
  void Leave() ABSL_LOCKS_EXCLUDED(mutex_);
  void AwaitNone() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Mutex mutex_;
  CondVar none_;
  std::size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Keeps itself and its caller until it has ended.
//
//   Start ──► head ──► message ──► ReadNext() ──► message … ──► ending
//
// Thread-safe, but for ReadNext.
class Call : public std::enable_shared_from_this<Call> {
 public:
  virtual ~Call() = default;

  // `stub` must stay until this call is no longer under way.
  static std::shared_ptr<Call> Start(
      grpc::GenericStub& stub, const CallRequest& request,
      std::shared_ptr<Caller> caller,
      const std::shared_ptr<CallsUnderWay>& under_way);

  // REQUIRES: once after each OnMessage, also when the call was cancelled.
  virtual void ReadNext() = 0;
  // Nobody waits for it any more. It ends all the same, soon.
  virtual void Cancel() = 0;
};

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_CALL_H_
