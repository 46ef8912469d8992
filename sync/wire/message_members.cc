#include "sync/wire/message_members.h"

#include "sync/base/check.h"

namespace chasqui::wire {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void Copy(const Message& from, const FieldDescriptor& field, Message& to) {
  const auto& reflection = *from.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(&to, &field,
                                  reflection.GetUInt32(from, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&to, &field,
                                  reflection.GetUInt64(from, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(&to, &field,
                                  reflection.GetString(from, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return reflection.MutableMessage(&to, &field)
          ->CopyFrom(reflection.GetMessage(from, &field));
    default:
      CHECK(false);  // no member listed above has another type
  }
}

bool Same(const Message& a, const Message& b, const FieldDescriptor& field) {
  const auto& reflection = *a.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(a, &field) == reflection.GetUInt32(b, &field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.GetUInt64(a, &field) == reflection.GetUInt64(b, &field);
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(a, &field) == reflection.GetString(b, &field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return reflection.GetMessage(a, &field).SerializeAsString() ==
             reflection.GetMessage(b, &field).SerializeAsString();
    default:
      CHECK(false);
  }
  return false;
}

}  // namespace

bool Elide(const Message& expected, MemberNumbers numbers, Message& message) {
  const auto& reflection = *message.GetReflection();
  for (const int number : numbers) {
    const FieldDescriptor& field =
        *message.GetDescriptor()->FindFieldByNumber(number);
    if (!reflection.HasField(message, &field)) {
      if (reflection.HasField(expected, &field)) return false;
    } else if (reflection.HasField(expected, &field) &&
               Same(message, expected, field)) {
      reflection.ClearField(&message, &field);
    }
  }
  return true;
}

void Fill(const Message& expected, MemberNumbers numbers, Message& message) {
  const auto& reflection = *message.GetReflection();
  for (const int number : numbers) {
    const FieldDescriptor& field =
        *message.GetDescriptor()->FindFieldByNumber(number);
    if (!reflection.HasField(message, &field) &&
        reflection.HasField(expected, &field)) {
      Copy(expected, field, message);
    }
  }
}

}  // namespace chasqui::wire
