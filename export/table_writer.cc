#include "export/table_writer.h"

#include <string>
#include <utility>

#include "export/cell_check.h"
#include "export/csv_writer.h"
#include "export/parquet_writer.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr Format kFormats[] = {Format::kCsv, Format::kParquet};

bool IsBuilt(Format format) {
  return format == Format::kParquet ? HasParquet() : true;
}

std::string NamesOf(const std::vector<Format>& formats) {
  std::string names;
  for (const Format format : formats) {
    if (!names.empty()) names += ", ";
    names += ToText(format);
  }
  return names;
}

std::unique_ptr<TableWriter> NewBareWriter(Format format,
                                           const TableSchema& schema,
                                           Sink& sink) {
  CHECK(IsBuilt(format));
  switch (format) {
    case Format::kCsv:
      return NewCsvWriter(schema, sink);
    case Format::kParquet:
      return NewParquetWriter(schema, sink);
  }
  return nullptr;
}

// Looks into what comes before a format does. The first error is that of all
// calls after it, so that no file is finished that lacks something.
class CheckedWriter : public TableWriter {
 public:
  CheckedWriter(Format format, const TableSchema& schema, Sink& sink)
      : status_(CheckSchema(schema)) {
    if (status_.ok()) bare_ = NewBareWriter(format, schema, sink);
  }

  absl::Status Write(const Batch& batch) override {
    if (status_.ok()) status_ = CheckCells(batch);
    if (status_.ok()) status_ = bare_->Write(batch);
    return status_;
  }

  absl::Status Close() override {
    if (status_.ok()) status_ = bare_->Close();
    return status_;
  }

 private:
  absl::Status status_;
  std::unique_ptr<TableWriter> bare_;
};

}  // namespace

std::string_view ToText(Format format) {
  switch (format) {
    case Format::kCsv:
      return "csv";
    case Format::kParquet:
      return "parquet";
  }
  return "unknown";
}

std::vector<Format> FormatsBuilt() {
  std::vector<Format> built;
  for (const Format format : kFormats) {
    if (IsBuilt(format)) built.push_back(format);
  }
  return built;
}

absl::StatusOr<Format> ParseFormat(std::string_view name) {
  for (const Format format : kFormats) {
    if (ToText(format) != name) continue;
    if (IsBuilt(format)) return format;
    return absl::UnimplementedError(
        StrCat("format ", name,
               " needs Apache Arrow, which this build is without: "
               "deploy/setup.sh gets it, then build again; there are ",
               NamesOf(FormatsBuilt())));
  }
  return absl::InvalidArgumentError(
      StrCat("no format \"", name, "\"; there are ",
             NamesOf({std::begin(kFormats), std::end(kFormats)})));
}

std::unique_ptr<TableWriter> NewTableWriter(Format format,
                                            const TableSchema& schema,
                                            Sink& sink) {
  return std::make_unique<CheckedWriter>(format, schema, sink);
}

}  // namespace chasqui::exporting
