// A message between the two spellings of it that Connect has.

#ifndef CHASQUI_SERVER_CONNECT_CODEC_H_
#define CHASQUI_SERVER_CONNECT_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"

namespace chasqui::connect {

// InvalidArgument: `bytes` are no `type`. gRPC itself would answer, without a
// word, that the method is not implemented.
absl::Status CheckBytes(std::string_view bytes,
                        const google::protobuf::Descriptor& type);

// ProtoJSON to bytes. Members that `type` does not have are skipped, as those
// of a newer client. InvalidArgument, with what and where, for anything else
// that is no `type`.
absl::StatusOr<std::string> JsonToBytes(
    std::string_view json, const google::protobuf::Descriptor& type);

// Bytes to ProtoJSON. Internal: they are no `type`, or hold text that is not
// UTF-8.
absl::StatusOr<std::string> BytesToJson(
    std::string_view bytes, const google::protobuf::Descriptor& type);

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_CODEC_H_
