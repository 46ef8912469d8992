// The service that the Connect protocol's test suite calls: it answers as the
// request says, and tells what it was asked (service.proto of the suite has the
// rules).

#ifndef CHASQUI_TESTS_CONFORMANCE_CONFORMANCE_SERVICE_H_
#define CHASQUI_TESTS_CONFORMANCE_CONFORMANCE_SERVICE_H_

#include "connectrpc/conformance/v1/service.grpc.pb.h"

namespace chasqui::conformance {

namespace suite = ::connectrpc::conformance::v1;

// `Unimplemented` and the calls with a stream of requests are left as they are
// generated. Holds no state.
class ConformanceService final : public suite::ConformanceService::Service {
 public:
  grpc::Status Unary(grpc::ServerContext* context,
                     const suite::UnaryRequest* request,
                     suite::UnaryResponse* response) override;
  grpc::Status IdempotentUnary(
      grpc::ServerContext* context,
      const suite::IdempotentUnaryRequest* request,
      suite::IdempotentUnaryResponse* response) override;
  grpc::Status ServerStream(
      grpc::ServerContext* context, const suite::ServerStreamRequest* request,
      grpc::ServerWriter<suite::ServerStreamResponse>* writer) override;
};

}  // namespace chasqui::conformance

#endif  // CHASQUI_TESTS_CONFORMANCE_CONFORMANCE_SERVICE_H_
