#include "server/connect/codec.h"

#include <memory>

#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

std::unique_ptr<google::protobuf::Message> NewMessage(
    const google::protobuf::Descriptor& type) {
  const google::protobuf::Message* const prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(
          &type);
  CHECK(prototype != nullptr);
  return std::unique_ptr<google::protobuf::Message>(prototype->New());
}

}  // namespace

absl::Status CheckBytes(std::string_view bytes,
                        const google::protobuf::Descriptor& type) {
  if (NewMessage(type)->ParseFromArray(bytes.data(),
                                       static_cast<int>(bytes.size()))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      StrCat("the body is no ", type.full_name()));
}

absl::StatusOr<std::string> JsonToBytes(
    std::string_view json, const google::protobuf::Descriptor& type) {
  const auto message = NewMessage(type);
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), message.get(),
      options);
  if (parsed.ok()) return message->SerializeAsString();
  return absl::InvalidArgumentError(
      StrCat("the body is no ", type.full_name(),
             " in JSON: ", std::string(parsed.message())));
}

absl::StatusOr<std::string> BytesToJson(
    std::string_view bytes, const google::protobuf::Descriptor& type) {
  const auto message = NewMessage(type);
  std::string json;
  if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
      google::protobuf::util::MessageToJsonString(*message, &json).ok()) {
    return json;
  }
  return absl::InternalError(
      StrCat("the answer cannot be told as ", type.full_name(), " in JSON"));
}

}  // namespace chasqui::connect
