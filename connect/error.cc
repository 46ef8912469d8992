#include "connect/error.h"

#include "absl/strings/escaping.h"
#include "connect/codes.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/utf8.h"

namespace chasqui::connect {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;

void SetString(const char* name, const std::string& text, Struct& object) {
  (*object.mutable_fields())[name].set_string_value(
      IsUtf8(text) ? text : absl::CHexEscape(text));
}

std::string Print(const Struct& object) {
  std::string json;
  CHECK(google::protobuf::util::MessageToJsonString(object, &json).ok());
  return json;
}

Struct ToStruct(const Error& error) {
  Struct object;
  SetString("code", std::string(NameOf(error.code)), object);
  if (!error.message.empty()) SetString("message", error.message, object);
  if (error.details.empty()) return object;
  ListValue& details =
      *(*object.mutable_fields())["details"].mutable_list_value();
  for (const ErrorDetail& detail : error.details) {
    Struct& out = *details.add_values()->mutable_struct_value();
    SetString("type", detail.type, out);
    std::string value = absl::Base64Escape(detail.value);
    value.erase(value.find_last_not_of('=') + 1);
    SetString("value", value, out);
  }
  return object;
}

}  // namespace

std::string ErrorToJson(const Error& error) { return Print(ToStruct(error)); }

std::string EndOfStreamToJson(const Error* error, const Headers& metadata) {
  Struct object;
  if (error != nullptr) {
    *(*object.mutable_fields())["error"].mutable_struct_value() =
        ToStruct(*error);
  }
  if (!metadata.empty()) {
    Struct& fields =
        *(*object.mutable_fields())["metadata"].mutable_struct_value();
    for (const auto& [name, value] : metadata) {
      (*fields.mutable_fields())[name]
          .mutable_list_value()
          ->add_values()
          ->set_string_value(value);
    }
  }
  return Print(object);
}

absl::Status ErrorFromResponse(int http_status, std::string_view body) {
  Struct object;
  const bool is_object =
      google::protobuf::util::JsonStringToMessage(
          google::protobuf::StringPiece(body.data(), body.size()), &object)
          .ok();
  const auto& fields = object.fields();
  const auto named = fields.find("code");
  const std::optional<absl::StatusCode> code =
      is_object && named != fields.end()
          ? CodeNamed(named->second.string_value())
          : std::nullopt;
  if (!code.has_value()) {
    return absl::UnavailableError(
        StrCat("it was answered by HTTP status ", http_status,
               ", with no word from a Chasqui server"));
  }
  const auto message = fields.find("message");
  return {*code, message == fields.end() ? "" : message->second.string_value()};
}

}  // namespace chasqui::connect
