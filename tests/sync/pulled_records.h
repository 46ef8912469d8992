// Pulled records, so that a test spells out only what it is about.

#ifndef CHASQUI_TESTS_SYNC_PULLED_RECORDS_H_
#define CHASQUI_TESTS_SYNC_PULLED_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/page.h"

namespace chasqui::testing {

inline RowId RowNamed(char byte) {
  return *RowId::FromBytes(std::string(16, byte));
}

inline FieldState FieldOf(std::uint32_t field, std::uint32_t choice,
                          std::vector<LiveWrite> live, std::uint8_t shown = 0) {
  FieldState state;
  state.field = field;
  state.choice = choice;
  state.shown = shown;
  state.live.assign(live.begin(), live.end());
  return state;
}
inline FieldState TextAt(std::uint32_t field, Seq seq, std::string_view text) {
  return FieldOf(field, 0, {{seq, Value::Text(text)}});
}

inline PulledRow RowOf(char id, const RowId& parent = {},
                       std::vector<FieldState> fields = {}) {
  PulledRow row;
  row.id = RowNamed(id);
  row.parent = parent;
  row.repeat = 1;
  row.fields = std::move(fields);
  return row;
}
inline PulledRow GoneRow(char id) {
  PulledRow row = RowOf(id);
  row.gone = true;
  return row;
}

inline PulledRecord RecordAt(Seq seq, std::vector<FieldState> fields = {},
                             std::vector<PulledRow> rows = {}) {
  PulledRecord record;
  record.id = *RecordId::FromBytes(std::string(16, '\x11'));
  record.seq = seq;
  record.form = 3;
  record.fields = std::move(fields);
  record.rows = std::move(rows);
  return record;
}

// One of everything a pulled record can have.
inline PulledRecord Everything() {
  PulledRow roster =
      RowOf('\x22', {}, {FieldOf(33, 1, {{299, Value::Ticked(true)}})});
  roster.whole = true;
  PulledRow gone = GoneRow('\x33');
  gone.parent = RowNamed('\x22');
  gone.repeat = 2;
  PulledRecord record = RecordAt(
      300,
      {FieldOf(0, 0, {{10, Value::Answered()}}),
       FieldOf(32, 0, {{10, Value::Text("a")}, {300, Value::Text("b")}}, 1)},
      {roster, gone});
  record.whole = true;
  record.review_conflicts = 1;
  record.decided_conflicts = 2;
  record.marks = {
      {MarkKind::kPair, 300, {{}, 32, 0}, {RowNamed('\x22'), 33, 1}}};
  return record;
}

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SYNC_PULLED_RECORDS_H_
