// One call on its way through gRPC, as bytes.

#ifndef CHASQUI_SERVER_CONNECT_CALL_H_
#define CHASQUI_SERVER_CONNECT_CALL_H_

#include <memory>
#include <string>

#include "connect/headers.h"
#include "grpcpp/generic/generic_stub.h"
#include "server/connect/answer.h"
#include "server/connect/call_request.h"

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

// Keeps itself and its caller until it has ended.
//
//   Start ──► head ──► message ──► ReadNext() ──► message … ──► ending
//
// Thread-safe, but for ReadNext.
class Call : public std::enable_shared_from_this<Call> {
 public:
  virtual ~Call() = default;

  static std::shared_ptr<Call> Start(grpc::GenericStub& stub,
                                     const CallRequest& request,
                                     std::shared_ptr<Caller> caller);

  // REQUIRES: once after each OnMessage, also when the call was cancelled.
  virtual void ReadNext() = 0;
  // Nobody waits for it any more. It ends all the same, soon.
  virtual void Cancel() = 0;
};

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_CALL_H_
