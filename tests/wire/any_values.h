// Values, changes and records at random, of every kind, as a small form has
// them and as it does not. To be called inside a property.

#ifndef CHASQUI_TESTS_WIRE_ANY_VALUES_H_
#define CHASQUI_TESTS_WIRE_ANY_VALUES_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rapidcheck.h"
#include "sync/bytes.h"
#include "sync/change.h"
#include "sync/page.h"
#include "tests/sync/generators.h"
#include "tests/testing/household_form.h"

namespace chasqui::testing {

inline std::string Spelled(std::int64_t a, std::int64_t b) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Zigzag(a);
  out.Zigzag(b);
  return bytes;
}

inline Value AnyMoment() {
  const auto minute = *rc::gen::inRange<std::int64_t>(0, 1440);
  const auto ms = *rc::gen::element<std::int64_t>(0, 1, 59'999);
  Value time{ValueKind::kTime, {}};
  ByteWriter out(time.payload);
  out.Varint(static_cast<std::uint64_t>(minute * 60'000 + ms));
  const bool zoned = *rc::gen::arbitrary<bool>();
  out.Varint(zoned ? 1 : 0);
  if (zoned) out.Zigzag(-60);
  const auto day = *rc::gen::inRange<std::int64_t>(-700'000, 2'900'000);
  Value date{ValueKind::kDate, {}};
  ByteWriter(date.payload).Zigzag(day);
  const Value both{ValueKind::kDateTime, Spelled(day * 86'400'000 + ms, 330)};
  return *rc::gen::element(time, date, both);
}

inline Value AnyPlace() {
  const std::string digits(*rc::gen::inRange<std::size_t>(0, 40), '7');
  const std::string point = "-6." + digits + "3 7.949665188789368 119 4.5";
  return *rc::gen::element(
      Value{ValueKind::kPoint, point}, Value{ValueKind::kPoint, "0 -180"},
      Value{ValueKind::kLine, "1 2;" + point},
      Value{ValueKind::kArea, "1 2;3 4;" + point + ";1 2"},
      Value{ValueKind::kDecimal, "-0.00" + digits + "1"},
      Value{ValueKind::kDecimal, "1" + digits},
      Value{ValueKind::kAttachment,
            std::string(32, '\x9c') + "\x81\x02" + "image/jpeg"});
}

inline Value AnyText() {
  const auto bytes =
      *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
  return *rc::gen::element(Value::Text(bytes), Value::Text(""),
                           Value::Text("LGEA Primary School"),
                           Value::Text(std::string("a\0b", 3)));
}

inline Value AnyKindOfValue() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return AnyMoment();
    case 1:
      return AnyPlace();
    case 2:
      return AnyText();
    default:
      return AnyValue();
  }
}

// A field that the household form has, or has not.
inline std::uint32_t AnyFieldNumber() {
  return *rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(1, 50),
                         rc::gen::inRange<std::uint32_t>(1, UINT32_MAX));
}

// One of a few rows, so that they come again; or any.
inline RowId AnyRow() {
  RowId few;
  few.bytes[15] = *rc::gen::inRange<std::uint8_t>(1, 4);
  return *rc::gen::arbitrary<bool>() ? few : AnyName<RowId>();
}

inline Op AnyStep(std::size_t positions) {
  Op op;
  op.kind = static_cast<OpKind>(*rc::gen::inRange(1, 8));
  op.base = *rc::gen::inRange<std::uint32_t>(
      0, static_cast<std::uint32_t>(positions));
  switch (op.kind) {
    case OpKind::kSet:
      op.at = {*rc::gen::arbitrary<bool>() ? AnyRow() : RowId{},
               AnyFieldNumber(), *rc::gen::inRange<std::uint32_t>(0, 4)};
      op.value = AnyKindOfValue();
      break;
    case OpKind::kSetStatus:
      op.from = static_cast<RecordStatus>(*rc::gen::inRange(0, 6));
      op.to = static_cast<RecordStatus>(*rc::gen::inRange(0, 6));
      break;
    case OpKind::kAddRow:
      op.at.row = AnyRow();
      op.parent = *rc::gen::arbitrary<bool>() ? AnyName<RowId>() : RowId{};
      op.repeat = *rc::gen::inRange<std::uint32_t>(0, 4);
      break;
    case OpKind::kDeleteRow:
      op.at.row = AnyRow();
      break;
    case OpKind::kRestore:
      if (*rc::gen::arbitrary<bool>()) op.at.row = AnyRow();
      break;
    case OpKind::kDelete:
    case OpKind::kReview:
      break;
  }
  return op;
}

inline Change AnySave() {
  Change change;
  change.record = RecordId{AnyRow().bytes};
  change.creates = *rc::gen::arbitrary<bool>();
  change.form = *rc::gen::element<std::uint32_t>(0, 1, 2, UINT32_MAX);
  change.person = *rc::gen::element<std::string>("", "ama", "Ọlá");
  change.clock = *rc::gen::element(EditClock{0, 0, -5}, EditClock{9, 70, 8},
                                   EditClock{UINT64_MAX, INT64_MIN, INT64_MAX},
                                   EditClock{9, 99, 1 << 30});
  change.salt = *rc::gen::element(std::string(), std::string(kSaltBytes, 's'));
  const auto further = *rc::gen::inRange<Seq>(0, 4);
  change.positions = {{LogName{7}, *rc::gen::arbitrary<Seq>()}};
  for (Seq i = 0; i < further; ++i) {
    change.positions.push_back({LogName{8 + i}, 5 * i});
  }
  const auto ops = *rc::gen::inRange(0, 12);
  for (int i = 0; i < ops; ++i) {
    change.ops.push_back(AnyStep(change.positions.size()));
  }
  return change;
}

// As records have it, which hold what is sealed too.
inline Value AnyKeptValue() {
  if (*rc::gen::inRange(0, 4) != 0) return AnyKindOfValue();
  const auto size = *rc::gen::inRange<std::size_t>(kSealedOverhead, 300);
  return {ValueKind::kSealed, std::string(size, '\x9c')};
}

inline std::vector<FieldState> AnyFieldStates() {
  std::map<std::pair<std::uint32_t, std::uint32_t>, FieldState> fields;
  const auto count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) {
    FieldState field;
    field.field = *rc::gen::arbitrary<bool>() ? AnyFieldNumber() : 0;
    field.choice = *rc::gen::inRange<std::uint32_t>(0, 3);
    const auto live = *rc::gen::inRange<std::uint8_t>(1, 5);
    for (int n = 0; n < live; ++n) {
      field.live.push_back({*rc::gen::inRange<Seq>(0, 2000), AnyKeptValue()});
    }
    field.shown = *rc::gen::inRange<std::uint8_t>(0, live);
    fields[{field.field, field.choice}] = field;
  }
  std::vector<FieldState> sorted;
  for (auto& [place, field] : fields) sorted.push_back(field);
  return sorted;
}

inline PageItem AnyItem() {
  PageItem item;
  PulledRecord& record = item.record;
  record.id = RecordId{AnyRow().bytes};
  record.seq = *rc::gen::inRange<Seq>(0, 3000);
  item.left = *rc::gen::arbitrary<bool>();
  if (item.left) return item;
  record.form = *rc::gen::inRange<std::uint32_t>(0, 3);
  record.whole = *rc::gen::arbitrary<bool>();
  record.gone = *rc::gen::arbitrary<bool>();
  if (record.gone) return item;
  record.decided_conflicts = *rc::gen::inRange<std::uint32_t>(0, 3);
  if (*rc::gen::arbitrary<bool>()) {
    record.marks = {{MarkKind::kPair, 7, {AnyRow(), 33, 0}, {RowId{}, 34, 2}},
                    {MarkKind::kUndeleted, 9, {}, {}}};
  }
  record.fields = AnyFieldStates();
  std::map<RowId, PulledRow> rows;
  const auto count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i) {
    PulledRow row;
    row.id = AnyRow();
    row.parent = *rc::gen::arbitrary<bool>() ? AnyRow() : RowId{};
    row.repeat = *rc::gen::inRange<std::uint32_t>(0, 3);
    row.gone = *rc::gen::arbitrary<bool>();
    row.whole = *rc::gen::arbitrary<bool>();
    if (!row.gone) row.fields = AnyFieldStates();
    rows[row.id] = row;
  }
  for (auto& [id, row] : rows) record.rows.push_back(row);
  return item;
}

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_WIRE_ANY_VALUES_H_
