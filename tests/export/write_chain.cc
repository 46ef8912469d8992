// Exports a survey for others to read: write_chain FORMAT DIRECTORY.
//
// Five increments, with edits, deletions, a restart, and a restore after which
// records are gone, others are as they were, and one is back. Prints what the
// views of the present have to come to: a line a row, TABLE|COLUMN=CELL|…

#include <cstdio>
#include <memory>
#include <string>

#include "export/export_run.h"
#include "export/local_folder.h"
#include "export/table_writer.h"
#include "sync/base/check.h"
#include "tests/export/fake_survey.h"

namespace chasqui::exporting {
namespace {

void Export(Format format, const std::string& directory,
            const FakeSurvey& survey) {
  LocalFolder folder(directory);
  const auto run = ExportRun::Open(
      folder, {.survey = "census",
               .format = std::string(EndingOf(format)),
               .make_writer = [format](const TableSchema& schema, Sink& sink) {
                 return NewTableWriter(format, schema, sink);
               }});
  CHECK(run.ok());
  const auto step = (*run)->Step(
      survey.lineage(),
      [&](const IncrementRequest& request) { return survey.Read(request); });
  CHECK(step.ok());
  CHECK(step->made);
}

void WriteChain(Format format, const std::string& directory) {
  FakeSurvey survey;
  for (unsigned record = 0; record < 40; ++record) {
    survey.Save(record, "school " + std::to_string(record));
  }
  survey.Delete(3);
  Export(format, directory, survey);
  survey.Save(2, "edited");
  survey.Delete(4);
  const Seq backup = survey.head();
  survey.Save(6, "edited in a future that was cut off");
  survey.Save(50, "made in it");
  survey.Delete(8);
  Export(format, directory, survey);
  survey.Restart();
  survey.Save(51, "made in it too");
  Export(format, directory, survey);
  survey.RestoreTo(backup);
  Export(format, directory, survey);
  survey.Save(10, "");
  survey.Save(3, "made anew");
  Export(format, directory, survey);

  for (const auto& [table, rows] : survey.Present()) {
    for (const RowCells& row : rows) {
      std::printf("%s", table.c_str());
      for (const auto& [column, cell] : row) {
        std::printf("|%s=%s", column.c_str(), cell.c_str());
      }
      std::printf("\n");
    }
  }
}

}  // namespace
}  // namespace chasqui::exporting

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: write_chain FORMAT DIRECTORY\n");
    return 2;
  }
  const auto format = chasqui::exporting::ParseFormat(argv[1]);
  CHECK(format.ok());
  chasqui::exporting::WriteChain(*format, argv[2]);
  return 0;
}
