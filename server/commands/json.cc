#include "server/commands/json.h"

#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "google/protobuf/descriptor.h"
#include "server/event_log.h"
#include "sync/base/str_cat.h"
#include "sync/ids.h"

namespace chasqui::commands {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using server::JsonString;

std::string TextOrBytes(const FieldDescriptor& field, const std::string& text) {
  if (field.type() != FieldDescriptor::TYPE_BYTES) return JsonString(text);
  if (text.size() == RecordId::kSize) return JsonString(FormatUuid(text));
  return JsonString(absl::BytesToHexString(text));
}

// One value of `field`: the only one, or the one at `index`.
std::string ValueToJson(const Message& message, const FieldDescriptor& field,
                        int index) {
  const auto& r = *message.GetReflection();
  const bool many = field.is_repeated();
  const FieldDescriptor* const f = &field;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return (many ? r.GetRepeatedBool(message, f, index)
                   : r.GetBool(message, f))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return StrCat(many ? r.GetRepeatedInt32(message, f, index)
                         : r.GetInt32(message, f));
    case FieldDescriptor::CPPTYPE_UINT32:
      return StrCat(many ? r.GetRepeatedUInt32(message, f, index)
                         : r.GetUInt32(message, f));
    case FieldDescriptor::CPPTYPE_INT64:
      return StrCat(
          "\"",
          many ? r.GetRepeatedInt64(message, f, index) : r.GetInt64(message, f),
          "\"");
    case FieldDescriptor::CPPTYPE_UINT64:
      return StrCat("\"",
                    many ? r.GetRepeatedUInt64(message, f, index)
                         : r.GetUInt64(message, f),
                    "\"");
    case FieldDescriptor::CPPTYPE_ENUM:
      return JsonString(
          (many ? r.GetRepeatedEnum(message, f, index) : r.GetEnum(message, f))
              ->name());
    case FieldDescriptor::CPPTYPE_STRING:
      return TextOrBytes(field, many ? r.GetRepeatedString(message, f, index)
                                     : r.GetString(message, f));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ToJson(many ? r.GetRepeatedMessage(message, f, index)
                         : r.GetMessage(message, f));
    default:  // no message of ours has floating-point numbers
      return "null";
  }
}

std::string FieldToJson(const Message& message, const FieldDescriptor& field) {
  if (!field.is_repeated()) return ValueToJson(message, field, 0);
  std::string list = "[";
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    list += StrCat(i > 0 ? "," : "", ValueToJson(message, field, i));
  }
  return list + "]";
}

}  // namespace

std::string ToJson(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  std::string object = "{";
  for (const FieldDescriptor* const field : fields) {
    object +=
        StrCat(object.size() > 1 ? "," : "", JsonString(field->json_name()),
               ":", FieldToJson(message, *field));
  }
  return object + "}";
}

}  // namespace chasqui::commands
