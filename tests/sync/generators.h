// Values at random, for properties. To be called inside one.

#ifndef CHASQUI_TESTS_SYNC_GENERATORS_H_
#define CHASQUI_TESTS_SYNC_GENERATORS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rapidcheck.h"
#include "sync/ids.h"
#include "sync/value.h"

namespace chasqui::testing {

// Never all zero.
template <typename Name>
Name AnyName() {
  Name name;
  name.bytes = *rc::gen::arbitrary<std::array<std::uint8_t, 16>>();
  name.bytes[0] |= 1;
  return name;
}

// Of some kind, well-formed.
inline Value AnyValue() {
  return *rc::gen::oneOf(
      rc::gen::element(Value::Cleared(), Value::NotRelevant(),
                       Value::Answered(), Value::Ticked(true),
                       Value::Ticked(false), Value::Text("Ọ̀yọ́"),
                       Value{ValueKind::kDecimal, "-0.25"},
                       Value{ValueKind::kPoint, "5.12 7.39"}),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), Value::Integer),
      rc::gen::map(rc::gen::inRange<std::uint32_t>(1, 500), Value::Choice));
}

// A few bytes of it changed, taken out or put in.
inline std::string Damaged(std::string bytes) {
  const auto times = *rc::gen::inRange(1, 4);
  for (int i = 0; i < times && !bytes.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    const auto byte = static_cast<char>(*rc::gen::arbitrary<std::uint8_t>());
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        bytes[at] = byte;
        break;
      case 1:
        bytes.erase(at, 1);
        break;
      default:
        bytes.insert(at, 1, byte);
    }
  }
  return bytes;
}

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SYNC_GENERATORS_H_
