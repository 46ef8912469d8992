// Where a server's operator reaches it: a socket in its data directory.

#ifndef CHASQUI_SERVER_OPERATOR_PORT_H_
#define CHASQUI_SERVER_OPERATOR_PORT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "chasqui/v1/operator_service.pb.h"
#include "grpcpp/server_builder.h"

namespace chasqui::server {

// The address, as gRPC spells it, of the server that serves `data`.
std::string OperatorAddress(const std::string& data);

// Serves chasqui.v1.OperatorService, and whatever else is added, to the user
// that this process runs as, until destroyed, when a backup that is under way
// has ended. Thread-safe.
class OperatorPort {
 public:
  // Backs up into a directory; takes as long as it takes. Thread-safe.
  using BackUp =
      std::function<absl::StatusOr<v1::BackUpResponse>(const std::string& to)>;

  virtual ~OperatorPort() = default;

  // InvalidArgument: the directory's name is too long for a socket, of whose
  // name there are 107 bytes. Unavailable: it cannot be made there.
  static absl::StatusOr<std::unique_ptr<OperatorPort>> Open(
      const std::string& data, BackUp back_up,
      const std::function<void(grpc::ServerBuilder&)>& add = {});

  // From now on nothing is begun any more.
  virtual void Close() = 0;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_OPERATOR_PORT_H_
