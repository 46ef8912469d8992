#include "export/chain/export_run.h"

#include <sodium/randombytes.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "export/chain/about_folder.h"
#include "export/chain/erasures.h"
#include "export/chain/latest_sql.h"
#include "export/chain/retraction.h"
#include "export/formats/table_writer.h"
#include "export/table_schema.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/utf8.h"

namespace chasqui::exporting {
namespace {

// Another for each process.
std::string RandomName() {
  return absl::StrFormat("%08x%08x", randombytes_random(),
                         randombytes_random());
}

bool HasHistory(const Manifest& manifest) {
  return std::any_of(
      manifest.tables->begin(), manifest.tables->end(),
      [](const TableSchema& table) { return table.name == kHistoryTable; });
}

absl::Status CheckSummary(const IncrementRequest& request, const ChainEnd& end,
                          const IncrementSummary& summary) {
  const bool follows =
      end.empty() || SharedSeq(end.last->to, end.last->lineage,
                               summary.lineage) == request.since->seq;
  if (!follows || (!end.empty() && summary.from != request.since->seq)) {
    return absl::AbortedError(
        "the server was restored while the increment came: try again");
  }
  if (summary.to.log == LogName::kNone ||
      summary.to.log != PresentName(summary.lineage) ||
      summary.from > summary.to.seq) {
    return absl::InternalError(StrCat("an increment cannot go from seq ",
                                      summary.from, " to ",
                                      ToText(summary.to)));
  }
  return absl::OkStatus();
}

absl::Status CheckFilesHaveTables(const std::vector<ExportedFile>& files,
                                  const std::vector<TableSchema>& tables) {
  for (const ExportedFile& file : files) {
    const bool known =
        file.table.empty() || std::any_of(tables.begin(), tables.end(),
                                          [&file](const TableSchema& table) {
                                            return table.name == file.table;
                                          });
    if (!known) {
      return absl::InternalError(
          StrCat("rows came of a table that is not "
                 "among the tables: ",
                 file.table));
    }
  }
  return absl::OkStatus();
}

}  // namespace

ExportRun::ExportRun(Folder& folder, ExportSettings settings, ChainEnd end)
    : folder_(folder),
      settings_(std::move(settings)),
      whose_(RandomName()),
      end_(std::move(end)) {}

absl::StatusOr<std::unique_ptr<ExportRun>> ExportRun::Open(
    Folder& folder, ExportSettings settings) {
  if (settings.survey.empty() || !IsUtf8(settings.survey)) {
    return absl::InvalidArgumentError("the survey's name is empty or no UTF-8");
  }
  RETURN_IF_ERROR(folder.Lock());
  ASSIGN_OR_RETURN(ChainEnd end, FindEnd(folder));
  std::unique_ptr<ExportRun> run(
      new ExportRun(folder, std::move(settings), std::move(end)));
  RETURN_IF_ERROR(run->CheckSettings());
  return run;
}

absl::Status ExportRun::CheckSettings() const {
  if (end_.empty()) return absl::OkStatus();
  const Manifest& last = *end_.last;
  const auto differs = [this](std::string_view what, std::string_view there,
                              std::string_view wanted) {
    return absl::FailedPreconditionError(
        StrCat(folder_.name(), " has an export ", what, there, ", not ", wanted,
               ": give another folder"));
  };
  if (last.survey != settings_.survey) {
    return differs("of survey ", last.survey, settings_.survey);
  }
  if (last.format != settings_.format) {
    return differs("in format ", last.format, settings_.format);
  }
  if (last.personal != settings_.personal) {
    return differs("with personal answers ", ToText(last.personal),
                   ToText(settings_.personal));
  }
  if (settings_.since.has_value() && *settings_.since != last.to) {
    return absl::FailedPreconditionError(
        StrCat(folder_.name(), " has an export up to ", ToText(last.to),
               ", from where the next increment goes on, not from ",
               ToText(*settings_.since), ": give another folder"));
  }
  if (!settings_.history && HasHistory(last)) {
    return absl::FailedPreconditionError(
        StrCat(folder_.name(),
               " has an export with the history: give another folder"));
  }
  return absl::OkStatus();
}

absl::Status ExportRun::Prepare() {
  if (end_.clean) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> files, folder_.List(""));
  // What could not be said to be there may be there all the same.
  const std::string next = ManifestName(end_.next());
  if (std::binary_search(files.begin(), files.end(), next)) {
    ASSIGN_OR_RETURN(end_, FindEnd(folder_));
    RETURN_IF_ERROR(CheckSettings());
  }
  if (end_.empty()) RETURN_IF_ERROR(CheckBegun(files));
  RETURN_IF_ERROR(
      RemoveBeyond(folder_, end_.empty() ? nullptr : &*end_.last, files));
  end_.clean = true;
  return absl::OkStatus();
}

absl::Status ExportRun::CheckBegun(const std::vector<std::string>& files) {
  if (files.empty())
    return WriteFile(folder_, kAboutFile, AboutFolder(settings_.format));
  const absl::StatusOr<std::string> about = folder_.Read(kAboutFile);
  if (!about.ok() && !absl::IsNotFound(about.status())) return about.status();
  if (about.ok() && about->starts_with(kAboutFirstLine)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      StrCat(folder_.name(), " has no export in it, but other files (",
             files.front(), "): give an empty folder"));
}

absl::StatusOr<IncrementRequest> ExportRun::MakeRequest(
    const Lineage& lineage) const {
  IncrementRequest request;
  request.number = end_.next();
  request.history = end_.empty() ? settings_.history : HasHistory(*end_.last);
  if (end_.empty()) {
    const std::optional<Position>& since = settings_.since;
    if (since.has_value() && !HasName(lineage, since->log)) {
      return absl::InvalidArgumentError(
          StrCat("position ", ToText(*since), " is not of survey ",
                 settings_.survey, ": its log never had that name"));
    }
    // With those that are gone: a restore may undo that, and what the chain has
    // no row of would not come again. People who open the files want those that
    // are there.
    request.since = since;
    if (!since.has_value() && !IsForPeople(settings_.format)) {
      request.since = Position{};
    }
    return request;
  }
  const Manifest& last = *end_.last;
  const Seq shared = SharedSeq(last.to, last.lineage, lineage);
  if (shared == 0 && last.to.seq != 0) {
    return absl::FailedPreconditionError(
        StrCat(folder_.name(), " has an export up to ", ToText(last.to),
               ", and the server's log of survey ", settings_.survey,
               " shares nothing with that one: give another folder"));
  }
  request.since = Position{NameAt(lineage, shared), shared};
  if (shared < last.to.seq) {
    ASSIGN_OR_RETURN(const Chain chain, ReadChain(folder_));
    if (IsForPeople(settings_.format) &&
        shared < chain.increments.front().to.seq) {
      return absl::FailedPreconditionError(
          StrCat(folder_.name(), " begins with what survey ", settings_.survey,
                 " was before the server was restored: give another folder"));
    }
    ASSIGN_OR_RETURN(request.also, RecordsPast(chain, shared, folder_));
  }
  return request;
}

absl::StatusOr<ExportStep> ExportRun::Step(const Lineage& lineage,
                                           MakeSource make_source) {
  RETURN_IF_ERROR(Prepare());
  ASSIGN_OR_RETURN(const IncrementRequest request, MakeRequest(lineage));
  ASSIGN_OR_RETURN(const std::unique_ptr<IncrementSource> source,
                   make_source(request));
  IncrementFiles files(folder_, request.number, settings_.format,
                       settings_.make_writer);
  std::uint64_t erased = 0;
  while (true) {
    ASSIGN_OR_RETURN(const Batch* const batch, source->Next());
    if (batch == nullptr) break;
    RETURN_IF_ERROR(files.Add(*batch));
    erased += ErasuresIn(*batch);
  }
  const IncrementSummary& summary = source->summary();
  RETURN_IF_ERROR(CheckSummary(request, end_, summary));
  if (summary.to.seq == summary.from && request.also.empty()) {
    RETURN_IF_ERROR(WriteLatest(false));
    return ExportStep{};
  }
  // Only when the manifest is there is nothing left over.
  end_.clean = false;
  RETURN_IF_ERROR(WriteIncrement(request, *source, files, erased));
  RETURN_IF_ERROR(WriteLatest(true));
  return ExportStep{.made = true, .retracted = request.also.size()};
}

absl::Status ExportRun::WriteIncrement(const IncrementRequest& request,
                                       const IncrementSource& source,
                                       IncrementFiles& files,
                                       std::uint64_t erased) {
  RETURN_IF_ERROR(CheckTables(source.tables()));
  const IncrementSummary& summary = source.summary();
  Manifest manifest{.survey = settings_.survey,
                    .number = request.number,
                    .format = settings_.format,
                    .personal = settings_.personal,
                    .since = end_.empty() ? settings_.since : request.since,
                    .from = summary.from,
                    .to = summary.to,
                    .lineage = summary.lineage,
                    .tables = std::make_shared<const std::vector<TableSchema>>(
                        source.tables()),
                    .previous_sha256 = end_.sha256};
  RETURN_IF_ERROR(Begin(folder_, request.number, whose_));
  ASSIGN_OR_RETURN(manifest.files, files.Finish());
  RETURN_IF_ERROR(CheckFilesHaveTables(manifest.files, *manifest.tables));
  const bool has_personal = settings_.personal != PersonalAnswers::kNone;
  manifest.so_far = SoFarOf(end_.empty() ? nullptr : &*end_.last, manifest,
                            has_personal ? erased : 0);
  return Commit(folder_, std::move(manifest), whose_, end_);
}

absl::Status ExportRun::WriteLatest(bool made) {
  if (end_.empty()) return absl::OkStatus();
  for (const SqlFile& file : LatestSql(*end_.last, folder_.name())) {
    // A run that was killed after its manifest has left the one before.
    if (!made) {
      const absl::StatusOr<std::string> there = folder_.Read(file.name);
      if (there.ok() && *there == file.text) continue;
    }
    const absl::Status written = WriteFile(folder_, file.name, file.text);
    if (!written.ok()) {
      return absl::Status(
          written.code(),
          AbslView(StrCat("increment ", end_.last->number,
                          " is complete, but not the views of the present: ",
                          StdView(written.message()))));
    }
  }
  return absl::OkStatus();
}

}  // namespace chasqui::exporting
