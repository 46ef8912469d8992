// What Arrow's own readers find in files of ours.

#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "arrow/api.h"
#include "arrow/io/memory.h"
#include "arrow/ipc/reader.h"
#include "gtest/gtest.h"
#include "parquet/arrow/reader.h"
#include "parquet/file_reader.h"
#include "sync/base/check.h"
#include "sync/civil_time.h"
#include "sync/decimal.h"
#include "tests/export/formats/read_back.h"

namespace chasqui::exporting {
namespace {

// The columns of one row that one column of the table became.
class Cells {
 public:
  Cells(const arrow::RecordBatch& batch, int first, std::int64_t row)
      : batch_(batch), first_(first), row_(row) {}

  bool IsNull(int i) const { return batch_.column(first_ + i)->IsNull(row_); }
  template <typename Array>
  auto As(int i) const {
    return dynamic_cast<const Array&>(*batch_.column(first_ + i)).Value(row_);
  }
  std::string Text(int i) const {
    return std::string(As<arrow::StringArray>(i));
  }
  std::string Bytes(int i) const {
    return std::string(As<arrow::BinaryArray>(i));
  }
  template <typename Array>
  const Array& ArrayOf(int i) const {
    return dynamic_cast<const Array&>(*batch_.column(first_ + i));
  }
  std::int64_t row() const { return row_; }

 private:
  const arrow::RecordBatch& batch_;
  int first_;
  std::int64_t row_;
};

std::string Shortest(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), number).ptr;
  return *CanonicalDecimal({text, static_cast<std::size_t>(end - text)});
}

class WkbReader {
 public:
  explicit WkbReader(std::string bytes) : bytes_(std::move(bytes)) {}

  template <typename T>
  T Take() {
    T value = {};
    CHECK(bytes_.size() - at_ >= sizeof(value));
    std::memcpy(&value, bytes_.data() + at_, sizeof(value));
    at_ += sizeof(value);
    return value;
  }
  bool done() const { return at_ == bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

std::string PointsOfWkb(ColumnType type, const std::string& bytes) {
  WkbReader wkb(bytes);
  EXPECT_EQ(wkb.Take<std::uint8_t>(), 1);
  const auto number = wkb.Take<std::uint32_t>();
  EXPECT_EQ(number % 1'000,
            static_cast<int>(type) - static_cast<int>(ColumnType::kPoint) + 1);
  if (type == ColumnType::kArea) {
    EXPECT_EQ(wkb.Take<std::uint32_t>(), 1);
  }
  const std::uint32_t points =
      type == ColumnType::kPoint ? 1 : wkb.Take<std::uint32_t>();
  std::string text;
  for (std::uint32_t i = 0; i < points; ++i) {
    if (i > 0) text += ';';
    const auto longitude = wkb.Take<double>();
    const auto latitude = wkb.Take<double>();
    text += Shortest(latitude) + " " + Shortest(longitude);
    if (number >= 1'000) text += " " + Shortest(wkb.Take<double>());
  }
  EXPECT_TRUE(wkb.done());
  return text;
}

std::string PointText(const Cells& cells) {
  CellsOfRow parts;
  for (int i = 1; i <= 4; ++i) {
    parts.push_back(cells.IsNull(i) ? std::nullopt
                                    : std::optional(Shortest(
                                          cells.As<arrow::DoubleArray>(i))));
  }
  const std::string text = JoinPoint(parts);
  const std::string shape = PointsOfWkb(ColumnType::kPoint, cells.Bytes(0));
  EXPECT_EQ(text.substr(0, shape.size()), shape);
  return cells.IsNull(5) ? text : cells.Text(5);
}

std::string DecimalText(const Cells& cells) {
  if (cells.IsNull(0)) return cells.Text(1);
  EXPECT_TRUE(cells.IsNull(1));
  const auto& array = cells.ArrayOf<arrow::Decimal128Array>(0);
  return *CanonicalDecimal(array.FormatValue(cells.row()));
}

std::string ChoiceText(const Cells& cells) {
  const auto& array = cells.ArrayOf<arrow::DictionaryArray>(0);
  const auto& codes =
      dynamic_cast<const arrow::StringArray&>(*array.dictionary());
  return std::string(codes.Value(array.GetValueIndex(cells.row())));
}

std::string ChoicesText(const Cells& cells) {
  const auto& array = cells.ArrayOf<arrow::ListArray>(0);
  const auto& codes = dynamic_cast<const arrow::StringArray&>(*array.values());
  std::string text;
  for (std::int64_t i = array.value_offset(cells.row());
       i < array.value_offset(cells.row() + 1); ++i) {
    if (!text.empty()) text += ' ';
    text += codes.Value(i);
  }
  return text;
}

std::string MomentText(ColumnType type, const Cells& cells) {
  if (type == ColumnType::kDateTime) {
    return FormatMoment(cells.As<arrow::TimestampArray>(0),
                        cells.As<arrow::Int32Array>(1));
  }
  std::string text = FormatTimeOfDay(cells.As<arrow::Time32Array>(0));
  if (!cells.IsNull(1)) text += FormatOffset(cells.As<arrow::Int32Array>(1));
  return text;
}

std::optional<std::string> TextOf(ColumnType type, const Cells& cells) {
  const bool too_large = type == ColumnType::kDecimal && !cells.IsNull(1);
  if (cells.IsNull(0) && !too_large) return std::nullopt;
  switch (type) {
    case ColumnType::kText:
    case ColumnType::kAttachment:
      return cells.Text(0);
    case ColumnType::kInteger:
      return std::to_string(cells.As<arrow::Int64Array>(0));
    case ColumnType::kBoolean:
      return cells.As<arrow::BooleanArray>(0) ? "true" : "false";
    case ColumnType::kDecimal:
      return DecimalText(cells);
    case ColumnType::kDate:
      return FormatDay(cells.As<arrow::Date32Array>(0));
    case ColumnType::kTime:
    case ColumnType::kDateTime:
      return MomentText(type, cells);
    case ColumnType::kPoint:
      return PointText(cells);
    case ColumnType::kLine:
    case ColumnType::kArea:
      return cells.IsNull(1) ? PointsOfWkb(type, cells.Bytes(0))
                             : cells.Text(1);
    case ColumnType::kChoice:
      return ChoiceText(cells);
    case ColumnType::kChoices:
      return ChoicesText(cells);
  }
  return std::nullopt;
}

int WidthOfArrow(ColumnType type) {
  switch (type) {
    case ColumnType::kPoint:
      return 6;
    case ColumnType::kDecimal:
    case ColumnType::kTime:
    case ColumnType::kDateTime:
    case ColumnType::kLine:
    case ColumnType::kArea:
      return 2;
    default:
      return 1;
  }
}

void AddRows(const TableSchema& schema, arrow::RecordBatchReader& reader,
             FileContents& contents) {
  for (const auto& field : reader.schema()->fields()) {
    contents.columns.emplace_back(field->name(), field->type()->ToString());
  }
  while (true) {
    const std::shared_ptr<arrow::RecordBatch> batch = *reader.Next();
    if (batch == nullptr) return;
    CHECK(batch->ValidateFull().ok());
    for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
      CellsOfRow& cells = contents.rows.emplace_back();
      int first = 0;
      for (const TableColumn& column : schema.columns) {
        cells.push_back(TextOf(column.type, Cells(*batch, first, row)));
        first += WidthOfArrow(column.type);
      }
      CHECK(first == batch->num_columns());
    }
  }
}

}  // namespace

FileContents ReadParquet(const TableSchema& schema, const std::string& bytes) {
  FileContents contents;
  auto reader =
      *parquet::arrow::OpenFile(std::make_shared<arrow::io::BufferReader>(
                                    arrow::Buffer::FromString(bytes)),
                                arrow::default_memory_pool());
  const auto metadata = reader->parquet_reader()->metadata();
  for (int i = 0; i < metadata->num_row_groups(); ++i) {
    contents.row_groups.push_back(
        static_cast<std::size_t>(metadata->RowGroup(i)->num_rows()));
  }
  for (std::int64_t i = 0; i < metadata->key_value_metadata()->size(); ++i) {
    contents.metadata.emplace(metadata->key_value_metadata()->key(i),
                              metadata->key_value_metadata()->value(i));
  }
  const auto rows = *reader->GetRecordBatchReader();
  AddRows(schema, *rows, contents);
  return contents;
}

FileContents ReadArrowStream(const TableSchema& schema,
                             const std::string& bytes) {
  FileContents contents;
  const auto reader = *arrow::ipc::RecordBatchStreamReader::Open(
      std::make_shared<arrow::io::BufferReader>(
          arrow::Buffer::FromString(bytes)));
  AddRows(schema, *reader, contents);
  return contents;
}

}  // namespace chasqui::exporting
