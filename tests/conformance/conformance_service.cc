#include "tests/conformance/conformance_service.h"

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "absl/strings/ascii.h"
#include "google/protobuf/unknown_field_set.h"

namespace chasqui::conformance {
namespace {

using RequestInfo = suite::ConformancePayload::RequestInfo;
using Clock = std::chrono::system_clock;

// What was asked, as the server saw it.
RequestInfo InfoOf(const grpc::ServerContext& context,
                   const google::protobuf::Message& request) {
  RequestInfo info;
  std::map<std::string, suite::Header*> headers;
  for (const auto& [key, value] : context.client_metadata()) {
    suite::Header*& header = headers[std::string(key.data(), key.size())];
    if (header == nullptr) {
      header = info.add_request_headers();
      header->set_name(std::string(key.data(), key.size()));
    }
    header->add_value(std::string(value.data(), value.size()));
  }
  if (context.deadline() != Clock::time_point::max()) {
    info.set_timeout_ms(std::chrono::duration_cast<std::chrono::milliseconds>(
                            context.deadline() - Clock::now())
                            .count());
  }
  info.add_requests()->PackFrom(request);
  return info;
}

template <typename Definition>
void Prepare(const Definition& definition, grpc::ServerContext& context) {
  for (const suite::Header& header : definition.response_headers()) {
    for (const std::string& value : header.value()) {
      context.AddInitialMetadata(absl::AsciiStrToLower(header.name()), value);
    }
  }
  for (const suite::Header& header : definition.response_trailers()) {
    for (const std::string& value : header.value()) {
      context.AddTrailingMetadata(absl::AsciiStrToLower(header.name()), value);
    }
  }
}

void SleepMs(std::uint32_t ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

// The details go as a google.rpc.Status, which is how gRPC carries them.
grpc::Status ToGrpc(const suite::Error& error) {
  google::protobuf::UnknownFieldSet status;
  status.AddVarint(1, static_cast<std::uint64_t>(error.code()));
  status.AddLengthDelimited(2, error.message());
  for (const google::protobuf::Any& detail : error.details()) {
    status.AddLengthDelimited(3, detail.SerializeAsString());
  }
  std::string bytes;
  status.SerializeToString(&bytes);
  return {static_cast<grpc::StatusCode>(error.code()), error.message(), bytes};
}

template <typename Request, typename Response>
grpc::Status Answer(grpc::ServerContext& context, const Request& request,
                    Response& response) {
  RequestInfo info = InfoOf(context, request);
  const suite::UnaryResponseDefinition& definition =
      request.response_definition();
  Prepare(definition, context);
  SleepMs(definition.response_delay_ms());
  if (definition.has_error()) {
    suite::Error error = definition.error();
    error.add_details()->PackFrom(info);
    return ToGrpc(error);
  }
  *response.mutable_payload()->mutable_request_info() = std::move(info);
  response.mutable_payload()->set_data(definition.response_data());
  return grpc::Status::OK;
}

}  // namespace

grpc::Status ConformanceService::Unary(grpc::ServerContext* context,
                                       const suite::UnaryRequest* request,
                                       suite::UnaryResponse* response) {
  return Answer(*context, *request, *response);
}

grpc::Status ConformanceService::IdempotentUnary(
    grpc::ServerContext* context, const suite::IdempotentUnaryRequest* request,
    suite::IdempotentUnaryResponse* response) {
  return Answer(*context, *request, *response);
}

grpc::Status ConformanceService::ServerStream(
    grpc::ServerContext* context, const suite::ServerStreamRequest* request,
    grpc::ServerWriter<suite::ServerStreamResponse>* writer) {
  const suite::StreamResponseDefinition& definition =
      request->response_definition();
  Prepare(definition, *context);
  if (!definition.response_data().empty()) writer->SendInitialMetadata();
  bool first = true;
  for (const std::string& data : definition.response_data()) {
    suite::ServerStreamResponse response;
    response.mutable_payload()->set_data(data);
    if (first) {
      *response.mutable_payload()->mutable_request_info() =
          InfoOf(*context, *request);
    }
    first = false;
    SleepMs(definition.response_delay_ms());
    if (!writer->Write(response)) return grpc::Status::CANCELLED;
  }
  if (!definition.has_error()) return grpc::Status::OK;
  suite::Error error = definition.error();
  if (first) error.add_details()->PackFrom(InfoOf(*context, *request));
  return ToGrpc(error);
}

}  // namespace chasqui::conformance
