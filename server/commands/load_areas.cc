// `chasqui survey load-areas`.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chasqui/v1/survey_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/files.h"
#include "server/commands/remote.h"
#include "server/limits.h"
#include "sync/area_tree.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

using AreasStub = v1::SurveyService::Stub;

struct AreasOptions {
  Remote remote;
  std::string survey;
  std::string file;
  AreaColumns columns;
  std::vector<std::string> levels;
};

absl::StatusOr<AreaColumns> ColumnsOf(const AreasOptions& options) {
  AreaColumns columns = options.columns;
  for (const std::string& level : options.levels) {
    const std::string_view whole = level;
    const std::size_t colon = std::min(whole.find(':'), whole.size());
    columns.levels.push_back(
        {std::string(whole.substr(0, colon)),
         std::string(whole.substr(std::min(colon + 1, whole.size())))});
  }
  if (columns.code.empty() == columns.levels.empty()) {
    return absl::InvalidArgumentError(
        "say either --code, with --name and --parent, or a --level for each");
  }
  return columns;
}

void SayAreas(const std::string& survey, const std::vector<Area>& areas) {
  std::set<std::string> parents;
  std::size_t roots = 0;
  for (const Area& area : areas) {
    if (area.parent.empty()) ++roots;
    parents.insert(area.parent);
  }
  const auto leaves = std::count_if(
      areas.begin(), areas.end(),
      [&parents](const Area& area) { return !parents.contains(area.code); });
  std::printf(
      "survey %s: %zu areas, %zu of them in no other, %zu with no "
      "other in them\n",
      survey.c_str(), areas.size(), roots, static_cast<std::size_t>(leaves));
}

absl::Status LoadAreas(const AreasOptions& options) {
  ASSIGN_OR_RETURN(const AreaColumns columns, ColumnsOf(options));
  ASSIGN_OR_RETURN(const std::string list, ReadFile(options.file));
  const auto areas = ReadAreas(list, columns);
  if (!areas.ok()) {
    return absl::InvalidArgumentError(StrCat(options.file, ":\n",
                                             StdView(areas.status().message()),
                                             "\nNothing was changed."));
  }
  ASSIGN_OR_RETURN(const v1::GetSurveyResponse survey,
                   FetchSurvey(options.remote, options.survey));
  v1::UpdateSurveyRequest update;
  update.set_survey(options.survey);
  *update.mutable_config() = survey.config();
  update.mutable_config()->clear_areas();
  for (const Area& area : *areas) {
    v1::Area& out = *update.mutable_config()->add_areas();
    out.set_code(area.code);
    out.set_name(area.name);
    out.set_parent(area.parent);
    out.set_target(area.target);
  }
  if (update.ByteSizeLong() > server::kMessageBytesMax) {
    return absl::InvalidArgumentError(
        StrCat(options.file, ": with the people of the survey that comes to ",
               update.ByteSizeLong(), " bytes; a configuration may have ",
               server::kMessageBytesMax, " (4 MiB)"));
  }
  v1::UpdateSurveyResponse response;
  AreasStub stub(options.remote.Channel());
  RETURN_IF_ERROR(
      Call(options.remote, stub, &AreasStub::UpdateSurvey, update, response));
  SayAreas(options.survey, *areas);
  return absl::OkStatus();
}

}  // namespace

void AddLoadAreas(CLI::App& survey, Chosen& chosen) {
  auto options = std::make_shared<AreasOptions>();
  CLI::App* const command = survey.add_subcommand(
      "load-areas",
      "Replace a survey's area tree by that of a list, CSV or GeoJSON.\n\n"
      "Either one area a line (--code, --name, --parent), or one lowest area "
      "a\n"
      "line with all that it lies in (--level for each, the widest first). Of\n"
      "GeoJSON the features' properties are the columns. A code is what the\n"
      "column says, with _ for blanks and the like; lines that say the same\n"
      "count once. Areas that people of the survey work in must be in it.");
  AddRemoteOptions(*command, options->remote);
  command->add_option("SURVEY", options->survey, "Name of the survey")
      ->required();
  command->add_option("FILE", options->file, "The list, in UTF-8")->required();
  command
      ->add_option("--code", options->columns.code,
                   "Column with each area's code")
      ->type_name("COLUMN");
  command
      ->add_option("--name", options->columns.name,
                   "Column with each area's name for people")
      ->type_name("COLUMN");
  command
      ->add_option("--parent", options->columns.parent,
                   "Column with the code of the area that it lies in")
      ->type_name("COLUMN");
  command
      ->add_option("--target", options->columns.target,
                   "Column with how many finished records there shall be")
      ->type_name("COLUMN");
  command
      ->add_option("--level", options->levels,
                   "Columns of a level: code and, if it is another, name")
      ->type_name("CODE[:NAME]");
  command->callback([options, &chosen] {
    chosen = [options] { return LoadAreas(*options); };
  });
}

}  // namespace chasqui::commands
