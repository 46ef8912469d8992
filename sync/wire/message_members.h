// Members of messages, by their numbers: those that are as expected.

#ifndef CHASQUI_SYNC_WIRE_MESSAGE_MEMBERS_H_
#define CHASQUI_SYNC_WIRE_MESSAGE_MEMBERS_H_

#include <initializer_list>

#include "google/protobuf/message.h"

namespace chasqui::wire {

// Of single members: unsigned numbers, strings, messages.
using MemberNumbers = std::initializer_list<int>;

// Clears the members that are as expected. False if one is absent that is
// expected: that cannot be told. REQUIRES, here and below: both messages are of
// one type.
bool Elide(const google::protobuf::Message& expected, MemberNumbers numbers,
           google::protobuf::Message& message);

// Copies the members that are absent.
void Fill(const google::protobuf::Message& expected, MemberNumbers numbers,
          google::protobuf::Message& message);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_MESSAGE_MEMBERS_H_
