#include "export/formats/stata_writer.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "export/formats/readstat_writer.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"

namespace chasqui::exporting {
namespace {

using StataKind = TypedColumn::Kind;

constexpr int kStataVersion = 118;
constexpr std::size_t kStataTextBytesMax = 2'045;
constexpr std::size_t kStataLabelCharactersMax = 80;
constexpr std::size_t kStataValueLabelBytesMax = 32'000;
// Of a row; where texts make it wider, they are strL, which take 8 in it.
constexpr std::size_t kStataRowBytesMax = std::size_t{1} << 20;
constexpr std::size_t kStrlRowBytes = 8;
// What a strL takes in memory besides its bytes.
constexpr std::size_t kStrlOverhead = 64;
// Days from Stata's beginning, 1960-01-01, to 1970-01-01.
constexpr double kStataDays = 3'653;

bool IsStataWord(std::string_view name) {
  static const std::set<std::string_view> kStataWords = {
      "_all", "_b",    "_coef", "_cons",  "_n",    "_pi", "_pred",
      "_rc",  "_skip", "byte",  "double", "float", "if",  "in",
      "int",  "long",  "strl",  "using",  "with"};
  const bool is_type = name.size() > 3 && name.starts_with("str") &&
                       absl::ascii_isdigit(static_cast<unsigned char>(name[3]));
  return is_type || kStataWords.contains(name);
}

FormatLimits StataLimits() {
  return {.format = "Stata",
          .rows_max = INT32_MAX,
          .columns_max = 32'767,
          .numbers = {.integer_max = std::int64_t{1} << 53,
                      .first_day = DayOfDate(100, 1, 1),
                      .places = true}};
}

bool Within(const ColumnNeeds& needs, double least, double greatest) {
  return needs.least >= least && needs.greatest <= greatest;
}

// The smallest that has all of them: the largest numbers of each stand for what
// is missing.
readstat_type_t IntegerType(const ColumnNeeds& needs) {
  if (Within(needs, -127, 100)) return READSTAT_TYPE_INT8;
  if (Within(needs, -32'767, 32'740)) return READSTAT_TYPE_INT16;
  if (Within(needs, -2'147'483'647, 2'147'483'620)) return READSTAT_TYPE_INT32;
  return READSTAT_TYPE_DOUBLE;
}

// The longest beginning of at most so many characters.
std::string_view FirstCharacters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (std::size_t begun = 0; end < text.size(); ++end) {
    if ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) continue;
    if (begun++ == count) break;
  }
  return text.substr(0, end);
}

class StataWriter final : public ReadStatWriter {
 public:
  StataWriter(const TableSchema& schema, Sink& sink)
      : ReadStatWriter(
            schema, StataLimits(),
            {.bytes_max = 32, .mark = '_', .is_reserved = IsStataWord}, sink) {}

 private:
  // ReadStat wants all strL before the first row.
  absl::Status Prepare(const std::vector<FileColumn>& columns) override {
    if (RowBytes(columns) > kStataRowBytesMax) text_bytes_max_ = kStrlRowBytes;
    std::vector<const FileColumn*> long_columns;
    for (const FileColumn& column : columns) {
      if (IsLong(column)) long_columns.push_back(&column);
    }
    if (long_columns.empty()) return absl::OkStatus();
    std::size_t bytes = 0;
    return ForEachRow([&](const Batch& batch, std::size_t row) -> absl::Status {
      for (const FileColumn* const column : long_columns) {
        bytes += AddLong(std::string(Text(*column, batch, row)));
        if (bytes <= kLongTextBytesMax) continue;
        return TooLarge(StrCat("columns with texts of more than ",
                               text_bytes_max_, " bytes, like ", column->name,
                               ", come to more than ", kLongTextBytesMax,
                               " bytes, the limit of Stata's strL here"));
      }
      return absl::OkStatus();
    });
  }

  static std::size_t RowBytes(const std::vector<FileColumn>& columns) {
    std::size_t bytes = 0;
    for (const FileColumn& column : columns) {
      bytes += column.bytes() > kStataTextBytesMax
                   ? kStrlRowBytes
                   : std::max(column.bytes(), kStrlRowBytes);
    }
    return bytes;
  }

  bool IsLong(const FileColumn& column) const {
    return column.is_text() && column.bytes() > text_bytes_max_;
  }

  std::size_t Fitting(std::string_view spelt) const override {
    return spelt.size();
  }

  std::string LabelOf(std::string_view text) const override {
    return std::string(FirstCharacters(text, kStataLabelCharactersMax));
  }

  void AddNote(const std::string& note) override {
    readstat_add_note(writer(), note.c_str());
  }

  readstat_variable_t* AddVariable(const FileColumn& column,
                                   const std::string& name) override {
    switch (column.typed->kind) {
      case StataKind::kText:
        return AddTextVariable(column, name);
      case StataKind::kInteger:
        return AddIntegerVariable(column, name);
      case StataKind::kDecimal:
        return Add(name, READSTAT_TYPE_DOUBLE, "%10.0g");
      case StataKind::kDate:
        return Add(name, READSTAT_TYPE_INT32, "%td");
      case StataKind::kTime:
        return Add(name, READSTAT_TYPE_DOUBLE, "%tcHH:MM:SS.sss");
      case StataKind::kDateTime:
        return Add(name, READSTAT_TYPE_DOUBLE, "%tc");
    }
    return nullptr;
  }

  readstat_variable_t* Add(const std::string& name, readstat_type_t type,
                           const char* format) {
    readstat_variable_t* const variable =
        readstat_add_variable(writer(), name.c_str(), type, 0);
    readstat_variable_set_format(variable, format);
    return variable;
  }

  readstat_variable_t* AddTextVariable(const FileColumn& column,
                                       const std::string& name) {
    if (IsLong(column)) return Add(name, READSTAT_TYPE_STRING_REF, "%9s");
    return readstat_add_variable(writer(), name.c_str(), READSTAT_TYPE_STRING,
                                 std::max<std::size_t>(column.bytes(), 1));
  }

  readstat_variable_t* AddIntegerVariable(const FileColumn& column,
                                          const std::string& name) {
    readstat_variable_t* const variable =
        Add(name, IntegerType(*column.needs), "%12.0g");
    const bool places = column.typed->part == TypedColumn::Part::kPlace;
    if (!places && !column.typed->coded) return variable;
    readstat_label_set_t* const labels =
        readstat_add_label_set(writer(), READSTAT_TYPE_INT32, name.c_str());
    std::int32_t place = 0;
    for (const ColumnChoice& choice :
         schema().columns[column.typed->flat.column].choices) {
      ++place;
      const std::string_view said =
          choice.label.empty() ? choice.code : choice.label;
      const std::string label(
          said.substr(0, WholeCharacters(said, kStataValueLabelBytesMax)));
      readstat_label_int32_value(
          labels, places ? place : *IntegerCode(choice.code), label.c_str());
    }
    readstat_variable_set_label_set(variable, labels);
    return variable;
  }

  // How much memory it takes.
  std::size_t AddLong(const std::string& text) {
    if (text.empty()) {
      // One for all, in the place where it is used first.
      if (empty_ == nullptr) empty_ = readstat_add_string_ref(writer(), "");
      return 0;
    }
    readstat_add_string_ref(writer(), text.c_str());
    return text.size() + kStrlOverhead;
  }

  readstat_error_t Begin(long rows) override {
    readstat_writer_set_file_format_version(writer(), kStataVersion);
    return readstat_begin_writing_dta(writer(), this, rows);
  }

  readstat_error_t InsertText(const readstat_variable_t* variable,
                              const std::string& text) override {
    if (readstat_variable_get_type(variable) == READSTAT_TYPE_STRING) {
      return readstat_insert_string_value(writer(), variable, text.c_str());
    }
    readstat_string_ref_t* ref = empty_;
    if (!text.empty()) {
      if (readstat_get_string_ref(writer(), next_) == empty_) ++next_;
      ref = readstat_get_string_ref(writer(), next_++);
    }
    return readstat_insert_string_ref(writer(), variable, ref);
  }

  double InFormat(StataKind kind, double number) const override {
    if (kind == StataKind::kDate) return number + kStataDays;
    if (kind == StataKind::kDateTime) return number + kStataDays * kDayMs;
    return number;
  }

  std::size_t text_bytes_max_ = kStataTextBytesMax;
  readstat_string_ref_t* empty_ = nullptr;
  int next_ = 0;  // string_ref
};

}  // namespace

bool HasReadStat() { return true; }

std::unique_ptr<TableWriter> NewStataWriter(const TableSchema& schema,
                                            Sink& sink) {
  return std::make_unique<StataWriter>(schema, sink);
}

}  // namespace chasqui::exporting
