#include "export/formats/table_writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "export/cell_check.h"
#include "export/formats/csv_writer.h"
#include "export/formats/parquet_writer.h"
#include "export/formats/spss_writer.h"
#include "export/formats/stata_writer.h"
#include "export/formats/xlsx_writer.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr Format kFormats[] = {Format::kCsv, Format::kParquet, Format::kStata,
                               Format::kSpss, Format::kXlsx};

// What a format takes that a build may be without; null: nothing.
struct Library {
  const char* name = nullptr;
  bool built = true;
};

Library LibraryOf(Format format) {
  switch (format) {
    case Format::kCsv:
      break;
    case Format::kParquet:
      return {"Apache Arrow", HasParquet()};
    case Format::kStata:
    case Format::kSpss:
      return {"ReadStat", HasReadStat()};
    case Format::kXlsx:
      return {"libxlsxwriter", HasXlsx()};
  }
  return {};
}

bool IsBuilt(Format format) { return LibraryOf(format).built; }

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
    case Format::kStata:
      return NewStataWriter(schema, sink);
    case Format::kSpss:
      return NewSpssWriter(schema, sink);
    case Format::kXlsx:
      return NewXlsxWriter(schema, sink);
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
    case Format::kStata:
      return "stata";
    case Format::kSpss:
      return "spss";
    case Format::kXlsx:
      return "xlsx";
  }
  return "unknown";
}

std::string_view EndingOf(Format format) {
  if (format == Format::kStata) return "dta";
  return format == Format::kSpss ? "sav" : ToText(format);
}

bool IsForPeople(std::string_view ending) {
  return std::any_of(
      std::begin(kFormats), std::end(kFormats), [ending](Format format) {
        return EndingOf(format) == ending && format != Format::kCsv &&
               format != Format::kParquet;
      });
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
        StrCat("format ", name, " needs ", LibraryOf(format).name,
               ", which this build is without: "
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
