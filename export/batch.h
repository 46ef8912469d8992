// Rows of one table on their way into a file: column by column, whatever the
// format.

#ifndef CHASQUI_EXPORT_BATCH_H_
#define CHASQUI_EXPORT_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "export/column_data.h"

namespace chasqui::exporting {

struct ColumnChoice {
  std::string code;
  std::string label;  // in the survey's first language; empty: none
};

struct TableColumn {
  std::string name;  // unique in the table, in whatever case
  ColumnType type = ColumnType::kText;
  std::string label = {};                  // what the form asks; empty: none
  std::vector<ColumnChoice> choices = {};  // kChoice, kChoices: those known now
};

// How the rows of a table that came in several increments make the present.
// Numbers reach the wire and manifests: never change one.
enum class TableKind : std::uint8_t {
  // A row a record: of each _id the latest increment has it.
  kRecords = 1,
  // Rows of records: those of the increment that has their _id last.
  kOfRecords = 2,
  // What happened: all rows are.
  kLog = 3,
  // All of it anew with each increment.
  kSnapshot = 4,
};

struct TableSchema {
  std::string name;  // plain enough for a file; unique in whatever case
  TableKind kind = TableKind::kRecords;
  std::vector<TableColumn> columns = {};
};

// Some rows of a table. What its cells hold is not looked into: see
// cell_check.h. Thread-compatible.
class Batch {
 public:
  // REQUIRES: `schema` outlives the batch.
  explicit Batch(const TableSchema& schema);

  const TableSchema& schema() const { return *schema_; }
  std::size_t rows() const { return rows_; }
  // About what it holds in memory.
  std::size_t bytes() const {
    return columns_.size() * sizeof(ColumnData) + rows_ * row_bytes_ +
           text_bytes_;
  }
  const std::vector<ColumnData>& columns() const { return columns_; }

  // One row, cell by cell, in the order of the columns. REQUIRES: each call is
  // of the column's type (AddText for all that are text), and each row has all
  // columns.
  void AddNull();
  void AddText(std::string_view text);
  void AddNumber(std::int64_t number);
  void AddMoment(std::int64_t number, std::int32_t offset_minutes);
  void AddList(const std::vector<std::string_view>& codes);

  // The next `count` rows come column by column: the cells of all of them in
  // the first, then those in the next. REQUIRES: no row is begun; count > 0.
  void BeginRows(std::size_t count);
  // The same for all cells that the column still lacks of the rows begun.
  void FillNull();
  void FillText(std::string_view text);
  void FillNumber(std::int64_t number);
  void FillMoment(std::int64_t number, std::int32_t offset_minutes);

  // The other's rows after those that are there. REQUIRES: it is of a table
  // with columns of the same types.
  void Append(const Batch& other);

  // What has come from elsewhere, say by the wire; false, and nothing is kept,
  // unless `columns` is as the schema and the invariant have it.
  bool Set(std::vector<ColumnData> columns);
  // The columns, as many as the schema has, to be filled with others and Set();
  // the batch is empty until then.
  std::vector<ColumnData> Release();

  void Clear();  // keeps the memory, for rows to come

 private:
  // The column of the next cell, which is valid or null.
  ColumnData& NextCell(bool valid);
  // The same of all cells that the column still lacks, lacks_ of them.
  ColumnData& NextCells(bool valid);
  void EndColumn();

  const TableSchema* schema_;
  std::vector<Filled> filled_;  // by its columns, all in a line or two
  std::size_t row_bytes_ = 0;   // of a row, but for its texts and its lists
  std::vector<ColumnData> columns_;
  std::size_t text_bytes_ = 0;  // what row_bytes_ has not
  std::size_t rows_ = 0;
  std::size_t begun_ = 1;  // rows whose cells come column by column
  std::size_t lacks_ = 1;  // so many of them lack the next cell
  std::size_t next_ = 0;   // the column of that cell
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_BATCH_H_
