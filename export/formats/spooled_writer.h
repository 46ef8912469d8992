// What formats have in common that say before the first row what all rows
// need: the rows are put aside, and what each column needs is noted, until all
// are there.

#ifndef CHASQUI_EXPORT_FORMATS_SPOOLED_WRITER_H_
#define CHASQUI_EXPORT_FORMATS_SPOOLED_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "export/formats/batch_spool.h"
#include "export/formats/derived_names.h"
#include "export/formats/table_writer.h"
#include "export/formats/typed_columns.h"

namespace chasqui::exporting {

// What a format can hold.
struct FormatLimits {
  std::string_view format;  // how people call it
  std::uint64_t rows_max = 0;
  std::size_t columns_max = 0;
  NumberRules numbers = {};
};

// What the rows have in one column.
struct ColumnNeeds {
  bool used = false;  // a cell that is not missing
  // Of texts, the bytes of the longest; where one cell does not hold them, of
  // the longest first piece, second piece and so on.
  std::vector<std::size_t> bytes;
  // Of numbers.
  double least = 0;
  double greatest = 0;
  std::size_t decimals = 0;  // digits after the point, of those that are told
};

// A column of the file. A text that one cell does not hold goes on in PATH/2
// and so on; columns PATH/exact are there where an answer needs them.
struct FileColumn {
  const TypedColumn* typed = nullptr;
  const ColumnNeeds* needs = nullptr;
  std::size_t number = 0;  // of the typed column
  std::size_t piece = 0;   // of the texts
  std::string name;

  bool is_text() const { return typed->kind == TypedColumn::Kind::kText; }
  std::size_t bytes() const {
    return piece < needs->bytes.size() ? needs->bytes[piece] : 0;
  }
};

// A table that is too large is refused before a byte of the file is written.
// Thread-compatible.
class SpooledWriter : public TableWriter {
 public:
  absl::Status Write(const Batch& batch) final;
  absl::Status Close() final;

 protected:
  SpooledWriter(const TableSchema& schema, const FormatLimits& limits);

  // All of the file, once.
  virtual absl::Status WriteFile(const std::vector<FileColumn>& columns) = 0;
  // A text as the format has it, in `scratch` unless it is as it was.
  virtual std::string_view Spelt(std::string_view text,
                                 std::string& scratch) const = 0;
  // How many bytes of such a text one cell holds; not 0.
  virtual std::size_t Fitting(std::string_view spelt) const = 0;

  const TableSchema& schema() const { return schema_; }
  const FormatLimits& limits() const { return limits_; }
  std::uint64_t rows() const { return spool_.rows(); }
  // All columns there could be, whatever the rows.
  const std::vector<TypedColumn>& typed() const { return typed_; }

  using VisitRow =
      absl::FunctionRef<absl::Status(const Batch& batch, std::size_t row)>;
  absl::Status ForEachRow(VisitRow visit);

  // The cell of a column of the file. Empty: missing. Good until the next call.
  TypedNumber Number(const FileColumn& column, const Batch& batch,
                     std::size_t row) const;
  std::string_view Text(const FileColumn& column, const Batch& batch,
                        std::size_t row);

  // "table T: …".
  absl::Status TooLarge(std::string_view what) const;

 private:
  void Note(const Batch& batch, std::size_t row, std::size_t column);
  std::string_view SpeltText(const TypedColumn& column, const Batch& batch,
                             std::size_t row);
  std::vector<FileColumn> FileColumns();

  const TableSchema& schema_;
  const FormatLimits limits_;
  DerivedNames names_;
  const std::vector<TypedColumn> typed_;
  std::vector<ColumnNeeds> needs_;  // of typed_
  BatchSpool spool_;
  std::string text_;
  std::string spelt_;
};

// The longest beginning of UTF-8 that has at most so many bytes.
std::size_t WholeCharacters(std::string_view text, std::size_t bytes_max);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_SPOOLED_WRITER_H_
