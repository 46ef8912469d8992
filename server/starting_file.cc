#include "server/starting_file.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "server/columns.h"
#include "server/exchange_wire.h"
#include "server/form_wire.h"
#include "server/limits.h"
#include "server/unsealing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"
#include "sync/pull.h"
#include "sync/survey.h"

namespace chasqui::server {
namespace {

bool Exists(const Bucket& bucket, const Survey& survey) {
  const SurveyConfig& config = survey.config;
  switch (bucket.kind) {
    case BucketKind::kArea:
      return std::any_of(
          config.areas.begin(), config.areas.end(),
          [&bucket](const Area& area) { return area.code == bucket.name; });
    case BucketKind::kPerson:
      return survey.FindMember(bucket.name) != nullptr;
  }
  return false;
}

// As whoever reads the file reads it: for nobody in particular, and without a
// clock.
v1::SurveyExchange AnyDevice(const std::string& survey) {
  v1::SurveyExchange device;
  device.set_survey(survey);
  device.set_columns(kColumnsFormat);
  return device;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StartingFile>> StartingFile::Begin(
    const Surroundings& around, const v1::MakeStartingFileRequest& request,
    std::size_t chunk_bytes) {
  if (around.keyring == nullptr) {
    return absl::FailedPreconditionError(
        "this server has no key, and so nothing is sealed here");
  }
  ASSIGN_OR_RETURN(const SurveyStore* const store,
                   around.catalog.Find(request.survey()));
  ASSIGN_OR_RETURN(auto reader, store->Snapshot());
  const Survey& survey = reader->survey();
  seal::StartingName name;
  name.survey = survey.name;
  name.bucket = BucketFromWire(request.bucket());
  name.at = {PresentName(survey.lineage), survey.head};
  if (!Exists(name.bucket, survey)) {
    return absl::NotFoundError(
        StrCat("survey ", survey.name, " has no bucket ", ToText(name.bucket)));
  }
  std::unique_ptr<StartingFile> file(
      new StartingFile(around, reader, std::move(name), chunk_bytes));
  file->device_ = AnyDevice(survey.name);
  const auto forms = static_cast<std::uint32_t>(survey.forms.size());
  // Whether they were there already when they were asked for must not make
  // another file of it.
  const auto wanted = StatisticsShelf::Wanted(*file->reader_, forms);
  if (!wanted.has_value()) return file;
  ASSIGN_OR_RETURN(auto trained,
                   around.statistics.Await(file->reader_, *wanted));
  if (trained->size() > 0) {
    file->statistics_ = std::move(trained);
    PositionToWire(wanted->trained, *file->device_.mutable_statistics());
  }
  return file;
}

absl::Status StartingFile::AddPage(v1::SurveyNews& news) {
  ASSIGN_OR_RETURN(const Pulled pulled,
                   Pull(*reader_, /*device=*/"", {name_.bucket}, cursor_,
                        /*told=*/{}, terms_));
  const Columns columns(*reader_, device_, v1::ExchangeClock(), statistics_);
  PulledToWire(pulled, &columns, news);
  RETURN_IF_ERROR(AddRecordKeys(around_, reader_->survey(), pulled, news));
  news.clear_digest();
  cursor_ = pulled.cursor;
  done_ = !pulled.more;
  return absl::OkStatus();
}

absl::StatusOr<bool> StartingFile::Next(
    v1::MakeStartingFileResponse& response) {
  response.Clear();
  if (done_) return false;
  const Survey& survey = reader_->survey();
  std::string& data = *response.mutable_data();
  if (!headed_) data = seal::StartingHead(name_);
  headed_ = true;

  v1::SurveyNews news;
  news.set_survey(survey.name);
  news.set_log(static_cast<std::uint64_t>(name_.at.log));
  news.set_head(name_.at.seq);
  if (chunks_ == 0) {
    LineageToWire(survey.lineage, *news.mutable_lineage());
  }
  if (device_.forms() < survey.forms.size()) {
    AddForms(survey, device_.forms(), news);
    device_.set_forms(device_.forms() +
                      static_cast<std::uint32_t>(news.forms_size()));
    if (device_.forms() == survey.forms.size() && statistics_ != nullptr) {
      v1::Statistics& told = *news.mutable_statistics();
      told.set_form(device_.forms());
      *told.mutable_trained() = device_.statistics();
      told.set_spelled(statistics_->Encode());
    }
    news.set_more(true);
  } else {
    RETURN_IF_ERROR(AddPage(news));
  }
  ASSIGN_OR_RETURN(
      const std::string chunk,
      seal::SealChunk(name_, {chunks_, done_, news.SerializeAsString()},
                      around_.keyring->own()));
  ++chunks_;
  data += chunk;
  return true;
}

absl::Status TellStartingKeys(const Surroundings& around, const Survey& survey,
                              const v1::SurveyExchange& request,
                              v1::SurveyNews& news) {
  if (request.keys_for().empty()) return absl::OkStatus();
  if (request.keys_for_size() > kExchangeStartedMax) {
    return absl::InvalidArgumentError(
        StrCat("keys_for: there are ", request.keys_for_size(), ", at most ",
               kExchangeStartedMax, " may be asked for"));
  }
  const Member* const member = survey.FindMember(request.person());
  std::vector<Bucket> scope;
  if (member != nullptr && member->left == 0) {
    scope = ScopeOf(survey, request.person());
  }
  for (const v1::StartingFileName& wanted : request.keys_for()) {
    std::string& told = *news.add_starting_keys();
    seal::StartingName name;
    name.survey = survey.name;
    name.bucket = BucketFromWire(wanted.bucket());
    name.at = {LogName{wanted.at().log()}, wanted.at().seq()};
    // Of what is to come there is no file yet, and it may not be theirs then.
    const bool was_here = CountsAs(name.at, survey.lineage, survey.head,
                                   /*told=*/{}) == name.at.seq;
    const bool has_erased =
        around.personal != nullptr &&
        around.personal->LastErased(survey.name) > name.at.seq;
    if (around.keyring == nullptr || !was_here || has_erased ||
        !std::binary_search(scope.begin(), scope.end(), name.bucket)) {
      continue;
    }
    told = seal::StartingKey::Derive(around.keyring->own(), name).view();
  }
  return absl::OkStatus();
}

}  // namespace chasqui::server
