#include "export/indicators/indicators.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "export/chain/chain.h"
#include "export/chain/local_folder.h"
#include "export/indicators/definitions.h"
#include "export/indicators/duckdb.h"
#include "export/indicators/figure_files.h"
#include "server/commands/commands.h"
#include "server/commands/export_into.h"
#include "server/commands/files.h"
#include "server/commands/remote.h"
#include "server/commands/table.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

using exporting::ComputedIndicators;
using exporting::Definitions;
using exporting::DuckDb;
using exporting::FigureRow;
using exporting::GivenCodes;

constexpr std::string_view kDataFolder = "data";
constexpr char kTableFile[] = "indicators.csv";
constexpr char kSdmxFile[] = "indicators.sdmx.csv";
// Any that the system has.
constexpr std::string_view kSystemDuckDb = "libduckdb.so";

struct IndicatorOptions {
  Remote remote;
  std::string survey;
  std::string definitions;
  std::string folder;
  std::string from;  // empty: exported first
  std::vector<std::string> codes;
  std::string duckdb;  // empty: what set-up got, or the system's
};

absl::StatusOr<GivenCodes> CodesOf(const std::vector<std::string>& texts) {
  GivenCodes codes;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == text.npos || equals + 1 == text.size()) {
      return absl::InvalidArgumentError(
          StrCat("\"", text, "\" is not DIMENSION=CODE"));
    }
    codes.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return codes;
}

absl::StatusOr<std::unique_ptr<DuckDb>> OpenDuckDb(const std::string& named) {
  std::error_code ignored;
  const std::string library = !named.empty() ? named
                              : std::filesystem::exists(CHASQUI_DUCKDB, ignored)
                                  ? CHASQUI_DUCKDB
                                  : std::string(kSystemDuckDb);
  absl::StatusOr<std::unique_ptr<DuckDb>> database = DuckDb::Open(library);
  if (database.ok()) return database;
  return absl::FailedPreconditionError(
      StrCat(StdView(database.status().message()),
             "\nIndicators are counted by DuckDB: deploy/setup.sh gets "
             "it, or name its libduckdb.so with --duckdb"));
}

std::string NonEmpty(const std::string& text) {
  return text.empty() ? "-" : text;
}

// The places of the dimensions that not all rows have the same code of.
std::vector<std::size_t> DifferingIn(const std::vector<FigureRow>& rows) {
  std::vector<std::size_t> differing;
  for (std::size_t i = 0; i < rows[0].codes.size(); ++i) {
    if (std::any_of(rows.begin(), rows.end(), [&](const FigureRow& row) {
          return row.codes[i] != rows[0].codes[i];
        })) {
      differing.push_back(i);
    }
  }
  return differing;
}

std::vector<std::string> CellsOf(const FigureRow& row,
                                 const std::vector<std::size_t>& dimensions) {
  std::vector<std::string> cells;
  for (const std::size_t i : dimensions) {
    cells.push_back(Printable(row.codes[i]));
  }
  cells.push_back(NonEmpty(row.value));
  cells.push_back(row.denominator.empty()
                      ? "-"
                      : StrCat(row.numerator, "/", row.denominator));
  cells.push_back(NonEmpty(row.coverage));
  cells.push_back(row.note.empty()
                      ? row.status
                      : StrCat(row.status, ": ", Printable(row.note)));
  return cells;
}

// The totals; breakdowns are for the files.
void Print(const IndicatorOptions& options, const Definitions& definitions,
           const ComputedIndicators& computed, std::vector<FigureRow> rows) {
  const std::size_t all = rows.size();
  std::erase_if(rows, [](const FigureRow& row) { return !row.total; });
  const std::vector<std::size_t> differing = DifferingIn(rows);
  std::vector<std::string> header;
  for (const std::size_t i : differing) {
    header.push_back(Printable(definitions.structure_dimensions[i]));
  }
  header.insert(header.end(), {"value", "of", "coverage %", "status"});
  Table table(header);
  for (const FigureRow& row : rows) table.Add(CellsOf(row, differing));
  std::printf("%s%s, up to %s: %zu figures in %s/%s\n", table.ToText().c_str(),
              computed.watermark.survey.c_str(),
              ToText(computed.watermark.to).c_str(), all,
              options.folder.c_str(), kTableFile);
}

absl::Status Write(const std::string& folder, const Definitions& definitions,
                   const ComputedIndicators& computed,
                   const std::vector<FigureRow>& rows) {
  FileSet files(folder);
  RETURN_IF_ERROR(files.Append(
      kTableFile,
      exporting::IndicatorsCsv(definitions, computed.watermark, rows)));
  RETURN_IF_ERROR(files.Append(
      kSdmxFile, exporting::SdmxCsv(definitions, computed.watermark, rows)));
  return files.Complete();
}

absl::Status Indicators(const IndicatorOptions& options) {
  ASSIGN_OR_RETURN(const GivenCodes codes, CodesOf(options.codes));
  ASSIGN_OR_RETURN(const std::string text, ReadFile(options.definitions));
  ASSIGN_OR_RETURN(const Definitions definitions,
                   exporting::ReadDefinitions(text, options.definitions));
  // What is wrong with the codes is said before anything is done.
  RETURN_IF_ERROR(exporting::CheckCodes(definitions, codes));
  ASSIGN_OR_RETURN(const std::unique_ptr<DuckDb> database,
                   OpenDuckDb(options.duckdb));
  std::string from = options.from;
  if (from.empty()) {
    from = StrCat(options.folder, "/", kDataFolder);
    RETURN_IF_ERROR(ExportInto(options.remote, options.survey, from));
  }
  const exporting::LocalFolder folder(from);
  ASSIGN_OR_RETURN(const exporting::ChainEnd end, exporting::FindEnd(folder));
  if (end.empty()) {
    return absl::FailedPreconditionError(
        StrCat(from, " has no export that indicators could be computed of"));
  }
  const exporting::Manifest& last = *end.last;
  if (last.survey != options.survey) {
    return absl::FailedPreconditionError(StrCat(
        from, " is an export of ", last.survey, ", not of ", options.survey));
  }
  ASSIGN_OR_RETURN(const ComputedIndicators computed,
                   exporting::ComputeIndicators(definitions, last,
                                                folder.name(), *database));
  ASSIGN_OR_RETURN(const std::vector<FigureRow> rows,
                   exporting::FigureRows(definitions, computed.figures, codes));
  RETURN_IF_ERROR(Write(options.folder, definitions, computed, rows));
  Print(options, definitions, computed, rows);
  return absl::OkStatus();
}

void AddOptions(CLI::App& command, IndicatorOptions& options) {
  command.add_option("SURVEY", options.survey, "Name of the survey")
      ->required();
  command
      .add_option("--definitions", options.definitions,
                  "Definitions of indicators, as "
                  "proto/chasqui/exporting/v1/indicators.proto has them")
      ->type_name("FILE")
      ->required();
  command
      .add_option("--to", options.folder,
                  "Directory for the figures; made if it is not there")
      ->type_name("DIR")
      ->required();
  command
      .add_option("--from", options.from,
                  "Directory with an export as Parquet; unless told, one is "
                  "made or brought up to date in DIR/data")
      ->type_name("DIR");
  command
      .add_option("--code", options.codes,
                  "Dimension of SDMX and its code in all figures, such as "
                  "TIME_PERIOD=2014; repeat for more")
      ->type_name("DIMENSION=CODE");
  command
      .add_option("--duckdb", options.duckdb,
                  "Library of DuckDB; unless told, what deploy/setup.sh got, "
                  "or the system's")
      ->type_name("FILE")
      ->envname("CHASQUI_DUCKDB");
}

}  // namespace

void AddIndicators(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<IndicatorOptions>();
  CLI::App* const command = app.add_subcommand(
      "indicators",
      "Compute indicators, such as those of SDG 4.a.1.\n\n"
      "Counts what a file of definitions asks for, on the present of an "
      "export,\n"
      "and writes indicators.csv and, as SDMX-CSV 2.0, indicators.sdmx.csv.\n"
      "Each figure comes with numerator, denominator, coverage and the "
      "position\n"
      "it was computed at; those that rest on too few records are left out.\n"
      "The same export gives the same bytes.");
  AddRemoteOptions(*command, options->remote);
  AddOptions(*command, *options);
  command->callback([options, &chosen] {
    chosen = [options] { return Indicators(*options); };
  });
}

}  // namespace chasqui::commands
