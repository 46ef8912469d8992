// Which tables an export of a survey has, and their columns: a function of the
// forms published.

#ifndef CHASQUI_EXPORT_TABLES_H_
#define CHASQUI_EXPORT_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sync/schema.h"
#include "sync/survey.h"

namespace chasqui::exporting {

struct Column {
  // The field's path. A field that has another type than an earlier one of the
  // same path is a column of its own, "path#number".
  std::string name;
  std::uint32_t field = 0;
};

// The records of one form in all its versions, or the rows of one repeat of it.
struct Table {
  std::uint32_t repeat = 0;  // 0: of records
  std::string file;          // "form.csv", "form.group-repeat.csv"
  // In the order of first publication: what an earlier version had comes
  // before what a later one added, and nothing ever moves. Notes, which hold
  // nothing, are left out.
  std::vector<Column> columns;
};

class Tables {
 public:
  // Without columns for personal fields, unless they are wanted.
  Tables(const Survey& survey, bool personal);

  // Index into all() of the records of form version `form`, or of their rows
  // of `repeat`; nullopt if the form never had them.
  std::optional<std::size_t> OfRecords(std::uint32_t form) const {
    return OfRows(form, 0);
  }
  std::optional<std::size_t> OfRows(std::uint32_t form,
                                    std::uint32_t repeat) const;

  const std::vector<Table>& all() const { return tables_; }

 private:
  // Number of the form id that a version belongs to, from 0.
  std::vector<std::size_t> form_of_version_;
  // (form, repeat; 0: the record itself) to index.
  std::map<std::pair<std::size_t, std::uint32_t>, std::size_t> index_;
  std::vector<Table> tables_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_TABLES_H_
