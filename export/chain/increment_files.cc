#include "export/chain/increment_files.h"

#include <algorithm>
#include <utility>

#include "export/table_schema.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

class IncrementFiles::TableFile {
 public:
  // The source may move its schemas when a table is new; the writer's stays.
  TableFile(TableSchema schema, std::unique_ptr<HashedFile> file)
      : schema_(std::move(schema)), file_(std::move(file)) {}

  void Open(const MakeWriter& make_writer) {
    writer_ = make_writer(schema_, *file_);
  }
  absl::Status Write(const Batch& batch) {
    if (batch.columns().size() != schema_.columns.size()) {
      return absl::InternalError(StrCat(
          "rows of table ", schema_.name, " come with ", batch.columns().size(),
          " columns, it has ", schema_.columns.size()));
    }
    file_->AddRows(batch.rows());
    return writer_->Write(batch);
  }
  absl::StatusOr<ExportedFile> Finish() {
    RETURN_IF_ERROR(writer_->Close());
    return file_->Finish();
  }

 private:
  const TableSchema schema_;
  std::unique_ptr<HashedFile> file_;
  std::unique_ptr<TableWriter> writer_;  // writes to the file: goes first
};

IncrementFiles::IncrementFiles(Folder& folder, std::uint64_t number,
                               std::string format, MakeWriter make_writer)
    : folder_(folder),
      number_(number),
      format_(std::move(format)),
      make_writer_(std::move(make_writer)) {}

IncrementFiles::~IncrementFiles() = default;

absl::Status IncrementFiles::Add(const Batch& batch) {
  if (batch.rows() == 0) return absl::OkStatus();
  const TableSchema& schema = batch.schema();
  std::unique_ptr<TableFile>& table = tables_[schema.name];
  if (table == nullptr) {
    RETURN_IF_ERROR(CheckTables({schema}));
    const std::string name = DataFileName(schema.name, number_, format_);
    ASSIGN_OR_RETURN(auto file,
                     HashedFile::Create(
                         folder_, {.name = name, .table = schema.name}, name));
    table = std::make_unique<TableFile>(schema, std::move(file));
    table->Open(make_writer_);
  }
  RETURN_IF_ERROR(table->Write(batch));
  return schema.kind == TableKind::kRecords ? AddIds(batch) : absl::OkStatus();
}

absl::Status IncrementFiles::AddIds(const Batch& batch) {
  const auto id_column = FindColumn(batch.schema(), kIdColumn);
  const auto seq_column = FindColumn(batch.schema(), kSeqColumn);
  CHECK(id_column.has_value());
  CHECK(seq_column.has_value());
  const ColumnData& ids = batch.columns()[*id_column];
  const ColumnData& seqs = batch.columns()[*seq_column];
  std::string entries;
  entries.reserve(batch.rows() * kIdsEntryBytes);
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto id = ParseUuid(ids.TextAt(row));
    if (!id.has_value()) {
      return absl::InternalError(StrCat("table ", batch.schema().name, ": \"",
                                        ids.TextAt(row),
                                        "\" is no record's id"));
    }
    entries.append(id->begin(), id->end());
    const auto seq = static_cast<std::uint64_t>(seqs.numbers[row]);
    for (int shift = 56; shift >= 0; shift -= 8) {
      entries.push_back(static_cast<char>(seq >> shift));
    }
  }
  if (ids_ == nullptr) {
    const std::string name = IdsFileName(number_);
    ASSIGN_OR_RETURN(ids_, HashedFile::Create(folder_, {.name = name}, name));
  }
  ids_->AddRows(batch.rows());
  return ids_->Append(entries);
}

absl::StatusOr<std::vector<ExportedFile>> IncrementFiles::Finish() {
  std::vector<ExportedFile> files;
  for (auto& [name, table] : tables_) {
    ASSIGN_OR_RETURN(files.emplace_back(), table->Finish());
    // What its writer holds is not needed any more.
    table.reset();
  }
  if (ids_ != nullptr) {
    ASSIGN_OR_RETURN(files.emplace_back(), ids_->Finish());
  }
  std::sort(files.begin(), files.end(),
            [](const ExportedFile& a, const ExportedFile& b) {
              return a.name < b.name;
            });
  return files;
}

}  // namespace chasqui::exporting
