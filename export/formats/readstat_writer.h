// What Stata's and SPSS's files have in common, as ReadStat writes them.

#ifndef CHASQUI_EXPORT_FORMATS_READSTAT_WRITER_H_
#define CHASQUI_EXPORT_FORMATS_READSTAT_WRITER_H_

#include <readstat.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "export/formats/short_names.h"
#include "export/formats/spooled_writer.h"

namespace chasqui::exporting {

// Numbers are variables of numbers, missing where there are none; texts are
// variables of texts, empty where there are none, with U+FFFD for NUL, which
// ends texts there. A variable's label is what the form asks, or the column's
// name. Where a variable has not the name of its column, a note says so:
// "NAME = COLUMN". Thread-compatible.
class ReadStatWriter : public SpooledWriter {
 protected:
  ReadStatWriter(const TableSchema& schema, const FormatLimits& limits,
                 const NameRules& names, Sink& sink);

  // What is to be done before there are variables.
  virtual absl::Status Prepare(const std::vector<FileColumn>& columns) = 0;
  // A variable for the column, of its type, with its format and value labels.
  virtual readstat_variable_t* AddVariable(const FileColumn& column,
                                           const std::string& name) = 0;
  // At most so many characters, or bytes, of a variable's label.
  virtual std::string LabelOf(std::string_view text) const = 0;
  virtual void AddNote(const std::string& note) = 0;
  virtual readstat_error_t Begin(long rows) = 0;
  virtual double InFormat(TypedColumn::Kind kind, double number) const = 0;
  virtual readstat_error_t InsertText(const readstat_variable_t* variable,
                                      const std::string& text) = 0;

  readstat_writer_t* writer() const { return writer_.get(); }
  // OK; the sink's error; or an error of ReadStat's.
  absl::Status StatusOf(readstat_error_t error) const;

  std::string_view Spelt(std::string_view text,
                         std::string& scratch) const final;

 private:
  absl::Status WriteFile(const std::vector<FileColumn>& columns) final;
  void AddVariables(const std::vector<FileColumn>& columns);
  absl::Status WriteRow(const std::vector<FileColumn>& columns,
                        const Batch& batch, std::size_t row);
  readstat_error_t Insert(const readstat_variable_t* variable, double number);
  absl::Status Take(std::string_view bytes);
  absl::Status Flush();

  struct Free {
    void operator()(readstat_writer_t* writer) const {
      readstat_writer_free(writer);
    }
  };

  Sink& sink_;
  const NameRules name_rules_;
  absl::Status status_;  // of the sink
  std::string buffer_;   // for the sink
  std::string text_;
  std::unique_ptr<readstat_writer_t, Free> writer_;
  std::vector<readstat_variable_t*> variables_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_READSTAT_WRITER_H_
