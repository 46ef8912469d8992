// Two ends that both have the household form.

#ifndef CHASQUI_TESTS_WIRE_HOUSEHOLD_CONVERSATION_H_
#define CHASQUI_TESTS_WIRE_HOUSEHOLD_CONVERSATION_H_

#include <string>
#include <utility>

#include "sync/change.h"
#include "sync/form/numbering.h"
#include "sync/wire/conversation.h"
#include "tests/testing/household_form.h"

namespace chasqui::testing {

inline const wire::Layouts& HouseholdLayouts() {
  static const wire::Layouts kLayouts = [] {
    const Form form = HouseholdForm();
    return wire::Layouts{{1, wire::LayoutOf(form, Extend(Numbering(), form))}};
  }();
  return kLayouts;
}

inline wire::Conversation HouseholdConversation() {
  wire::Conversation conversation;
  conversation.person = "ama";
  conversation.log = LogName{7};
  conversation.clock = {9, 5'000'000, 1'400'000'000'000};
  conversation.form = 1;
  conversation.layouts = &HouseholdLayouts();
  return conversation;
}

inline Op SetField(std::uint32_t field, Value value) {
  Op op;
  op.at.field = field;
  op.value = std::move(value);
  return op;
}

// A household as ama would make it, its id `number` after a random one.
inline Change Household(std::uint8_t number, std::string_view name) {
  Change change;
  change.creates = true;
  change.record.bytes = {0x5a, 0x17, 0xc4, 0x90, 0x01, 0xee, 0x6b, 0x22,
                         0x93, 0x0d, 0x4f, 0x81, 0xb6, 0x3c, 0x70, number};
  change.form = 1;
  change.person = "ama";
  change.positions = {{LogName{7}, 4'000}};
  change.clock = {9, 1'000'000 + number * 60'000,
                  1'399'996'000'000 + number * 60'000};
  change.ops = {SetField(kAreaField, Value::Text("north")),
                SetField(kX, Value::Text(name)),
                SetField(kMost, Value::Integer(number % 7)),
                SetField(kWater, Value::Choice(1 + number % 3))};
  return change;
}

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_WIRE_HOUSEHOLD_CONVERSATION_H_
