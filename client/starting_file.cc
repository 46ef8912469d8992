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
  request.clock = ClocksNow(installed.clock());
  request.shown = installed.device().ToShow();
  request.surveys.push_back(std::move(part));
  return request;
}

// Between two tries over a link that breaks.
constexpr std::int64_t kTryAgainMs = 1'000;

// Nullopt: nothing came until `deadline_ms`.
std::optional<absl::StatusOr<Response>> Answered(std::uint64_t id,
                                                 const Request& request,
                                                 NetworkTransport& transport,
                                                 Clock& clock,
                                                 std::int64_t deadline_ms) {
  transport.Send(id, request);
  while (true) {
    std::optional<Completion> completion = transport.Poll();
    if (completion.has_value()) return std::move(completion->response);
    const std::int64_t left = deadline_ms - clock.MonotonicMillis();
    if (left <= 0) break;
    transport.Wait(left);
  }
  transport.Cancel(id);
  return std::nullopt;
}

absl::StatusOr<Response> Exchanged(const Request& request,
                                   NetworkTransport& transport, Clock& clock,
                                   std::int64_t timeout_ms) {
  const std::int64_t deadline = clock.MonotonicMillis() + timeout_ms;
  absl::Status last = absl::DeadlineExceededError("the server did not answer");
  for (std::uint64_t id = 1; clock.MonotonicMillis() < deadline; ++id) {
    auto answer = Answered(id, request, transport, clock, deadline);
    if (!answer.has_value()) break;
    if (!absl::IsUnavailable(answer->status()) &&
        !absl::IsDeadlineExceeded(answer->status())) {
      return *std::move(answer);
    }
    last = answer->status();
    transport.Wait(kTryAgainMs);
  }
  return last;
}

absl::StatusOr<LocalSurvey*> SurveyOf(const seal::StartingName& file,
                                      Device& device) {
  LocalSurvey* const survey = device.Find(file.survey);
  if (survey != nullptr) return survey;
  return absl::InvalidArgumentError(
      StrCat("it is of survey \"", file.survey,
             "\", which this device does not work on"));
}

absl::StatusOr<seal::StartingSecret> SecretOf(std::string_view key,
                                              std::string_view signer) {
  ASSIGN_OR_RETURN(const auto opens, seal::StartingKey::FromBytes(key));
  ASSIGN_OR_RETURN(const auto signs, seal::PublicKey::FromBytes(signer));
  return seal::StartingSecret{opens, signs};
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

absl::StatusOr<seal::StartingSecret> SecretFor(const seal::StartingName& file,
                                               Installed& installed,
                                               std::int64_t timeout_ms) {
  ASSIGN_OR_RETURN(const auto kept,
                   installed.store().Get(Table::kDevice, KeyOf(file)));
  if (kept.has_value()) {
    const std::size_t half =
        std::min(kept->size(), std::size_t{seal::StartingKey::kSize});
    return SecretOf(kept->substr(0, half), kept->substr(half));
  }
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
    return absl::PermissionDeniedError(StrCat(
        "it is of ", ToText(file.bucket),
        ", and the server gives no key for it: ", survey->state().person,
        " may not see that, or it was made by another server, or what it "
        "has was lost in a restore"));
  }
  return SecretOf(news.starting_keys.front(), response.server_key);
}

absl::Status KeepSecret(const seal::StartingName& file,
                        const seal::StartingSecret& secret,
                        DeviceStore& store) {
  StoreBatch batch;
  batch.Put(Table::kDevice, KeyOf(file),
            StrCat(secret.key.view(), secret.signer.view()));
  return store.Commit(batch);
}

absl::Status ForgetSecret(const seal::StartingName& file, DeviceStore& store) {
  StoreBatch batch;
  batch.Erase(Table::kDevice, KeyOf(file));
  return store.Commit(batch);
}

absl::StatusOr<TakenStart> TakeStartingFile(std::string_view file,
                                            const seal::StartingSecret& secret,
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
        seal::OpenChunk(head.name, rest.substr(0, found->bytes), secret));
    rest.remove_prefix(found->bytes);
    ASSIGN_OR_RETURN(SurveyNews news, reading.Read(chunk));
    taken.whole = chunk.last;
    if (chunk.number < taken.chunks) continue;
    for (const BucketNews& bucket : news.buckets) {
      taken.records += static_cast<std::size_t>(
          std::count_if(bucket.items.begin(), bucket.items.end(),
                        [](const NewsItem& item) { return !item.left; }));
    }
    RETURN_IF_ERROR(survey->TakeStarting(std::move(news)));
    taken.chunks = chunk.number + 1;
  }
  return taken;
}

}  // namespace chasqui::client
