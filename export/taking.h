// What the parts of an increment have in common: where rows come from, and
// where they go.

#ifndef CHASQUI_EXPORT_TAKING_H_
#define CHASQUI_EXPORT_TAKING_H_

#include <cstdint>
#include <string_view>

#include "export/batch_set.h"
#include "export/tables.h"
#include "sync/reader.h"

namespace chasqui::exporting {

struct Taking {
  const Reader& reader;
  const Tables& tables;
  std::uint64_t increment = 1;
  BatchSet& batches;

  const Survey& survey() const { return reader.survey(); }
  std::int32_t offset_minutes() const {
    return survey().config.utc_offset_minutes;
  }
};

// One row of a table, from its first cell to its last.
class NewRow {
 public:
  NewRow(Taking& taking, std::size_t table)
      : taking_(taking), table_(table), batch_(taking.batches.Row(table)) {}
  NewRow(const NewRow&) = delete;
  NewRow& operator=(const NewRow&) = delete;
  ~NewRow() { taking_.batches.EndRow(table_); }

  Batch& batch() { return batch_; }

  NewRow& Null() { return batch_.AddNull(), *this; }
  // Null where it is empty.
  NewRow& Text(std::string_view text) {
    return text.empty() ? Null() : (batch_.AddText(text), *this);
  }
  template <typename Number>
  NewRow& Integer(Number number) {
    return batch_.AddNumber(static_cast<std::int64_t>(number)), *this;
  }
  // Null for a seq that names nothing.
  NewRow& SeqOrNull(Seq seq) { return seq == 0 ? Null() : Integer(seq); }
  NewRow& Boolean(bool yes) { return batch_.AddNumber(yes ? 1 : 0), *this; }
  // A moment of server time, ms since 1970 UTC.
  NewRow& Moment(std::int64_t utc_ms) {
    return batch_.AddMoment(utc_ms, taking_.offset_minutes()), *this;
  }
  // The column that RecordTable() and the like put last.
  NewRow& Increment() { return Integer(taking_.increment); }

 private:
  Taking& taking_;
  const std::size_t table_;
  Batch& batch_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_TAKING_H_
