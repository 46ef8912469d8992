#include "export/formats/arrow_arrays.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "arrow/array.h"
#include "arrow/buffer.h"
#include "arrow/type.h"
#include "arrow/util/decimal.h"
#include "export/formats/wkb.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

using ArrowBuffer = std::shared_ptr<arrow::Buffer>;
using ArrayParts = std::shared_ptr<arrow::ArrayData>;

std::int64_t Rows(const ColumnData& column) {
  return static_cast<std::int64_t>(column.valid.size());
}

// A bit for each that is true.
std::vector<std::uint8_t> BitsOf(const std::vector<std::uint8_t>& flags) {
  std::vector<std::uint8_t> bits((flags.size() + 7) / 8);
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i] != 0) {
      bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 1U << i % 8);
    }
  }
  return bits;
}

// Nothing where all are valid.
ArrowBuffer ValidBits(const std::vector<std::uint8_t>& valid) {
  if (std::find(valid.begin(), valid.end(), 0) == valid.end()) return nullptr;
  return arrow::Buffer::FromVector(BitsOf(valid));
}

ArrowBuffer OffsetsOf(const std::vector<std::uint32_t>& ends) {
  std::vector<std::int32_t> offsets;
  offsets.reserve(ends.size() + 1);
  offsets.push_back(0);
  for (const std::uint32_t end : ends) {
    offsets.push_back(static_cast<std::int32_t>(end));
  }
  return arrow::Buffer::FromVector(std::move(offsets));
}

ArrowArray Fixed(ArrowType type, std::int64_t rows, ArrowBuffer valid,
                 ArrowBuffer values) {
  return arrow::MakeArray(arrow::ArrayData::Make(
      std::move(type), rows, {std::move(valid), std::move(values)}));
}

ArrayParts Texts(ArrowType type, std::size_t count, ArrowBuffer valid,
                 const std::vector<std::uint32_t>& ends, ArrowBuffer bytes) {
  return arrow::ArrayData::Make(
      std::move(type), static_cast<std::int64_t>(count),
      {std::move(valid), OffsetsOf(ends), std::move(bytes)});
}

ArrowBuffer Look(const std::string& bytes) {
  return arrow::Buffer::Wrap(bytes.data(), bytes.size());
}

std::vector<std::int32_t> Narrowed(const std::vector<std::int64_t>& numbers) {
  std::vector<std::int32_t> narrow;
  narrow.reserve(numbers.size());
  for (const std::int64_t number : numbers) {
    narrow.push_back(static_cast<std::int32_t>(number));
  }
  return narrow;
}

// Texts, or bytes, of an array that is made cell by cell.
class NewTexts {
 public:
  void Add(std::string_view text) {
    valid_.push_back(1);
    bytes_ += text;
    EndCell();
  }
  void AddNull() {
    valid_.push_back(0);
    EndCell();
  }
  // What is added to these bytes until EndCell() is the next cell.
  std::string& BeginCell() {
    valid_.push_back(1);
    return bytes_;
  }
  void EndCell() {
    CHECK(bytes_.size() <= kColumnBytesMax);
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  }
  ArrowArray Take(ArrowType type) {
    return arrow::MakeArray(
        Texts(std::move(type), ends_.size(), ValidBits(valid_), ends_,
              arrow::Buffer::FromString(std::move(bytes_))));
  }

 private:
  std::vector<std::uint8_t> valid_;
  std::vector<std::uint32_t> ends_;
  std::string bytes_;
};

// Fixed-size values of an array that is made cell by cell.
template <typename T>
class NewValues {
 public:
  void Add(T value) {
    valid_.push_back(1);
    values_.push_back(value);
  }
  void AddNull() {
    valid_.push_back(0);
    values_.push_back({});
  }
  ArrowArray Take(ArrowType type) {
    const auto rows = static_cast<std::int64_t>(valid_.size());
    return Fixed(std::move(type), rows, ValidBits(valid_),
                 arrow::Buffer::FromVector(std::move(values_)));
  }

 private:
  std::vector<std::uint8_t> valid_;
  std::vector<T> values_;
};

using DecimalBytes = std::array<std::uint8_t, 16>;

std::optional<DecimalBytes> FittingDecimal(std::string_view text) {
  std::string_view digits = text;
  if (digits.front() == '-') digits.remove_prefix(1);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  const std::size_t fraction =
      whole == digits.size() ? 0 : digits.size() - whole - 1;
  if (whole > kDecimalDigits - kDecimalScale || fraction > kDecimalScale) {
    return std::nullopt;
  }
  arrow::Decimal128 number;
  std::int32_t precision = 0;
  std::int32_t scale = 0;
  CHECK(arrow::Decimal128::FromString(text, &number, &precision, &scale).ok());
  const auto scaled = number.Rescale(scale, kDecimalScale);
  CHECK(scaled.ok());
  return scaled->ToBytes();
}

void AddGeometry(ColumnType type, const std::vector<PointText>& points,
                 NewTexts& wkb, GeometryArrays& arrays) {
  (HaveAltitudes(points) ? arrays.with_altitudes : arrays.flat) = true;
  AppendWkb(type, points, wkb.BeginCell());
  wkb.EndCell();
}

}  // namespace

ArrowArray IntegerArray(const ColumnData& column) {
  return Fixed(arrow::int64(), Rows(column), ValidBits(column.valid),
               arrow::Buffer::Wrap(column.numbers));
}

ArrowArray BooleanArray(const ColumnData& column) {
  std::vector<std::uint8_t> flags;
  flags.reserve(column.numbers.size());
  for (const std::int64_t number : column.numbers) {
    flags.push_back(number != 0 ? 1 : 0);
  }
  return Fixed(arrow::boolean(), Rows(column), ValidBits(column.valid),
               arrow::Buffer::FromVector(BitsOf(flags)));
}

ArrowArray DateArray(const ColumnData& column) {
  return Fixed(arrow::date32(), Rows(column), ValidBits(column.valid),
               arrow::Buffer::FromVector(Narrowed(column.numbers)));
}

ArrowArray TimeArray(const ColumnData& column) {
  return Fixed(arrow::time32(arrow::TimeUnit::MILLI), Rows(column),
               ValidBits(column.valid),
               arrow::Buffer::FromVector(Narrowed(column.numbers)));
}

ArrowArray MomentArray(const ColumnData& column) {
  return Fixed(arrow::timestamp(arrow::TimeUnit::MILLI, "UTC"), Rows(column),
               ValidBits(column.valid), arrow::Buffer::Wrap(column.numbers));
}

ArrowArray OffsetArray(const ColumnData& column) {
  std::vector<std::uint8_t> valid;
  valid.reserve(column.offsets.size());
  for (const std::int32_t offset : column.offsets) {
    valid.push_back(offset != kNoOffset ? 1 : 0);
  }
  return Fixed(arrow::int32(), Rows(column), ValidBits(valid),
               arrow::Buffer::Wrap(column.offsets));
}

ArrowArray TextArray(const ColumnData& column) {
  return arrow::MakeArray(Texts(arrow::utf8(), column.valid.size(),
                                ValidBits(column.valid), column.ends,
                                Look(column.bytes)));
}

ArrowArray ListArray(const ColumnData& column) {
  ArrayParts items = Texts(arrow::utf8(), column.ends.size(), nullptr,
                           column.ends, Look(column.bytes));
  return arrow::MakeArray(arrow::ArrayData::Make(
      arrow::list(arrow::utf8()), Rows(column),
      {ValidBits(column.valid), OffsetsOf(column.lists)}, {std::move(items)}));
}

ExactArrays DecimalArrays(const ColumnData& column) {
  NewValues<DecimalBytes> typed;
  NewTexts exact;
  for (std::size_t row = 0; row < column.valid.size(); ++row) {
    std::optional<DecimalBytes> number;
    const std::string_view text = column.TextAt(row);
    if (column.valid[row] != 0) number = FittingDecimal(text);
    if (number.has_value()) {
      typed.Add(*number);
    } else {
      typed.AddNull();
    }
    if (column.valid[row] != 0 && !number.has_value()) {
      exact.Add(text);
    } else {
      exact.AddNull();
    }
  }
  return {typed.Take(arrow::decimal128(kDecimalDigits, kDecimalScale)),
          exact.Take(arrow::utf8())};
}

GeometryArrays ShapeArrays(ColumnType type, const ColumnData& column) {
  GeometryArrays arrays;
  NewTexts wkb;
  NewTexts exact;
  for (std::size_t row = 0; row < column.valid.size(); ++row) {
    if (column.valid[row] == 0) {
      wkb.AddNull();
      exact.AddNull();
      continue;
    }
    const auto points = ReadPoints(column.TextAt(row));
    CHECK(points.has_value());
    AddGeometry(type, *points, wkb, arrays);
    if (IsExactAsWkb(*points)) {
      exact.AddNull();
    } else {
      exact.Add(column.TextAt(row));
    }
  }
  arrays.wkb = wkb.Take(arrow::binary());
  arrays.exact = exact.Take(arrow::utf8());
  return arrays;
}

PointArrays PointArraysOf(const ColumnData& column) {
  PointArrays arrays;
  NewTexts wkb;
  NewTexts exact;
  std::array<NewValues<double>, kPointParts> parts;
  for (std::size_t row = 0; row < column.valid.size(); ++row) {
    std::optional<PointText> point;
    if (column.valid[row] != 0) {
      point = ReadPoint(column.TextAt(row));
      CHECK(point.has_value());
      AddGeometry(ColumnType::kPoint, {*point}, wkb, arrays.geometry);
    } else {
      wkb.AddNull();
    }
    bool is_exact = true;
    for (std::size_t i = 0; i < kPointParts; ++i) {
      if (!point.has_value() || point->parts[i].empty()) {
        parts[i].AddNull();
        continue;
      }
      parts[i].Add(ToDouble(point->parts[i]));
      is_exact = is_exact && IsExactAsDouble(point->parts[i]);
    }
    if (is_exact) {
      exact.AddNull();
    } else {
      exact.Add(column.TextAt(row));
    }
  }
  arrays.geometry.wkb = wkb.Take(arrow::binary());
  arrays.geometry.exact = exact.Take(arrow::utf8());
  for (std::size_t i = 0; i < kPointParts; ++i) {
    arrays.parts[i] = parts[i].Take(arrow::float64());
  }
  return arrays;
}

CodeNumbers::CodeNumbers(const std::vector<ColumnChoice>& choices) {
  for (const ColumnChoice& choice : choices) NumberOf(choice.code);
}

ArrowType CodeNumbers::type() {
  return arrow::dictionary(arrow::int32(), arrow::utf8());
}

std::int32_t CodeNumbers::NumberOf(std::string_view code) {
  const auto known = numbers_.find(AbslView(code));
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<std::int32_t>(codes_.ends.size());
  numbers_.emplace(code, number);
  codes_.valid.push_back(1);
  codes_.bytes += code;
  CHECK(codes_.bytes.size() <= kColumnBytesMax);
  codes_.ends.push_back(static_cast<std::uint32_t>(codes_.bytes.size()));
  return number;
}

ArrowArray CodeNumbers::ArrayOf(const ColumnData& column) {
  NewValues<std::int32_t> numbers;
  for (std::size_t row = 0; row < column.valid.size(); ++row) {
    if (column.valid[row] != 0) {
      numbers.Add(NumberOf(column.TextAt(row)));
    } else {
      numbers.AddNull();
    }
  }
  if (known_ == nullptr || known_->length() != Rows(codes_)) {
    known_ = arrow::MakeArray(Texts(arrow::utf8(), codes_.ends.size(), nullptr,
                                    codes_.ends,
                                    arrow::Buffer::FromString(codes_.bytes)));
  }
  return std::make_shared<arrow::DictionaryArray>(
      type(), numbers.Take(arrow::int32()), known_);
}

}  // namespace chasqui::exporting
