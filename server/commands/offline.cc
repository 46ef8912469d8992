// Commands that work on the data of a server that is down.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>

#include "absl/numeric/int128.h"
#include "export/csv.h"
#include "server/commands/commands.h"
#include "storage/answer_sums.h"
#include "storage/backup.h"
#include "storage/key_copy.h"
#include "storage/replay.h"
#include "storage/rocks_key_store.h"
#include "storage/rocks_kv.h"
#include "storage/verify.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/schema.h"

namespace chasqui::commands {
namespace {

struct OfflineOptions {
  std::string directory;
  std::string to;
  std::string sums;
  bool replay = false;
  bool salvage = false;
};

absl::Status Verify(const OfflineOptions& options) {
  ASSIGN_OR_RETURN(const storage::VerifyReport report,
                   storage::Verify(options.directory, options.replay, {}));
  for (const std::string& finding : report.findings) {
    std::printf("%s\n", finding.c_str());
  }
  const auto number = [](std::uint64_t n) {
    return static_cast<unsigned long long>(n);
  };
  std::printf("%llu surveys, %llu entries, %llu records: %s\n",
              number(report.surveys), number(report.entries),
              number(report.records),
              report.findings.empty() ? "in order" : "NOT in order");
  if (report.findings.empty()) return absl::OkStatus();
  return absl::DataLossError(StrCat(
      report.findings.size(), report.more ? " findings and more" : " findings",
      " in ", options.directory,
      "; `chasqui rebuild` makes the state again from the log"));
}

std::string DigitsOf(absl::int128 number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

// As CSV: a line a table, and behind it one for each of its fields.
absl::Status PrintSums(const OfflineOptions& options) {
  ASSIGN_OR_RETURN(const auto kv,
                   storage::OpenRocksKvReadOnly(options.directory, {}));
  ASSIGN_OR_RETURN(const storage::AnswerSums sums,
                   storage::SumAnswers(*kv, options.sums));
  std::string text;
  exporting::AppendCsvLine({"form", "repeat", "path", "field", "rows",
                            "answers", "integers", "hashes"},
                           text);
  for (const auto& [key, table] : sums.tables) {
    const RepeatSchema* const repeat = sums.schema.Repeat(key.second);
    const std::string path = repeat == nullptr ? "" : repeat->path;
    const std::string rows = StrCat(table.rows);
    exporting::AppendCsvLine({key.first, path, "", "", rows, "", "", ""}, text);
    for (const auto& [number, column] : table.columns) {
      const FieldSchema& field = *sums.schema.Field(number);
      exporting::AppendCsvLine(
          {key.first, path, field.path, StrCat(number), rows,
           StrCat(column.answers),
           field.type == FieldType::kInteger ? DigitsOf(column.integers) : "",
           StrCat(column.hashes)},
          text);
    }
  }
  std::fputs(text.c_str(), stdout);
  return absl::OkStatus();
}

// The keys of personal answers, where there are any, are none of the log's.
absl::Status CarryKeys(const OfflineOptions& options) {
  const std::string kept = storage::KeysDirectoryOf(options.directory);
  std::error_code error;
  if (!std::filesystem::exists(kept, error)) return absl::OkStatus();
  const std::string copy = options.to + ".keys";
  {
    ASSIGN_OR_RETURN(const auto from, storage::OpenKeyStore(kept));
    RETURN_IF_ERROR(storage::CopyKeys(*from, copy));
  }
  ASSIGN_OR_RETURN(const auto to,
                   storage::OpenKeyStore(storage::KeysDirectoryOf(options.to)));
  RETURN_IF_ERROR(storage::BringBackKeys(copy, *to));
  std::filesystem::remove(copy, error);
  return absl::OkStatus();
}

absl::Status Rebuild(const OfflineOptions& options) {
  const auto rebuilt =
      storage::Rebuild(options.directory, options.to, options.salvage, {});
  if (absl::IsDataLoss(rebuilt.status()) && !options.salvage) {
    return absl::DataLossError(
        StrCat(rebuilt.status().message(),
               ". Nothing was made; --salvage takes what comes before"));
  }
  RETURN_IF_ERROR(rebuilt.status());
  RETURN_IF_ERROR(CarryKeys(options));
  for (const storage::RebuiltSurvey& survey : *rebuilt) {
    std::printf("survey %s: %llu entries%s%s\n", survey.name.c_str(),
                static_cast<unsigned long long>(survey.entries),
                survey.lost.empty() ? "" : "; what came after is lost: ",
                survey.lost.c_str());
  }
  return absl::OkStatus();
}

}  // namespace

void AddOffline(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<OfflineOptions>();
  CLI::App* const verify = app.add_subcommand(
      "verify",
      "Check the data of a server that is down: every relation between keys,\n"
      "feeds, counters and log. Says what is wrong, and exits with 1.");
  verify->add_option("DIR", options->directory, "The server's --data")
      ->required()
      ->check(CLI::ExistingDirectory);
  verify->add_flag("--replay", options->replay,
                   "Compute the state again from the log alone, and compare");
  verify
      ->add_option(
          "--sums", options->sums,
          "Instead, say as CSV what the answers of this survey come to "
          "by its log:\nof each field how many, the sum of integers, "
          "and a sum of hashes")
      ->type_name("SURVEY")
      ->excludes("--replay");
  verify->callback([options, &chosen] {
    chosen = [options] {
      return options->sums.empty() ? Verify(*options) : PrintSums(*options);
    };
  });

  CLI::App* const rebuild = app.add_subcommand(
      "rebuild",
      "Make the state of a server that is down again, from its log alone, in\n"
      "another directory: after damage, or to move to a newer layout.");
  rebuild->add_option("DIR", options->directory, "The server's --data")
      ->required()
      ->check(CLI::ExistingDirectory);
  rebuild->add_option("--to", options->to, "Where to; must not be there yet")
      ->required()
      ->type_name("NEW");
  rebuild->add_flag("--salvage", options->salvage,
                    "Of a log that is damaged, take what comes before; devices "
                    "send again what they still have");
  rebuild->callback(
      [options, &chosen] { chosen = [options] { return Rebuild(*options); }; });
}

}  // namespace chasqui::commands
