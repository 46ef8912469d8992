#include "client/starting_file.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "chasqui/v1/sync_service.pb.h"
#include "client/exchange_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

std::string KeyOf(const seal::StartingName& file) {
  return StrCat("starting ", seal::StartingHead(file));
}

Request AskForKey(const seal::StartingName& file, const LocalSurvey& survey,
                  Installed& installed) {
  SurveyRequest part;
  part.survey = survey.name();
  part.person = survey.state().person;
  part.log = survey.state().log;
  part.pull = false;
  part.keys_for = {file};
  Request request;
  request.device = installed.device().name();
  request.clock.boot = BootNumber(installed.clock().BootId());
  request.clock.mono_ms = installed.clock().MonotonicMillis();
  request.clock.wall_ms = absl::ToUnixMillis(installed.clock().Now());
  request.surveys.push_back(std::move(part));
  return request;
}

absl::StatusOr<Response> Exchanged(const Request& request,
                                   NetworkTransport& transport, Clock& clock,
                                   std::int64_t timeout_ms) {
  constexpr std::uint64_t kId = 1;
  const std::int64_t deadline = clock.MonotonicMillis() + timeout_ms;
  transport.Send(kId, request);
  while (true) {
    std::optional<Completion> completion = transport.Poll();
    if (completion.has_value()) return std::move(completion->response);
    const std::int64_t left = deadline - clock.MonotonicMillis();
    if (left <= 0) break;
    transport.Wait(left);
  }
  transport.Cancel(kId);
  return absl::DeadlineExceededError("the server did not answer in time");
}

absl::StatusOr<LocalSurvey*> SurveyOf(const seal::StartingName& file,
                                      Device& device) {
  LocalSurvey* const survey = device.Find(file.survey);
  if (survey != nullptr) return survey;
  return absl::InvalidArgumentError(
      StrCat("it is of survey \"", file.survey,
             "\", which this device does not work on"));
}

// Reads chunks as answers to a device that has what those before brought.
class Reading {
 public:
  explicit Reading(seal::StartingName file) : file_(std::move(file)) {
    sent_.surveys.resize(1);
    sent_.surveys.front().survey = file_.survey;
  }

  absl::StatusOr<SurveyNews> Read(const seal::StartingChunk& chunk) {
    v1::SyncResponse answer;
    if (!answer.add_surveys()->ParseFromString(chunk.content) ||
        answer.surveys(0).survey() != file_.survey ||
        answer.surveys(0).log() != static_cast<std::uint64_t>(file_.at.log)) {
      return Unreadable(chunk, "it says nothing of this file's survey");
    }
    ASSIGN_OR_RETURN(Response response, ResponseFromWire(answer, sent_));
    SurveyNews& news = response.surveys.front();
    if (news.unreadable) return Unreadable(chunk, "its columns do not decode");
    SurveyRequest& has = sent_.surveys.front();
    if (!news.forms.empty()) {
      has.forms = news.forms.back().number;
      has.columns.form = news.forms.back().bytes;
    }
    if (news.statistics.has_value()) has.columns.statistics = *news.statistics;
    news.starting = {file_, chunk.number, chunk.last};
    return std::move(news);
  }

 private:
  static absl::Status Unreadable(const seal::StartingChunk& chunk,
                                 std::string_view why) {
    return absl::InvalidArgumentError(
        StrCat("chunk ", chunk.number, " cannot be read: ", why));
  }

  const seal::StartingName file_;
  Request sent_;
};

}  // namespace

absl::StatusOr<seal::StartingKey> StartingKeyFor(const seal::StartingName& file,
                                                 Installed& installed,
                                                 std::int64_t timeout_ms) {
  ASSIGN_OR_RETURN(const auto kept,
                   installed.store().Get(Table::kDevice, KeyOf(file)));
  if (kept.has_value()) return seal::StartingKey::FromBytes(*kept);
  ASSIGN_OR_RETURN(const LocalSurvey* const survey,
                   SurveyOf(file, installed.device()));
  ASSIGN_OR_RETURN(
      const Response response,
      Exchanged(AskForKey(file, *survey, installed), installed.transport(),
                installed.clock(), timeout_ms));
  if (response.surveys.empty()) {
    return absl::InternalError("the server's answer is of no survey");
  }
  const SurveyNews& news = response.surveys.front();
  RETURN_IF_ERROR(news.error);
  if (news.starting_keys.size() != 1 || news.starting_keys.front().empty()) {
    return absl::PermissionDeniedError(
        StrCat("it is of ", ToText(file.bucket), ", which ",
               survey->state().person, " may not see"));
  }
  StoreBatch batch;
  batch.Put(Table::kDevice, KeyOf(file), news.starting_keys.front());
  RETURN_IF_ERROR(installed.store().Commit(batch));
  return seal::StartingKey::FromBytes(news.starting_keys.front());
}

absl::Status ForgetStartingKey(const seal::StartingName& file,
                               DeviceStore& store) {
  StoreBatch batch;
  batch.Erase(Table::kDevice, KeyOf(file));
  return store.Commit(batch);
}

absl::StatusOr<TakenStart> TakeStartingFile(std::string_view file,
                                            const seal::StartingKey& key,
                                            Device& device) {
  ASSIGN_OR_RETURN(const seal::ReadHead head, seal::ReadStartingHead(file));
  ASSIGN_OR_RETURN(LocalSurvey* const survey, SurveyOf(head.name, device));
  TakenStart taken;
  ASSIGN_OR_RETURN(taken.chunks, survey->NextChunkOf(head.name));
  Reading reading(head.name);
  std::string_view rest = file.substr(head.bytes);
  while (!taken.whole) {
    const auto found = seal::FindChunk(rest);
    if (absl::IsOutOfRange(found.status())) return taken;
    RETURN_IF_ERROR(found.status());
    ASSIGN_OR_RETURN(
        const seal::StartingChunk chunk,
        seal::OpenChunk(head.name, rest.substr(0, found->bytes), key));
    rest.remove_prefix(found->bytes);
    ASSIGN_OR_RETURN(SurveyNews news, reading.Read(chunk));
    taken.whole = chunk.last;
    if (chunk.number < taken.chunks) continue;
    for (const BucketNews& bucket : news.buckets) {
      taken.records += bucket.items.size();
    }
    RETURN_IF_ERROR(survey->TakeStarting(std::move(news)));
    taken.chunks = chunk.number + 1;
  }
  return taken;
}

}  // namespace chasqui::client
