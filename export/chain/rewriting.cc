#include "export/chain/rewriting.h"

#include <sodium/randombytes.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "export/chain/chain.h"
#include "export/chain/checked_read.h"
#include "export/chain/csv_redaction.h"
#include "export/chain/erasures.h"
#include "export/chain/hashed_file.h"
#include "export/chain/manifest.h"
#include "export/chain/parquet_redaction.h"
#include "export/chain/redaction.h"
#include "export/chain/stored_table.h"
#include "export/formats/parquet_writer.h"
#include "export/table_schema.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::string_view kCsv = "csv";
constexpr std::string_view kParquet = "parquet";

absl::Status CheckCanBeRead(const Folder& folder, const std::string& format) {
  if (format == kCsv || (format == kParquet && HasParquet())) {
    return absl::OkStatus();
  }
  if (format == kParquet) {
    return absl::UnimplementedError(
        "reading Parquet needs Apache Arrow, which this build is without: "
        "deploy/setup.sh gets it, then build again");
  }
  return absl::FailedPreconditionError(
      StrCat("files of format ", format, " cannot be read back: export to ",
             "another folder, and remove ", folder.name()));
}

absl::Status ReadCells(const StoredTable& table,
                       const std::vector<std::string>& columns,
                       TakeCells take) {
  return table.file.name.ends_with(kParquet)
             ? ReadParquetCells(table, columns, take)
             : ReadCsvCells(table, columns, take);
}

absl::StatusOr<std::uint64_t> Redact(const StoredTable& table,
                                     const Redaction& redaction, Sink* sink) {
  return table.file.name.ends_with(kParquet)
             ? RedactParquet(table, redaction, sink)
             : RedactCsv(table, redaction, sink);
}

absl::Status NoExportIn(const Folder& folder) {
  return absl::FailedPreconditionError(
      StrCat(folder.name(), " has no export in it"));
}

class Rewriter {
 public:
  Rewriter(Folder& folder, Chain chain)
      : folder_(folder), chain_(std::move(chain)) {
    for (const Manifest& manifest : chain_.increments) AddPresent(manifest);
  }

  absl::StatusOr<Rewritten> Run() {
    RETURN_IF_ERROR(CheckCanBeRead(folder_, chain_.last().format));
    ASSIGN_OR_RETURN(report_.finished, PutInPlace());
    RETURN_IF_ERROR(RemoveLeftovers());
    if (chain_.last().personal == PersonalAnswers::kNone) return report_;
    RETURN_IF_ERROR(ForEachTable([this](const StoredTable& table) {
      RETURN_IF_ERROR(LearnErased(table));
      return LearnPersonal(table);
    }));
    report_.erased = redaction_.erased();
    Manifest manifest = NextManifest();
    if (!redaction_.empty()) {
      RETURN_IF_ERROR(ForEachTable([&](const StoredTable& table) {
        return MakeAnew(table, *manifest.rewritten);
      }));
    }
    if (manifest.rewritten->empty() && chain_.last().so_far->erased == 0) {
      return report_;
    }
    RETURN_IF_ERROR(Commit(std::move(manifest)));
    RETURN_IF_ERROR(PutInPlace().status());
    return report_;
  }

 private:
  void AddPresent(const Manifest& manifest) {
    if (!manifest.rewritten.has_value()) return;
    for (const ExportedFile& file : *manifest.rewritten) {
      present_[file.name] = file;
    }
  }

  // Every file of a table, as it is now.
  absl::Status ForEachTable(
      absl::FunctionRef<absl::Status(const StoredTable&)> visit) const {
    for (const Manifest& manifest : chain_.increments) {
      std::map<std::string_view, const TableSchema*> schemas;
      for (const TableSchema& schema : *manifest.tables) {
        schemas[schema.name] = &schema;
      }
      for (const ExportedFile& file : manifest.files) {
        if (file.table.empty()) continue;
        const auto now = present_.find(file.name);
        RETURN_IF_ERROR(
            visit({folder_, now == present_.end() ? file : now->second,
                   *schemas.at(file.table)}));
      }
    }
    return absl::OkStatus();
  }

  absl::Status LearnErased(const StoredTable& table) {
    if (!FindColumn(table.schema, kErasedColumn).has_value()) {
      return absl::OkStatus();
    }
    return ReadCells(table,
                     {std::string(kErasedColumn), std::string(kIdColumn)},
                     [this](const TextCells& cells) {
                       const auto record = ParseUuid(cells[1].value_or(""));
                       if (cells[0] == "true" && record.has_value()) {
                         redaction_.AddErased(RecordId{*record});
                       }
                       return absl::OkStatus();
                     });
  }

  absl::Status LearnPersonal(const StoredTable& table) {
    if (table.schema.name != kCodebookTable) return absl::OkStatus();
    return ReadCells(table, {"table", "column", "path", "personal"},
                     [this](const TextCells& cells) {
                       if (cells[3] == "true") {
                         redaction_.AddPersonal(
                             std::string(cells[0].value_or("")),
                             std::string(cells[1].value_or("")),
                             std::string(cells[2].value_or("")));
                       }
                       return absl::OkStatus();
                     });
  }

  // Beside its place, if anything of it goes.
  absl::Status MakeAnew(const StoredTable& table,
                        std::vector<ExportedFile>& made) {
    std::vector<std::string> names;
    for (const TableColumn& column : table.schema.columns) {
      names.push_back(column.name);
    }
    if (!redaction_.ForFile(table.schema, names).concerns_any()) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const std::uint64_t cells,
                     Redact(table, redaction_, nullptr));
    if (cells == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(
        const std::unique_ptr<HashedFile> file,
        HashedFile::Create(folder_,
                           {.name = table.file.name, .table = table.file.table},
                           RewrittenName(table.file.name)));
    file->AddRows(table.file.rows);
    RETURN_IF_ERROR(Redact(table, redaction_, file.get()).status());
    ASSIGN_OR_RETURN(made.emplace_back(), file->Finish());
    ++report_.files;
    report_.cells += cells;
    return absl::OkStatus();
  }

  Manifest NextManifest() const {
    const Manifest& last = chain_.last();
    return {.survey = last.survey,
            .number = last.number + 1,
            .format = last.format,
            .personal = last.personal,
            .since = last.to,
            .from = last.to.seq,
            .to = last.to,
            .lineage = last.lineage,
            .tables = last.tables,
            .previous_sha256 = chain_.last_sha256,
            .rewritten = std::vector<ExportedFile>()};
  }

  absl::Status Commit(Manifest manifest) {
    std::sort(manifest.rewritten->begin(), manifest.rewritten->end(),
              [](const ExportedFile& a, const ExportedFile& b) {
                return a.name < b.name;
              });
    manifest.so_far = SoFarOf(&chain_.last(), manifest, 0);
    const std::string whose = StrCat(randombytes_random(), "r");
    RETURN_IF_ERROR(Begin(folder_, manifest.number, whose));
    AddPresent(manifest);
    ChainEnd end{.last = chain_.last(), .sha256 = chain_.last_sha256};
    return exporting::Commit(folder_, std::move(manifest), whose, end);
  }

  // What a manifest says was made anew, and still lies beside its place.
  absl::StatusOr<std::size_t> PutInPlace() {
    ASSIGN_OR_RETURN(const std::vector<std::string> waiting,
                     folder_.List(kRewrittenPrefix));
    std::size_t put = 0;
    for (const auto& [name, file] : present_) {
      ExportedFile beside = file;
      beside.name = RewrittenName(name);
      if (!std::binary_search(waiting.begin(), waiting.end(), beside.name)) {
        continue;
      }
      // Of a rewriting that came to no manifest, where its place has what the
      // chain says.
      const absl::Status in_place = ReadThrough(folder_, file);
      if (in_place.ok()) {
        RETURN_IF_ERROR(folder_.Remove(beside.name));
        continue;
      }
      if (!absl::IsDataLoss(in_place)) return in_place;
      ASSIGN_OR_RETURN(const std::unique_ptr<NewFile> place,
                       folder_.Create(name));
      RETURN_IF_ERROR(ReadChecked(folder_, beside, [&](std::string_view piece) {
        return place->Append(piece);
      }));
      RETURN_IF_ERROR(place->Finish());
      RETURN_IF_ERROR(folder_.Remove(beside.name));
      ++put;
    }
    return put;
  }

  // Of an increment, or a rewriting, that came to no manifest: they may have
  // what is to be gone.
  absl::Status RemoveLeftovers() {
    ASSIGN_OR_RETURN(const std::vector<std::string> files, folder_.List(""));
    for (const std::string& file : files) {
      if (!IsRewritten(file)) continue;
      RETURN_IF_ERROR(folder_.Remove(file));
    }
    return RemoveBeyond(folder_, &chain_.last(), files);
  }

  Folder& folder_;
  const Chain chain_;
  // What rewritings made of files.
  std::map<std::string, ExportedFile> present_;
  Redaction redaction_;
  Rewritten report_;
};

}  // namespace

absl::StatusOr<Rewritten> RewriteErased(Folder& folder) {
  // A lock would make the folder, where there is none.
  ASSIGN_OR_RETURN(const ChainEnd end, FindEnd(folder));
  if (end.empty()) return NoExportIn(folder);
  RETURN_IF_ERROR(folder.Lock());
  ASSIGN_OR_RETURN(Chain chain, ReadChain(folder));
  if (chain.empty()) return NoExportIn(folder);
  return Rewriter(folder, std::move(chain)).Run();
}

absl::StatusOr<bool> IsRewritingUnfinished(const Folder& folder) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files,
                   folder.List(kRewrittenPrefix));
  return std::any_of(files.begin(), files.end(), IsRewritten);
}

}  // namespace chasqui::exporting
