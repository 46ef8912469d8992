// Makes the key by which a survey's personal answers are sealed.

#include <cstdio>
#include <memory>
#include <string>

#include "server/commands/commands.h"
#include "server/personal.h"
#include "sync/base/status_macros.h"

namespace chasqui::commands {
namespace {

struct KeyOptions {
  std::string survey;
  std::string to;
};

absl::Status MakeKey(const KeyOptions& options) {
  ASSIGN_OR_RETURN(const std::string path,
                   server::MakeSurveyKey(options.to, options.survey));
  std::printf(
      "%s\nKeep a copy where nobody else reads, and not with the backups: "
      "without it\nno personal answer of the survey can be read.\n",
      path.c_str());
  return absl::OkStatus();
}

}  // namespace

void AddSurveyKey(CLI::App& survey, Chosen& chosen) {
  auto options = std::make_shared<KeyOptions>();
  CLI::App* const key = survey.add_subcommand(
      "key",
      "Make the key that a survey with personal fields needs.\n\n"
      "To be done before the survey is created, where the server reads it:\n"
      "`serve --personal-keys DIR`.");
  key->add_option("SURVEY", options->survey, "Name of the survey")->required();
  key->add_option("--to", options->to, "The server's --personal-keys")
      ->required()
      ->type_name("DIR");
  key->callback(
      [options, &chosen] { chosen = [options] { return MakeKey(*options); }; });
}

}  // namespace chasqui::commands
