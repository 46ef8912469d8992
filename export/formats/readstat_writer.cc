#include "export/formats/readstat_writer.h"

#include <sys/types.h>

#include <cstdint>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

// Handed on at a time: ReadStat writes a word here and a word there.
constexpr std::size_t kHandedOnBytes = std::size_t{64} << 10;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

}  // namespace

ReadStatWriter::ReadStatWriter(const TableSchema& schema,
                               const FormatLimits& limits,
                               const NameRules& names, Sink& sink)
    : SpooledWriter(schema, limits), sink_(sink), name_rules_(names) {}

absl::Status ReadStatWriter::Take(std::string_view bytes) {
  if (!status_.ok()) return status_;
  buffer_.append(bytes);
  return buffer_.size() < kHandedOnBytes ? absl::OkStatus() : Flush();
}

absl::Status ReadStatWriter::Flush() {
  if (status_.ok()) status_ = sink_.Append(buffer_);
  buffer_.clear();
  return status_;
}

absl::Status ReadStatWriter::StatusOf(readstat_error_t error) const {
  if (error == READSTAT_OK || !status_.ok()) return status_;
  return absl::InternalError(StrCat(
      "table ", schema().name, ": ReadStat: ", readstat_error_message(error)));
}

std::string_view ReadStatWriter::Spelt(std::string_view text,
                                       std::string& scratch) const {
  if (text.find('\0') == text.npos) return text;
  scratch.clear();
  for (const char c : text) {
    if (c == '\0') {
      scratch += kReplacement;
    } else {
      scratch += c;
    }
  }
  return scratch;
}

void ReadStatWriter::AddVariables(const std::vector<FileColumn>& columns) {
  // Those that are not there have names too, so that the others' stay.
  ShortNames names(name_rules_);
  std::vector<std::string> known;
  for (const TypedColumn& column : typed()) {
    known.push_back(names.Add(column.flat.name));
  }
  for (const FileColumn& column : columns) {
    const std::string name =
        column.piece == 0 ? known[column.number] : names.Add(column.name);
    readstat_variable_t* const variable = AddVariable(column, name);
    const std::string& label = column.typed->flat.label;
    readstat_variable_set_label(
        variable, LabelOf(label.empty() ? column.name : label).c_str());
    if (name != column.name) AddNote(StrCat(name, " = ", column.name));
    variables_.push_back(variable);
  }
}

absl::Status ReadStatWriter::WriteFile(const std::vector<FileColumn>& columns) {
  writer_.reset(readstat_writer_init());
  readstat_set_data_writer(
      writer(), [](const void* bytes, std::size_t size, void* self) -> ssize_t {
        // Anything negative would count as very much.
        const absl::Status taken = static_cast<ReadStatWriter*>(self)->Take(
            {static_cast<const char*>(bytes), size});
        return taken.ok() ? static_cast<ssize_t>(size) : 0;
      });
  // The same table is the same file, whenever.
  readstat_writer_set_file_timestamp(writer(), 0);
  readstat_writer_set_file_label(writer(), LabelOf(schema().name).c_str());
  RETURN_IF_ERROR(Prepare(columns));
  AddVariables(columns);
  RETURN_IF_ERROR(StatusOf(Begin(static_cast<long>(rows()))));
  RETURN_IF_ERROR(ForEachRow([&](const Batch& batch, std::size_t row) {
    return WriteRow(columns, batch, row);
  }));
  RETURN_IF_ERROR(StatusOf(readstat_end_writing(writer())));
  return Flush();
}

absl::Status ReadStatWriter::WriteRow(const std::vector<FileColumn>& columns,
                                      const Batch& batch, std::size_t row) {
  RETURN_IF_ERROR(StatusOf(readstat_begin_row(writer())));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const FileColumn& column = columns[i];
    if (column.is_text()) {
      text_ = Text(column, batch, row);
      RETURN_IF_ERROR(StatusOf(InsertText(variables_[i], text_)));
      continue;
    }
    const std::optional<double> number = Number(column, batch, row).number;
    RETURN_IF_ERROR(StatusOf(
        number.has_value()
            ? Insert(variables_[i], InFormat(column.typed->kind, *number))
            : readstat_insert_missing_value(writer(), variables_[i])));
  }
  return StatusOf(readstat_end_row(writer()));
}

readstat_error_t ReadStatWriter::Insert(const readstat_variable_t* variable,
                                        double number) {
  switch (readstat_variable_get_type(variable)) {
    case READSTAT_TYPE_INT8:
      return readstat_insert_int8_value(writer(), variable,
                                        static_cast<std::int8_t>(number));
    case READSTAT_TYPE_INT16:
      return readstat_insert_int16_value(writer(), variable,
                                         static_cast<std::int16_t>(number));
    case READSTAT_TYPE_INT32:
      return readstat_insert_int32_value(writer(), variable,
                                         static_cast<std::int32_t>(number));
    default:
      return readstat_insert_double_value(writer(), variable, number);
  }
}

}  // namespace chasqui::exporting
