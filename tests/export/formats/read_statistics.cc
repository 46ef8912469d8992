// What ReadStat's own readers find in files of ours.

#include <readstat.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "tests/export/formats/read_back.h"
#include "tests/export/formats/typed_back.h"

namespace chasqui::exporting {
namespace {

// A file in memory, and what was found in it.
struct StatisticsFile {
  const std::string* bytes = nullptr;
  std::size_t at = 0;

  std::vector<std::string> names;    // of variables, as the file has them
  std::vector<std::string> formats;  // of each
  std::vector<std::string> notes;
  std::vector<TypedBackRow> rows;
  FileContents contents;
  std::map<std::string, std::string> label_sets;  // of variables
  std::map<std::string, std::map<std::string, std::string>> sets;
};

StatisticsFile& Self(void* context) {
  return *static_cast<StatisticsFile*>(context);
}

readstat_off_t SeekStatistics(readstat_off_t offset, readstat_io_flags_t whence,
                              void* context) {
  StatisticsFile& file = Self(context);
  const auto size = static_cast<readstat_off_t>(file.bytes->size());
  readstat_off_t from = 0;
  if (whence == READSTAT_SEEK_CUR) from = static_cast<readstat_off_t>(file.at);
  if (whence == READSTAT_SEEK_END) from = size;
  if (from + offset < 0 || from + offset > size) return -1;
  file.at = static_cast<std::size_t>(from + offset);
  return from + offset;
}

ssize_t ReadStatistics(void* to, std::size_t size, void* context) {
  StatisticsFile& file = Self(context);
  const std::size_t count = std::min(size, file.bytes->size() - file.at);
  std::memcpy(to, file.bytes->data() + file.at, count);
  file.at += count;
  return static_cast<ssize_t>(count);
}

std::string KeyOf(readstat_value_t value) {
  if (readstat_value_type(value) == READSTAT_TYPE_STRING) {
    return readstat_string_value(value);
  }
  return std::to_string(std::llround(readstat_double_value(value)));
}

int TakeVariable(int /*index*/, readstat_variable_t* variable,
                 const char* label_set, void* context) {
  StatisticsFile& file = Self(context);
  const std::string name = readstat_variable_get_name(variable);
  const char* const label = readstat_variable_get_label(variable);
  const char* const format = readstat_variable_get_format(variable);
  file.names.push_back(name);
  file.formats.emplace_back(format == nullptr ? "" : format);
  file.contents.labels[name] = label == nullptr ? "" : label;
  if (label_set != nullptr) file.label_sets[name] = label_set;
  return READSTAT_HANDLER_OK;
}

int TakeCellOfFile(int row, readstat_variable_t* variable,
                   readstat_value_t value, void* context) {
  StatisticsFile& file = Self(context);
  file.rows.resize(static_cast<std::size_t>(row) + 1);
  TypedBackCell cell;
  if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING) {
    const char* const text = readstat_string_value(value);
    if (text != nullptr && *text != '\0') cell.text = text;
  } else if (readstat_value_is_system_missing(value) == 0) {
    cell.number = readstat_double_value(value);
  }
  EXPECT_EQ(file.rows.back().size(),
            static_cast<std::size_t>(readstat_variable_get_index(variable)));
  file.rows.back().push_back(std::move(cell));
  return READSTAT_HANDLER_OK;
}

int TakeValueLabel(const char* set, readstat_value_t value, const char* label,
                   void* context) {
  Self(context).sets[set][KeyOf(value)] = label;
  return READSTAT_HANDLER_OK;
}

// A note is "NAME = COLUMN"; what has no "=" belongs to the one before.
int TakeNote(int /*index*/, const char* note, void* context) {
  std::vector<std::string>& notes = Self(context).notes;
  if (std::string_view(note).find(" = ") != std::string_view::npos) {
    notes.emplace_back(note);
  } else {
    CHECK(!notes.empty());
    notes.back() += note;
  }
  return READSTAT_HANDLER_OK;
}

using ParseStatistics = decltype(&readstat_parse_dta);

StatisticsFile ParsedStatistics(const std::string& bytes,
                                ParseStatistics parse) {
  StatisticsFile file;
  file.bytes = &bytes;
  readstat_parser_t* const parser = readstat_parser_init();
  readstat_set_open_handler(parser, [](const char*, void*) { return 0; });
  readstat_set_close_handler(parser, [](void*) { return 0; });
  readstat_set_seek_handler(parser, SeekStatistics);
  readstat_set_read_handler(parser, ReadStatistics);
  readstat_set_io_ctx(parser, &file);
  readstat_set_variable_handler(parser, TakeVariable);
  readstat_set_value_handler(parser, TakeCellOfFile);
  readstat_set_value_label_handler(parser, TakeValueLabel);
  readstat_set_note_handler(parser, TakeNote);
  const readstat_error_t error = parse(parser, "", &file);
  EXPECT_EQ(error, READSTAT_OK) << readstat_error_message(error);
  readstat_parser_free(parser);
  return file;
}

FileContents ContentsOf(const TableSchema& schema, StatisticsFile file,
                        const TypedUnits& units) {
  FileContents contents = std::move(file.contents);
  for (const std::string& note : file.notes) {
    const std::size_t equals = note.find(" = ");
    contents.names[note.substr(0, equals)] = note.substr(equals + 3);
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < file.names.size(); ++i) {
    const auto whole = contents.names.find(file.names[i]);
    names.push_back(whole == contents.names.end() ? file.names[i]
                                                  : whole->second);
    contents.columns.emplace_back(names.back(), file.formats[i]);
  }
  for (const auto& [variable, set] : file.label_sets) {
    contents.value_labels[variable] = file.sets[set];
  }
  for (const TypedBackRow& row : file.rows) {
    contents.rows.push_back(TypedBack(schema, names, row, units));
  }
  return contents;
}

}  // namespace

FileContents ReadStata(const TableSchema& schema, const std::string& bytes) {
  return ContentsOf(schema, ParsedStatistics(bytes, readstat_parse_dta),
                    {.first_day = 3'653});
}

FileContents ReadSpss(const TableSchema& schema, const std::string& bytes) {
  return ContentsOf(schema, ParsedStatistics(bytes, readstat_parse_sav),
                    {.first_day = 141'428, .date = 86'400, .time = 0.001});
}

}  // namespace chasqui::exporting
