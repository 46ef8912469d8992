// Headers of HTTP to metadata of gRPC, and back.
//
// Names ending in "-bin" hold bytes: base64 in HTTP, as they are in gRPC.

#ifndef CHASQUI_SERVER_CONNECT_METADATA_H_
#define CHASQUI_SERVER_CONNECT_METADATA_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "connect/headers.h"
#include "grpcpp/support/string_ref.h"

namespace chasqui::connect {

// The headers that are the caller's own: not those of HTTP or of the protocol.
// InvalidArgument for one that gRPC cannot carry: a name with anything but
// letters, digits, '-', '_' and '.', a value that is not printable ASCII, or
// not base64 under "-bin".
absl::StatusOr<Headers> MetadataOf(const Headers& headers);

// Metadata that a service gave.
Headers HeadersOf(
    const std::multimap<grpc::string_ref, grpc::string_ref>& from);

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_METADATA_H_
