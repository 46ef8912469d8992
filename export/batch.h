// Rows of one table on their way into a file: column by column, each column of
// one type, whatever the format.

#ifndef CHASQUI_EXPORT_BATCH_H_
#define CHASQUI_EXPORT_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chasqui::exporting {

// What a column holds. Formats make of it what they have: a point is four
// numbers everywhere and a geometry besides in Parquet, a list of choices is a
// list where there are lists and a column per choice where there are none.
// Numbers reach the wire and manifests: never change one.
enum class ColumnType : std::uint8_t {
  kText = 1,      // UTF-8
  kInteger = 2,   // int64
  kDecimal = 3,   // canonical text, sync/decimal.h
  kDate = 4,      // days since 1970-01-01
  kTime = 5,      // ms of the day, and perhaps an offset
  kDateTime = 6,  // ms since 1970 in UTC, and an offset
  kPoint = 7,     // text: "lat lon[ alt[ accuracy]]"
  kLine = 8,      // text: points, separated by ';'
  kArea = 9,      // text: points, the last equal to the first
  kChoice = 10,   // text: a code
  kChoices = 11,  // any number of codes, in the order of the column's choices
  kAttachment = 12,  // text: "sha256hex:size:media/type"
  kBoolean = 13,
};
// "text", "integer", … as manifests have them.
std::string_view ToText(ColumnType type);

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

inline constexpr std::int32_t kNoOffset = INT32_MIN;

// Of one column of one batch: what every library of columns can count.
inline constexpr std::size_t kColumnBytesMax = INT32_MAX;

// INVARIANT: `valid` is as long as the column has rows, and so is what its type
// fills: `numbers` for integers, dates, times, date-times and booleans;
// `offsets` besides, in minutes, for times and date-times; `ends` for what is
// text; `lists` for kChoices, whose items are then in `ends`. What the type
// does not fill is empty. What is not valid has 0, kNoOffset, or nothing
// between its end and the one before. `bytes` has at most kColumnBytesMax, and
// `ends` as many.
struct ColumnData {
  std::vector<std::uint8_t> valid;  // 1 or 0
  std::vector<std::int64_t> numbers;
  std::vector<std::int32_t> offsets;
  std::string bytes;
  std::vector<std::uint32_t> ends;   // of each text, in bytes
  std::vector<std::uint32_t> lists;  // of each list, in ends

  // Text i: row i's, or item i of all lists. REQUIRES: i < ends.size().
  std::string_view TextAt(std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(bytes).substr(begin, ends[i] - begin);
  }
  // Where row i's items begin; they end where those of row i + 1 begin.
  // REQUIRES: i <= lists.size().
  std::size_t ListBegin(std::size_t i) const {
    return i == 0 ? 0 : lists[i - 1];
  }
  std::size_t size_in_bytes() const;

  friend bool operator==(const ColumnData&, const ColumnData&) = default;
};

// Makes it a column of so many rows without a value.
void SetNoValues(ColumnType type, std::size_t rows, ColumnData& column);

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
    return columns_.size() * sizeof(ColumnData) + bytes_;
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
  // The column of the next cell, which gets a row: valid or null.
  ColumnData& NextColumn(bool valid);
  void EndList(ColumnData& column);
  ColumnType next_type() const { return schema_->columns[next_].type; }

  const TableSchema* schema_;
  std::vector<ColumnData> columns_;
  std::size_t rows_ = 0;
  std::size_t bytes_ = 0;  // of all columns, size_in_bytes()
  std::size_t next_ = 0;   // the column of the next cell
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_BATCH_H_
