// Exports a survey for others to read: write_chain FORMAT DIRECTORY, or s3://….
// write_chain verify DIRECTORY says whether a chain is whole; write_chain grow
// DIRECTORY adds a thousand small increments, each by a run of its own, and
// says how long the last took.
//
// Five increments, with edits, deletions, a restart, and a restore after which
// records are gone, others are as they were, and one is back. Prints what the
// views of the present have to come to: a line a row, TABLE|COLUMN=CELL|…

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "export/chain/chain.h"
#include "export/chain/export_run.h"
#include "export/chain/local_folder.h"
#include "export/chain/open_folder.h"
#include "export/chain/verify.h"
#include "export/formats/table_writer.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "tests/export/chain/fake_survey.h"

namespace chasqui::exporting {
namespace {

absl::Status Export(Format format, const std::string& directory,
                    const FakeSurvey& survey) {
  ASSIGN_OR_RETURN(const auto folder, OpenFolder(directory));
  ASSIGN_OR_RETURN(
      const auto run,
      ExportRun::Open(
          *folder,
          {.survey = "census",
           .format = std::string(EndingOf(format)),
           .make_writer = [format](const TableSchema& schema, Sink& sink) {
             return NewTableWriter(format, schema, sink);
           }}));
  ASSIGN_OR_RETURN(
      const ExportStep step,
      run->Step(survey.lineage(), [&](const IncrementRequest& request) {
        return survey.Read(request);
      }));
  CHECK(step.made);
  return absl::OkStatus();
}

absl::Status WriteChain(Format format, const std::string& directory) {
  FakeSurvey survey;
  for (unsigned record = 0; record < 40; ++record) {
    survey.Save(record, "school " + std::to_string(record));
  }
  survey.Delete(3);
  RETURN_IF_ERROR(Export(format, directory, survey));
  survey.Save(2, "edited");
  survey.Delete(4);
  const Seq backup = survey.head();
  survey.Save(6, "edited in a future that was cut off");
  survey.Save(50, "made in it");
  survey.Delete(8);
  RETURN_IF_ERROR(Export(format, directory, survey));
  survey.Restart();
  survey.Save(51, "made in it too");
  RETURN_IF_ERROR(Export(format, directory, survey));
  survey.RestoreTo(backup);
  RETURN_IF_ERROR(Export(format, directory, survey));
  survey.Save(10, "");
  survey.Save(3, "made anew");
  RETURN_IF_ERROR(Export(format, directory, survey));

  for (const auto& [table, rows] : survey.Present()) {
    for (const RowCells& row : rows) {
      std::printf("%s", table.c_str());
      for (const auto& [column, cell] : row) {
        std::printf("|%s=%s", column.c_str(), cell.c_str());
      }
      std::printf("\n");
    }
  }
  return absl::OkStatus();
}

absl::Status Grow(const std::string& directory) {
  constexpr int kIncrements = 1000;
  LocalFolder folder(directory);
  ASSIGN_OR_RETURN(const ChainEnd end, FindEnd(folder));
  FakeSurvey survey;
  while (!end.empty() && survey.head() < end.last->to.seq) survey.Save(1, "a");
  for (int i = 1; i <= kIncrements; ++i) {
    survey.Save(2, std::to_string(i));
    const auto began = std::chrono::steady_clock::now();
    RETURN_IF_ERROR(Export(Format::kCsv, directory, survey));
    if (i < kIncrements) continue;
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - began;
    std::printf("%.2f ms after %llu entries\n", took.count(),
                static_cast<unsigned long long>(survey.head()));
  }
  return absl::OkStatus();
}

absl::Status Run(const std::string& what, const std::string& directory) {
  if (what == "grow") return Grow(directory);
  if (what == "verify") {
    ASSIGN_OR_RETURN(const auto folder, OpenFolder(directory));
    return VerifyChain(*folder, /*read_files=*/true).status();
  }
  ASSIGN_OR_RETURN(const Format format, ParseFormat(what));
  return WriteChain(format, directory);
}

}  // namespace
}  // namespace chasqui::exporting

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: write_chain FORMAT DIRECTORY\n");
    return 2;
  }
  const absl::Status status = chasqui::exporting::Run(argv[1], argv[2]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 1;
}
