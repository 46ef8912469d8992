// `chasqui survey seed`.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "chasqui/v1/survey_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/files.h"
#include "server/commands/remote.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

struct SeedOptions {
  Remote remote;
  std::string survey;
  std::string bucket;
  std::string out;
};

// As ToText(Bucket) writes it.
absl::Status ParseBucket(const std::string& text, v1::BucketName& bucket) {
  const std::string_view whole = text;
  const std::size_t slash = whole.find('/');
  const std::string_view kind = whole.substr(0, slash);
  if (slash == std::string_view::npos || slash + 1 == whole.size() ||
      (kind != "area" && kind != "person")) {
    return absl::InvalidArgumentError(
        StrCat("\"", text, "\" is no bucket: give area/CODE or person/NAME"));
  }
  bucket.set_kind(kind == "area" ? v1::BUCKET_KIND_AREA
                                 : v1::BUCKET_KIND_PERSON);
  bucket.set_name(std::string(whole.substr(slash + 1)));
  return absl::OkStatus();
}

absl::Status Seed(const SeedOptions& options) {
  v1::MakeStartingFileRequest request;
  request.set_survey(options.survey);
  RETURN_IF_ERROR(ParseBucket(options.bucket, *request.mutable_bucket()));
  const std::filesystem::path path(options.out);
  const std::string name = path.filename().string();
  if (name.empty() || name.front() == '.') {
    return absl::InvalidArgumentError(
        StrCat("--out ", options.out, " names no file to write"));
  }
  v1::SurveyService::Stub stub(options.remote.Channel());
  grpc::ClientContext context;
  Prepare(options.remote, context);
  const auto reader = stub.MakeStartingFile(&context, request);
  FileSet files(path.has_parent_path() ? path.parent_path().string() : ".");
  v1::MakeStartingFileResponse part;
  std::size_t bytes = 0;
  absl::Status written;
  while (written.ok() && reader->Read(&part)) {
    bytes += part.data().size();
    written = files.Append(name, part.data());
  }
  if (!written.ok()) context.TryCancel();
  const absl::Status answered = ToStatus(options.remote, reader->Finish());
  RETURN_IF_ERROR(written);
  RETURN_IF_ERROR(answered);
  RETURN_IF_ERROR(files.Complete());
  std::printf("%s of %s as it is now in %s, %zu bytes\n",
              options.bucket.c_str(), options.survey.c_str(),
              options.out.c_str(), bytes);
  return absl::OkStatus();
}

}  // namespace

void AddSeed(CLI::App& survey, Chosen& chosen) {
  auto options = std::make_shared<SeedOptions>();
  CLI::App* const command = survey.add_subcommand(
      "seed",
      "Make a starting file: what a bucket holds now, for new tablets.\n\n"
      "It may lie on any web server or memory card: only devices of people "
      "who\n"
      "may see the bucket are given its key (`chasqui device seed`). Made "
      "twice\n"
      "with nothing new in between, it is the same file.");
  AddRemoteOptions(*command, options->remote);
  command->add_option("SURVEY", options->survey, "Name of the survey")
      ->required();
  command
      ->add_option("--bucket", options->bucket,
                   "The records of an area, or those assigned to a person")
      ->required()
      ->type_name("area/CODE|person/NAME");
  command->add_option("--out", options->out, "The file to write")
      ->required()
      ->type_name("FILE");
  command->callback(
      [options, &chosen] { chosen = [options] { return Seed(*options); }; });
}

}  // namespace chasqui::commands
