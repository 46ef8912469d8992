#include "export/chain/parquet_redaction.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "arrow/array.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/concatenate.h"
#include "arrow/builder.h"
#include "arrow/memory_pool.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"
#include "export/chain/checked_read.h"
#include "export/chain/folder_input.h"
#include "export/formats/arrow_arrays.h"
#include "export/formats/arrow_sink.h"
#include "export/formats/parquet_properties.h"
#include "parquet/arrow/reader.h"
#include "parquet/arrow/writer.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

// Of each row of a row group, whether it is concerned.
using Concerned = std::vector<bool>;

class ParquetRows {
 public:
  explicit ParquetRows(const StoredTable& table)
      : table_(table), input_(table) {}

  // That the file is what its manifest says comes first: what is written anew
  // gets a checksum of its own.
  absl::Status Open() {
    RETURN_IF_ERROR(
        ReadChecked(table_.folder, table_.file,
                    [](std::string_view) { return absl::OkStatus(); }));
    auto opened =
        parquet::arrow::OpenFile(input_.file(), arrow::default_memory_pool());
    RETURN_IF_ERROR(input_.StatusOf(opened.status()));
    reader_ = *std::move(opened);
    RETURN_IF_ERROR(input_.StatusOf(reader_->GetSchema(&schema_)));
    for (const auto& field : schema_->fields()) names_.push_back(field->name());
    return absl::OkStatus();
  }

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  const std::vector<std::string>& names() const { return names_; }
  std::shared_ptr<const arrow::KeyValueMetadata> metadata() const {
    return reader_->parquet_reader()->metadata()->key_value_metadata();
  }
  int row_groups() const { return reader_->num_row_groups(); }

  // The columns of one row group, each in one piece. None of ours is made of
  // several.
  absl::StatusOr<std::vector<ArrowArray>> Read(
      int row_group, const std::vector<int>& columns) const {
    const auto read = reader_->ReadRowGroup(row_group, columns);
    RETURN_IF_ERROR(input_.StatusOf(read.status()));
    std::vector<ArrowArray> arrays;
    for (const auto& column : (*read)->columns()) {
      if (column->num_chunks() == 1) {
        arrays.push_back(column->chunk(0));
        continue;
      }
      auto whole = arrow::Concatenate(column->chunks());
      RETURN_IF_ERROR(input_.StatusOf(whole.status()));
      arrays.push_back(*std::move(whole));
    }
    return arrays;
  }

  absl::StatusOr<int> Find(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end()) return static_cast<int>(found - names_.begin());
    return absl::DataLossError(StrCat(table_.place(), " has no column ", name));
  }
  absl::Status StatusOf(const arrow::Status& status) const {
    return input_.StatusOf(status);
  }
  absl::Status NotAsWritten(std::string_view what) const {
    return absl::DataLossError(StrCat(table_.place(), ": ", what));
  }

 private:
  const StoredTable& table_;
  FolderInput input_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::string> names_;
};

// Nullopt: null. REQUIRES: it is an array of texts or booleans.
std::optional<std::string_view> TextIn(const arrow::Array& array,
                                       std::int64_t row) {
  if (array.IsNull(row)) return std::nullopt;
  if (array.type_id() == arrow::Type::BOOL) {
    return static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true"
                                                                     : "false";
  }
  return static_cast<const arrow::StringArray&>(array).GetView(row);
}

bool IsTextual(const arrow::Array& array) {
  return array.type_id() == arrow::Type::STRING ||
         array.type_id() == arrow::Type::BOOL;
}

class ParquetRedactor {
 public:
  ParquetRedactor(const StoredTable& table, const Redaction& redaction,
                  Sink* sink)
      : redaction_(redaction), table_(table), rows_(table) {
    if (sink != nullptr) sink_.emplace(*sink);
  }
  ~ParquetRedactor() {
    if (sink_.has_value()) sink_->Shut();
  }
  ParquetRedactor(const ParquetRedactor&) = delete;
  ParquetRedactor& operator=(const ParquetRedactor&) = delete;

  absl::StatusOr<std::uint64_t> Run() {
    RETURN_IF_ERROR(rows_.Open());
    file_ = redaction_.ForFile(table_.schema, rows_.names());
    RETURN_IF_ERROR(OpenWriter());
    ChooseColumns();
    for (int group = 0; group < rows_.row_groups(); ++group) {
      ASSIGN_OR_RETURN(std::vector<ArrowArray> arrays,
                       rows_.Read(group, columns_));
      ASSIGN_OR_RETURN(const Concerned concerned, ConcernedIn(arrays));
      for (std::size_t i = 0; i < arrays.size(); ++i) {
        ASSIGN_OR_RETURN(arrays[i], Redacted(arrays[i], FateOf(i), concerned));
      }
      RETURN_IF_ERROR(Write(arrays));
    }
    RETURN_IF_ERROR(Close());
    return gone_;
  }

 private:
  absl::Status OpenWriter() {
    if (!sink_.has_value()) return absl::OkStatus();
    auto writer = parquet::arrow::FileWriter::Open(
        *rows_.schema(), arrow::default_memory_pool(), sink_->stream(),
        ParquetProperties(), ParquetArrowProperties());
    RETURN_IF_ERROR(sink_->StatusOf(writer.status()));
    writer_ = *std::move(writer);
    return absl::OkStatus();
  }

  // What "geo" says stays: of each geometry it has the kind, and nothing of
  // where it is. The schema of Arrow is written anew.
  absl::Status Close() {
    if (writer_ == nullptr) return absl::OkStatus();
    const auto metadata = rows_.metadata();
    for (std::int64_t i = 0; metadata != nullptr && i < metadata->size(); ++i) {
      if (metadata->key(i) == "ARROW:schema") continue;
      RETURN_IF_ERROR(sink_->StatusOf(
          writer_->AddKeyValueMetadata(arrow::key_value_metadata(
              {metadata->key(i)}, {metadata->value(i)}))));
    }
    return sink_->StatusOf(writer_->Close());
  }

  // All that are written, or those that it takes to count.
  void ChooseColumns() {
    for (std::size_t i = 0; i < rows_.names().size(); ++i) {
      const bool counts =
          file_.concerns_any() && (i == file_.id || i == file_.path ||
                                   file_.fates[i] == CellFate::kGoes);
      if (sink_.has_value() || counts) columns_.push_back(static_cast<int>(i));
    }
  }
  CellFate FateOf(std::size_t i) const {
    return file_.fates[static_cast<std::size_t>(columns_[i])];
  }
  // Nullptr: the file has no such column.
  const arrow::Array* Find(const std::vector<ArrowArray>& arrays,
                           std::optional<std::size_t> column) const {
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      if (column == static_cast<std::size_t>(columns_[i])) {
        return arrays[i].get();
      }
    }
    return nullptr;
  }

  absl::StatusOr<Concerned> ConcernedIn(
      const std::vector<ArrowArray>& arrays) const {
    Concerned concerned;
    const arrow::Array* const ids = Find(arrays, file_.id);
    if (!file_.concerns_any() || ids == nullptr) return concerned;
    const arrow::Array* const paths = Find(arrays, file_.path);
    if (!IsTextual(*ids) || (paths != nullptr && !IsTextual(*paths))) {
      return rows_.NotAsWritten("ids and paths are no texts");
    }
    for (std::int64_t row = 0; row < ids->length(); ++row) {
      const std::string_view path =
          paths == nullptr ? "" : TextIn(*paths, row).value_or("");
      concerned.push_back(
          redaction_.Concerns(file_, TextIn(*ids, row).value_or(""), path));
    }
    return concerned;
  }

  // Built anew where it changes: what went is then in none of its buffers, and
  // in no dictionary.
  absl::StatusOr<ArrowArray> Redacted(const ArrowArray& array, CellFate fate,
                                      const Concerned& concerned) {
    const bool any =
        std::find(concerned.begin(), concerned.end(), true) != concerned.end();
    if (fate == CellFate::kStays || !any) return array;
    std::unique_ptr<arrow::ArrayBuilder> builder;
    RETURN_IF_ERROR(rows_.StatusOf(arrow::MakeBuilderExactIndex(
        arrow::default_memory_pool(), array->type(), &builder)));
    if (fate == CellFate::kSaysErased &&
        array->type_id() != arrow::Type::BOOL) {
      return rows_.NotAsWritten("what says that a row is erased is no boolean");
    }
    for (std::size_t begin = 0; begin < concerned.size();) {
      const auto end = static_cast<std::size_t>(
          std::find(concerned.begin() + static_cast<std::ptrdiff_t>(begin),
                    concerned.end(), !concerned[begin]) -
          concerned.begin());
      RETURN_IF_ERROR(rows_.StatusOf(
          Append(*array, {begin, end},
                 concerned[begin] ? fate : CellFate::kStays, *builder)));
      begin = end;
    }
    ArrowArray built;
    RETURN_IF_ERROR(rows_.StatusOf(builder->Finish(&built)));
    return built;
  }

  struct RowRun {
    std::size_t begin;
    std::size_t end;
  };
  arrow::Status Append(const arrow::Array& array, const RowRun& run,
                       CellFate fate, arrow::ArrayBuilder& builder) {
    const auto begin = static_cast<std::int64_t>(run.begin);
    const auto length = static_cast<std::int64_t>(run.end - run.begin);
    switch (fate) {
      case CellFate::kStays:
        return builder.AppendArraySlice(*array.data(), begin, length);
      case CellFate::kSaysErased:
        for (std::int64_t i = 0; i < length; ++i) {
          ARROW_RETURN_NOT_OK(
              static_cast<arrow::BooleanBuilder&>(builder).Append(true));
        }
        return arrow::Status::OK();
      case CellFate::kGoes:
        break;
    }
    for (std::int64_t i = 0; i < length; ++i) {
      if (array.IsValid(begin + i)) ++gone_;
    }
    return builder.AppendNulls(length);
  }

  absl::Status Write(const std::vector<ArrowArray>& arrays) {
    if (writer_ == nullptr) return absl::OkStatus();
    RETURN_IF_ERROR(sink_->StatusOf(writer_->NewRowGroup()));
    for (const ArrowArray& array : arrays) {
      RETURN_IF_ERROR(sink_->StatusOf(writer_->WriteColumnChunk(*array)));
    }
    return absl::OkStatus();
  }

  const Redaction& redaction_;
  const StoredTable& table_;
  ParquetRows rows_;
  FileRedaction file_;
  std::vector<int> columns_;  // those read
  std::optional<ArrowSink> sink_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  std::uint64_t gone_ = 0;
};

}  // namespace

absl::Status ReadParquetCells(const StoredTable& table,
                              const std::vector<std::string>& columns,
                              TakeCells take) {
  ParquetRows rows(table);
  RETURN_IF_ERROR(rows.Open());
  // Read in the order of the file, whatever the order they are asked in.
  std::vector<int> read;
  for (const std::string& column : columns) {
    ASSIGN_OR_RETURN(read.emplace_back(), rows.Find(column));
  }
  std::vector<int> sorted = read;
  std::sort(sorted.begin(), sorted.end());
  TextCells cells(columns.size());
  for (int group = 0; group < rows.row_groups(); ++group) {
    ASSIGN_OR_RETURN(const std::vector<ArrowArray> arrays,
                     rows.Read(group, sorted));
    std::vector<const arrow::Array*> asked;
    for (const int column : read) {
      const auto at = std::find(sorted.begin(), sorted.end(), column);
      asked.push_back(
          arrays[static_cast<std::size_t>(at - sorted.begin())].get());
      if (!IsTextual(*asked.back())) {
        return rows.NotAsWritten("a column that is read is no text");
      }
    }
    for (std::int64_t row = 0; row < asked.front()->length(); ++row) {
      for (std::size_t i = 0; i < asked.size(); ++i) {
        cells[i] = TextIn(*asked[i], row);
      }
      RETURN_IF_ERROR(take(cells));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::uint64_t> RedactParquet(const StoredTable& table,
                                            const Redaction& redaction,
                                            Sink* sink) {
  return ParquetRedactor(table, redaction, sink).Run();
}

}  // namespace chasqui::exporting
