// What the parts of an increment have in common: where rows come from, and
// where they go.

#ifndef CHASQUI_EXPORT_TAKING_H_
#define CHASQUI_EXPORT_TAKING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
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

// Rows of a table, from the first cell to the last: several at once come column
// by column, and what they have in common is said once for all of them.
class NewRows {
 public:
  // REQUIRES: there are some, and few enough for one batch.
  NewRows(Taking& taking, std::size_t table, std::size_t count)
      : taking_(taking),
        table_(table),
        count_(count),
        batch_(taking.batches.Row(table)) {
    batch_.BeginRows(count);
  }
  NewRows(const NewRows&) = delete;
  NewRows& operator=(const NewRows&) = delete;
  ~NewRows() { taking_.batches.EndRow(table_); }

  // For cells one by one.
  Batch& batch() { return batch_; }

  NewRows& Null() { return batch_.FillNull(), *this; }
  // Null where it is empty.
  NewRows& Text(std::string_view text) {
    return text.empty() ? Null() : (batch_.FillText(text), *this);
  }
  // Of each row what `text_of(i)` says, an optional text.
  template <typename TextOf>
  NewRows& Texts(TextOf text_of) {
    for (std::size_t i = 0; i < count_; ++i) {
      const std::optional<std::string_view> text = text_of(i);
      text.has_value() ? batch_.AddText(*text) : batch_.AddNull();
    }
    return *this;
  }
  template <typename Number>
  NewRows& Integer(Number number) {
    return batch_.FillNumber(static_cast<std::int64_t>(number)), *this;
  }
  // Null for a seq that names nothing.
  NewRows& SeqOrNull(Seq seq) { return seq == 0 ? Null() : Integer(seq); }
  NewRows& Boolean(bool yes) { return Integer(yes ? 1 : 0); }
  // A moment of server time, ms since 1970 UTC.
  NewRows& Moment(std::int64_t utc_ms) {
    return batch_.FillMoment(utc_ms, taking_.offset_minutes()), *this;
  }
  // The column that RecordTable() and the like put last.
  NewRows& Increment() { return Integer(taking_.increment); }

 private:
  Taking& taking_;
  const std::size_t table_;
  const std::size_t count_;
  Batch& batch_;
};

class NewRow : public NewRows {
 public:
  NewRow(Taking& taking, std::size_t table) : NewRows(taking, table, 1) {}
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_TAKING_H_
