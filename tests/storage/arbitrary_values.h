// Values with anything in them, for properties, and whether two are the same.

#ifndef CHASQUI_TESTS_STORAGE_ARBITRARY_VALUES_H_
#define CHASQUI_TESTS_STORAGE_ARBITRARY_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rapidcheck/gtest.h"
#include "sync/entry.h"
#include "sync/record.h"

namespace chasqui::storage {

template <typename Number>
Number Any() {
  return *rc::gen::arbitrary<Number>();
}

template <typename Name>
Name AnyName16() {
  Name name;
  for (std::uint8_t& byte : name.bytes) byte = Any<std::uint8_t>();
  return name;
}

// One that begins at `first`, and ends at `last`.
template <typename Enum>
Enum AnyOf(Enum first, Enum last) {
  return static_cast<Enum>(*rc::gen::inRange<int>(static_cast<int>(first),
                                                  static_cast<int>(last) + 1));
}

inline std::size_t AnyCount(std::size_t most) {
  return *rc::gen::inRange<std::size_t>(0, most + 1);
}

template <typename Make>
auto Several(std::size_t most, Make make) {
  std::vector<decltype(make())> all;
  for (std::size_t i = AnyCount(most); i > 0; --i) all.push_back(make());
  return all;
}

inline FieldAddress AnyAddress() {
  FieldAddress address;
  if (Any<bool>()) address.row = AnyName16<RowId>();
  address.field = Any<std::uint32_t>();
  address.choice = Any<std::uint32_t>();
  return address;
}

inline Value AnyValue() {
  return {AnyOf(ValueKind::kCleared, ValueKind::kSealed), Any<std::string>()};
}

inline FieldState AnyField() {
  FieldState field;
  field.field = Any<std::uint32_t>();
  field.choice = Any<bool>() ? Any<std::uint32_t>() : 0;
  const std::size_t count = 1 + AnyCount(3);
  for (std::size_t i = 0; i < count; ++i) {
    field.live.push_back({Any<Seq>(), AnyValue()});
  }
  field.shown =
      static_cast<std::uint8_t>(*rc::gen::inRange<std::size_t>(0, count));
  return field;
}

inline void FillHolder(Holder& holder) {
  holder.fields = Several(5, AnyField);
  holder.deletes = Several(3, [] {
    return LiveDelete{Any<Seq>(), Any<Seq>()};
  });
  holder.gone = Any<bool>();
  holder.latest = Any<Seq>();
  holder.came_back = Any<Seq>();
}

inline bool SameHolder(const Holder& a, const Holder& b) {
  return a.fields == b.fields && a.deletes == b.deletes && a.gone == b.gone &&
         a.latest == b.latest && a.came_back == b.came_back;
}

inline bool SameMark(const Mark& a, const Mark& b) {
  return a.kind == b.kind && a.seq == b.seq && a.a == b.a && a.b == b.b;
}

inline Record AnyRecord() {
  Record record;
  if (Any<bool>()) record.erased = 1 + AnyCount(1000);
  FillHolder(record);
  record.id = AnyName16<RecordId>();
  record.form = Any<std::uint32_t>();
  record.created = Any<Seq>();
  record.last_change = Any<Seq>();
  record.rows = Any<std::uint32_t>();
  record.review_conflicts = Any<std::uint32_t>();
  record.decided_conflicts = Any<std::uint32_t>();
  record.submitted_ms = Any<std::int64_t>();
  record.marks = Several(3, [] {
    return Mark{AnyOf(MarkKind::kPair, MarkKind::kUndeleted), Any<Seq>(),
                AnyAddress(), AnyAddress()};
  });
  record.memberships = Several(3, [] {
    return Membership{
        {AnyOf(BucketKind::kArea, BucketKind::kPerson), Any<std::string>()},
        Any<Seq>(),
        Any<Seq>()};
  });
  return record;
}

inline TimeInterval AnyInterval() {
  return {Any<std::int64_t>(), Any<std::int64_t>(), Any<std::int64_t>()};
}

inline EntryInfo AnyInfo() {
  EntryInfo info;
  info.kind = AnyOf(EntryKind::kSurveyCreated, EntryKind::kRecordErased);
  info.received_ms = Any<std::int64_t>();
  if (Any<bool>()) info.change = Any<Seq>();
  if (Any<bool>()) {
    info.record = AnyName16<RecordId>();
    info.record.bytes[0] |= 1;
    info.previous = Any<Seq>();
  }
  info.person = Any<std::string>();
  if (info.kind != EntryKind::kChangeReceived) return info;
  info.device = Any<std::string>();
  info.incarnation = Any<std::uint32_t>();
  info.number = Any<std::uint64_t>();
  info.role = AnyOf(Role::kNone, Role::kExporter);
  info.time = AnyInterval();
  info.outcome.kind = AnyOf(OutcomeKind::kNone, OutcomeKind::kQuarantined);
  info.outcome.reason = AnyOf(QuarantineReason::kNone, kLastReason);
  info.outcome.rejected = Any<bool>();
  info.outcome.fields = Several(3, [] {
    return FieldOutcome{AnyAddress(),
                        AnyOf(OutcomeKind::kNone, OutcomeKind::kQuarantined),
                        AnyOf(Policy::kDefault, Policy::kReview),
                        Any<Seq>(),
                        Any<bool>(),
                        Any<bool>()};
  });
  info.applied_at = Any<Seq>();
  info.noticed = Any<Seq>();
  return info;
}

inline bool SameInfo(const EntryInfo& a, const EntryInfo& b) {
  return a.kind == b.kind && a.received_ms == b.received_ms &&
         a.device == b.device && a.incarnation == b.incarnation &&
         a.number == b.number && a.person == b.person && a.role == b.role &&
         a.time == b.time && a.outcome == b.outcome &&
         a.applied_at == b.applied_at && a.noticed == b.noticed &&
         a.change == b.change && a.record == b.record &&
         a.previous == b.previous;
}

inline ChangeReceived AnyChange() {
  ChangeReceived change;
  change.device = Any<std::string>();
  change.number = Any<std::uint64_t>();
  change.before = AnyName16<ChainHash>();
  change.h = AnyName16<ChainHash>();
  change.orphan = Any<bool>();
  change.by_register = Any<bool>();
  change.sealed = Any<bool>();
  change.locked = Any<bool>();
  change.other_person = Any<bool>();
  change.sealing.part = AnyOf(SealedPart::kNothing, SealedPart::kAll);
  const bool sealed = change.sealing.part != SealedPart::kNothing;
  change.sealing.oversized = sealed && Any<bool>();
  change.sealing.wrong_type = sealed && Any<bool>();
  change.bytes = Any<std::string>();
  change.counts = Any<std::vector<Seq>>();
  if (Any<bool>()) {
    change.exchange = {Any<std::uint64_t>(), Any<std::int64_t>(),
                       Any<std::int64_t>(), Any<std::int64_t>()};
  }
  if (Any<bool>()) change.told = AnyInterval();
  return change;
}

inline bool SameChange(const ChangeReceived& a, const ChangeReceived& b) {
  return a.device == b.device && a.number == b.number && a.before == b.before &&
         a.h == b.h && a.orphan == b.orphan && a.by_register == b.by_register &&
         a.sealed == b.sealed && a.locked == b.locked &&
         a.other_person == b.other_person && a.sealing.part == b.sealing.part &&
         a.sealing.oversized == b.sealing.oversized &&
         a.sealing.wrong_type == b.sealing.wrong_type && a.bytes == b.bytes &&
         a.counts == b.counts && a.exchange == b.exchange && a.told == b.told;
}

}  // namespace chasqui::storage

#endif  // CHASQUI_TESTS_STORAGE_ARBITRARY_VALUES_H_
