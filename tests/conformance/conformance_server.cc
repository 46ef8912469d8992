// The program that the Connect protocol's test suite starts: reads on stdin
// what server it wants, says on stdout where it listens, and serves until
// SIGTERM. Both messages come after their length in four bytes, big-endian.

#include <signal.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "connectrpc/conformance/v1/server_compat.pb.h"
#include "grpcpp/grpcpp.h"
#include "server/connect/connect_server.h"
#include "sync/base/check.h"
#include "tests/conformance/conformance_service.h"

namespace chasqui::conformance {
namespace {

std::string ReadBytes(std::size_t size) {
  std::string bytes(size, '\0');
  CHECK(std::fread(bytes.data(), 1, size, stdin) == size);
  return bytes;
}

suite::ServerCompatRequest ReadRequest() {
  std::size_t size = 0;
  for (const char byte : ReadBytes(4)) {
    size = (size << 8) | static_cast<unsigned char>(byte);
  }
  suite::ServerCompatRequest request;
  CHECK(request.ParseFromString(ReadBytes(size)));
  return request;
}

void WriteResponse(const suite::ServerCompatResponse& response) {
  const std::string bytes = response.SerializeAsString();
  for (int shift = 24; shift >= 0; shift -= 8) {
    std::fputc(static_cast<int>(bytes.size() >> shift) & 0xff, stdout);
  }
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  std::fflush(stdout);
}

void Serve() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);

  const suite::ServerCompatRequest request = ReadRequest();
  CHECK(request.protocol() == suite::PROTOCOL_CONNECT);
  CHECK(request.http_version() == suite::HTTP_VERSION_1);
  CHECK(!request.use_tls());

  ConformanceService service;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> services = builder.BuildAndStart();
  CHECK(services != nullptr);
  connect::HttpLimits limits;
  if (request.message_receive_limit() != 0) {
    limits.message_bytes = request.message_receive_limit();
  }
  auto server = connect::ConnectServer::Start("127.0.0.1:0", limits,
                                              services->InProcessChannel({}));
  CHECK(server.ok());

  suite::ServerCompatResponse response;
  response.set_host("127.0.0.1");
  response.set_port(static_cast<std::uint32_t>((*server)->port()));
  WriteResponse(response);

  int signal = 0;
  sigwait(&ending, &signal);
  (*server)->Drain();
  services->Shutdown();
}

}  // namespace
}  // namespace chasqui::conformance

int main() { chasqui::conformance::Serve(); }
