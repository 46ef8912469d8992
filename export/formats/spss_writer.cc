#include "export/formats/spss_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "export/formats/readstat_writer.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"

namespace chasqui::exporting {
namespace {

using SpssKind = TypedColumn::Kind;

// SPSS takes more, in segments of 252 bytes; ReadStat has names for 36 of them
// and gives more of them the same ones.
constexpr std::size_t kSpssTextBytesMax = std::size_t{36} * 252;
constexpr std::size_t kSpssLabelBytesMax = 255;
constexpr std::size_t kSpssValueLabelBytesMax = 120;
constexpr std::size_t kSpssNoteBytesMax = 80;
// Codes of texts that have labels. A file has these in words of 8 bytes, and
// readers want the texts to be as wide.
constexpr std::size_t kSpssCodeBytesMax = 120;
constexpr std::size_t kSpssWordBytes = 8;
// Days from SPSS's beginning, 1582-10-14, to 1970-01-01.
constexpr double kSpssDays = 141'428;
constexpr double kSpssSecondMs = 1'000;
// What numbers are shown by: 12 digits are most of them, 15 all that are told.
constexpr double kSpssShortMax = 99'999'999'999;
constexpr std::size_t kSpssDecimalsMax = 15;

bool IsSpssWord(std::string_view name) {
  static const std::set<std::string_view> kSpssWords = {
      "all", "and", "by",  "eq", "ge", "gt",  "le",
      "lt",  "ne",  "not", "or", "to", "with"};
  return kSpssWords.contains(name);
}

FormatLimits SpssLimits() {
  return {.format = "SPSS",
          .rows_max = INT32_MAX,
          .columns_max = 32'767,
          .numbers = {.integer_max = std::int64_t{1} << 53,
                      .first_day = DayOfDate(1582, 10, 15)}};
}

std::string FirstBytes(std::string_view text, std::size_t bytes_max) {
  return std::string(text.substr(0, WholeCharacters(text, bytes_max)));
}

std::size_t LongestCode(const std::vector<ColumnChoice>& choices) {
  std::size_t bytes = 0;
  for (const ColumnChoice& choice : choices) {
    bytes = std::max(bytes, choice.code.size());
  }
  return bytes;
}

class SpssWriter final : public ReadStatWriter {
 public:
  SpssWriter(const TableSchema& schema, Sink& sink)
      : ReadStatWriter(schema, SpssLimits(),
                       {.bytes_max = 64,
                        .mark = '@',
                        .underscore = false,
                        .is_reserved = IsSpssWord},
                       sink) {}

 private:
  absl::Status Prepare(const std::vector<FileColumn>& /*columns*/) override {
    return absl::OkStatus();
  }

  std::size_t Fitting(std::string_view spelt) const override {
    return WholeCharacters(spelt, kSpssTextBytesMax);
  }

  std::string LabelOf(std::string_view text) const override {
    return FirstBytes(text, kSpssLabelBytesMax);
  }

  // The document has lines of so many bytes.
  void AddNote(const std::string& note) override {
    for (std::string_view rest = note; !rest.empty();) {
      const std::string line = FirstBytes(rest, kSpssNoteBytesMax);
      readstat_add_note(writer(), line.c_str());
      rest.remove_prefix(line.size());
    }
  }

  readstat_variable_t* AddVariable(const FileColumn& column,
                                   const std::string& name) override {
    switch (column.typed->kind) {
      case SpssKind::kText:
        return AddTextVariable(column, name);
      case SpssKind::kInteger:
        return AddIntegerVariable(column, name);
      case SpssKind::kDecimal: {
        const auto decimals =
            std::min(column.needs->decimals, kSpssDecimalsMax);
        return AddNumber(name, StrCat("F24.", decimals));
      }
      case SpssKind::kDate:
        return AddNumber(name, "DATE11");
      case SpssKind::kTime:
        return AddNumber(name, "TIME12.3");
      case SpssKind::kDateTime:
        return AddNumber(name, "DATETIME24.3");
    }
    return nullptr;
  }

  readstat_variable_t* AddNumber(const std::string& name,
                                 const std::string& format) {
    readstat_variable_t* const variable =
        readstat_add_variable(writer(), name.c_str(), READSTAT_TYPE_DOUBLE, 0);
    readstat_variable_set_format(variable, format.c_str());
    readstat_variable_set_measure(variable, READSTAT_MEASURE_SCALE);
    return variable;
  }

  readstat_variable_t* AddIntegerVariable(const FileColumn& column,
                                          const std::string& name) {
    const double largest =
        std::max(std::abs(column.needs->least), column.needs->greatest);
    readstat_variable_t* const variable =
        AddNumber(name, largest > kSpssShortMax ? "F20.0" : "F12.0");
    if (!column.typed->coded) return variable;
    readstat_label_set_t* const labels =
        readstat_add_label_set(writer(), READSTAT_TYPE_DOUBLE, name.c_str());
    for (const ColumnChoice& choice : ChoicesOf(column)) {
      readstat_label_double_value(labels, *IntegerCode(choice.code),
                                  ValueLabel(choice).c_str());
    }
    readstat_variable_set_label_set(variable, labels);
    readstat_variable_set_measure(variable, READSTAT_MEASURE_NOMINAL);
    return variable;
  }

  readstat_variable_t* AddTextVariable(const FileColumn& column,
                                       const std::string& name) {
    std::size_t bytes = std::max<std::size_t>(column.bytes(), 1);
    const bool labelled = HasLabels(column);
    if (labelled) {
      bytes = std::max(bytes, LongestCode(ChoicesOf(column)));
      bytes = (bytes + kSpssWordBytes - 1) / kSpssWordBytes * kSpssWordBytes;
    }
    readstat_variable_t* const variable = readstat_add_variable(
        writer(), name.c_str(), READSTAT_TYPE_STRING, bytes);
    readstat_variable_set_measure(variable, READSTAT_MEASURE_NOMINAL);
    if (!labelled) return variable;
    readstat_label_set_t* const labels =
        readstat_add_label_set(writer(), READSTAT_TYPE_STRING, name.c_str());
    for (const ColumnChoice& choice : ChoicesOf(column)) {
      readstat_label_string_value(labels, choice.code.c_str(),
                                  ValueLabel(choice).c_str());
    }
    readstat_variable_set_label_set(variable, labels);
    return variable;
  }

  const std::vector<ColumnChoice>& ChoicesOf(const FileColumn& column) const {
    return schema().columns[column.typed->flat.column].choices;
  }

  bool HasLabels(const FileColumn& column) const {
    const TableColumn& of = schema().columns[column.typed->flat.column];
    return of.type == ColumnType::kChoice &&
           column.typed->part == TypedColumn::Part::kValue &&
           column.piece == 0 && !of.choices.empty() &&
           column.bytes() <= kSpssCodeBytesMax &&
           LongestCode(of.choices) <= kSpssCodeBytesMax;
  }

  static std::string ValueLabel(const ColumnChoice& choice) {
    return FirstBytes(choice.label.empty() ? choice.code : choice.label,
                      kSpssValueLabelBytesMax);
  }

  readstat_error_t Begin(long rows) override {
    readstat_writer_set_compression(writer(), READSTAT_COMPRESS_ROWS);
    return readstat_begin_writing_sav(writer(), this, rows);
  }

  readstat_error_t InsertText(const readstat_variable_t* variable,
                              const std::string& text) override {
    return readstat_insert_string_value(writer(), variable, text.c_str());
  }

  double InFormat(SpssKind kind, double number) const override {
    constexpr double kDaySeconds = kDayMs / kSpssSecondMs;
    switch (kind) {
      case SpssKind::kDate:
        return (number + kSpssDays) * kDaySeconds;
      case SpssKind::kTime:
        return number / kSpssSecondMs;
      case SpssKind::kDateTime:
        return (number + kSpssDays * kDayMs) / kSpssSecondMs;
      default:
        return number;
    }
  }
};

}  // namespace

std::unique_ptr<TableWriter> NewSpssWriter(const TableSchema& schema,
                                           Sink& sink) {
  return std::make_unique<SpssWriter>(schema, sink);
}

}  // namespace chasqui::exporting
