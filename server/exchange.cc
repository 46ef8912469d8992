#include "server/exchange.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/columns.h"
#include "server/exchange_wire.h"
#include "server/form_wire.h"
#include "server/heartbeat.h"
#include "server/limits.h"
#include "server/repair_wire.h"
#include "server/starting_file.h"
#include "server/unsealing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/gap.h"
#include "sync/lineage.h"
#include "sync/pull.h"
#include "sync/repair.h"

namespace chasqui::server {
namespace {

// One survey's part of the exchange, on its way.
struct Part {
  const v1::SurveyExchange* request = nullptr;
  v1::SurveyNews* news = nullptr;
  SurveyStore* store = nullptr;  // nullptr: there is nothing to be done
  std::optional<Batch> batch;
  absl::StatusOr<DeliveryAnswer> answer = DeliveryAnswer();
};

void Refuse(const absl::Status& status, v1::SurveyNews& news) {
  news.set_error_code(static_cast<int>(status.code()));
  news.set_error_message(PublicMessage(status));
}

bool IsTransient(int code) {
  return code == static_cast<int>(absl::StatusCode::kResourceExhausted) ||
         code == static_cast<int>(absl::StatusCode::kUnavailable);
}

// Lives from the request to its answer; owned by whoever goes on with it.
class Run : public std::enable_shared_from_this<Run> {
 public:
  Run(const Surroundings& around, const access::CallingDevice& device,
      const v1::SyncRequest& request, v1::SyncResponse& response,
      std::function<void(absl::Status)> done, Arrival arrival)
      : around_(around),
        calling_(device),
        device_(calling_.name),
        request_(request),
        response_(response),
        done_(std::move(done)),
        arrival_(arrival),
        parts_(static_cast<std::size_t>(request.surveys_size())) {}

  void Start() {
    response_.set_received_ms(around_.NowMs());
    std::size_t submitting = 0;
    for (int i = 0; i < request_.surveys_size(); ++i) {
      Part& part = parts_[static_cast<std::size_t>(i)];
      part.request = &request_.surveys(i);
      part.news = response_.add_surveys();
      part.news->set_survey(part.request->survey());
      if (absl::Status status = Decode(part); !status.ok()) {
        part.store = nullptr;
        part.batch.reset();
        Refuse(status, *part.news);
      }
      if (part.batch.has_value()) ++submitting;
    }
    if (arrival_ == Arrival::kByLink) {
      NoteContact(around_, calling_, request_, response_);
    }
    if (submitting == 0) return Answer();
    waiting_ = submitting;
    for (Part& part : parts_) {
      if (part.batch.has_value()) Submit(part);
    }
  }

 private:
  absl::Status Decode(Part& part) {
    ASSIGN_OR_RETURN(part.store, around_.catalog.Find(part.request->survey()));
    if (!calling_.person.empty() && part.request->person() != calling_.person) {
      return absl::PermissionDeniedError(StrCat("the device is ",
                                                calling_.person, "'s, not ",
                                                part.request->person(), "'s"));
    }
    if (!part.request->has_batch()) return absl::OkStatus();
    std::optional<std::vector<std::string>> rows;
    if (!part.request->batch().columns().empty()) {
      ASSIGN_OR_RETURN(rows, RowsOf(part));
      part.news->set_send_rows(!rows.has_value());
      if (!rows.has_value()) return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(part.batch, BatchFromWire(device_, *part.request,
                                               request_.clock(), rows));
    part.batch->sealed = arrival_ == Arrival::kInFile;
    part.batch->locked = calling_.locked;
    part.batch->person = calling_.person;
    return Seal(around_, *part.store, *part.batch);
  }

  // Of a batch that came as columns. Nullopt if they cannot be read here.
  absl::StatusOr<std::optional<std::vector<std::string>>> RowsOf(
      const Part& part) {
    if (part.request->batch().changes_size() > 0) {
      return absl::InvalidArgumentError(
          "batch: it has both changes and columns");
    }
    ASSIGN_OR_RETURN(const auto reader, part.store->Snapshot());
    const Columns columns(*reader, *part.request, request_.clock(),
                          HeldBy(part, reader));
    auto rows = columns.Rows();
    if (!rows.ok()) return std::optional<std::vector<std::string>>();
    return std::optional(*std::move(rows));
  }

  // The statistics that the device says it holds; nullptr if they are not here.
  std::shared_ptr<const wire::Statistics> HeldBy(
      const Part& part, const std::shared_ptr<const Reader>& reader) {
    const v1::SurveyExchange& request = *part.request;
    if (!request.has_statistics()) return nullptr;
    return around_.statistics.Get(reader, {reader->survey().name,
                                           request.forms(),
                                           {LogName{request.statistics().log()},
                                            request.statistics().seq()}});
  }

  // Others than the device holds, if they are trained already, and fit with the
  // rest in what it wants at once: they are whole or nothing.
  void OfferStatistics(const Part& part,
                       const std::shared_ptr<const Reader>& reader,
                       std::size_t budget) {
    const v1::SurveyExchange& request = *part.request;
    const auto wanted = StatisticsShelf::Wanted(*reader, request.forms());
    if (request.columns() != kColumnsFormat || !wanted.has_value()) return;
    const Position held{LogName{request.statistics().log()},
                        request.statistics().seq()};
    if (request.has_statistics() && held == wanted->trained) return;
    const auto trained = around_.statistics.Get(reader, *wanted);
    if (trained == nullptr || trained->size() == 0) return;
    std::string spelled = trained->Encode();
    if (part.news->ByteSizeLong() + spelled.size() > budget) return;
    v1::Statistics& news = *part.news->mutable_statistics();
    news.set_form(wanted->form);
    PositionToWire(wanted->trained, *news.mutable_trained());
    news.set_spelled(std::move(spelled));
  }

  void Submit(Part& part) {
    part.store->Submit(*std::move(part.batch),
                       [self = shared_from_this(),
                        &part](absl::StatusOr<DeliveryAnswer> answer) {
                         part.answer = std::move(answer);
                         if (self->waiting_.fetch_sub(1) > 1) return;
                         self->around_.workers.Do([self] { self->Answer(); });
                       });
  }

  // Everything is committed: what became of it, and what is new.
  void Answer() {
    std::size_t budget = request_.news_bytes_max() == 0
                             ? kNewsBytesDefault
                             : request_.news_bytes_max();
    for (Part& part : parts_) {
      if (part.store == nullptr) continue;
      const std::size_t before = part.news->ByteSizeLong();
      if (absl::Status status = Tell(part, budget); !status.ok()) {
        around_.log.SayFailure("Sync", status);
        Refuse(status, *part.news);
      }
      const std::size_t used = part.news->ByteSizeLong() - before;
      budget -= std::min(budget - 1, used);
    }
    if (around_.budget.limited()) {
      response_.set_retry_after_ms(around_.budget.Spend(
          request_.ByteSizeLong() + response_.ByteSizeLong(),
          around_.clock.MonotonicMillis()));
    }
    done_(Overall());
  }

  absl::Status Tell(Part& part, std::size_t budget) {
    RETURN_IF_ERROR(part.answer.status());
    v1::SurveyNews& news = *part.news;
    if (part.request->has_batch() && !news.send_rows()) {
      BatchAnswerToWire(part.answer->batch, news);
    }
    if (part.answer->batch.full) {
      return absl::ResourceExhaustedError(
          StrCat("device ", device_, " has ", kGapChangesMax,
                 " changes waiting for what came before them, which is the "
                 "limit: release or reject some, and hand it in again"));
    }
    ASSIGN_OR_RETURN(const auto reader, part.store->Snapshot());
    const Survey& survey = reader->survey();
    news.set_log(static_cast<std::uint64_t>(PresentName(survey.lineage)));
    news.set_head(survey.head);
    if (part.request->log() != news.log()) {
      LineageToWire(survey.lineage, *news.mutable_lineage());
    }
    PositionToWire(part.store->Durable(), *news.mutable_durable());
    RETURN_IF_ERROR(TellStartingKeys(around_, survey, *part.request, news));
    return part.request->pull() ? PullNews(reader, part, budget)
                                : absl::OkStatus();
  }

  absl::Status PullNews(const std::shared_ptr<const Reader>& reader, Part& part,
                        std::size_t budget) {
    if (calling_.locked) {
      return absl::PermissionDeniedError(
          "the device is locked; changes were taken");
    }
    const Survey& survey = reader->survey();
    const Member* const member = survey.FindMember(part.request->person());
    if (member == nullptr || member->left != 0) {
      return absl::PermissionDeniedError(
          "the person on the device is not of the survey; changes were taken");
    }
    ASSIGN_OR_RETURN(const Cursor cursor, CursorFromWire(*part.request));
    ASSIGN_OR_RETURN(const auto told, LineagesFromWire(*part.request));
    PullTerms terms;
    terms.bytes_max = budget;
    terms.compares = part.request->compares();
    const std::vector<Bucket> scope = ScopeOf(survey, part.request->person());
    ASSIGN_OR_RETURN(const auto questions, QuestionsFromWire(*part.request));
    ASSIGN_OR_RETURN(const Pulled pulled,
                     Pull(*reader, device_, scope, cursor, told, terms));
    const Columns columns(*reader, *part.request, request_.clock(),
                          HeldBy(part, reader));
    PulledToWire(pulled,
                 part.request->columns() == kColumnsFormat ? &columns : nullptr,
                 *part.news);
    RETURN_IF_ERROR(AddRecordKeys(around_, survey, pulled, *part.news));
    AddForms(survey, part.request->forms(), *part.news);
    OfferStatistics(part, reader, budget);
    if (!part.request->has_batch()) {
      ASSIGN_OR_RETURN(const auto latest, LastChangeOf(*reader, device_));
      if (latest.has_value()) {
        ChainEndToWire(*latest, *part.news->mutable_latest());
      }
    }
    if (pulled.more) return absl::OkStatus();
    return RepairFrom(*reader, scope, questions, budget, *part.news);
  }

  absl::Status RepairFrom(const Reader& reader,
                          const std::vector<Bucket>& scope,
                          const std::vector<RepairQuestion>& questions,
                          std::size_t budget, v1::SurveyNews& news) {
    const std::size_t used = news.ByteSizeLong();
    ASSIGN_OR_RETURN(
        const Repaired repaired,
        Repair(
            reader, scope, questions,
            [&](const Bucket& bucket,
                absl::FunctionRef<absl::Status(BucketIndex&)> use) {
              return around_.indexes.Use(reader, bucket, use);
            },
            budget > used ? budget - used : 1));
    for (const RecordId& record : repaired.damaged) {
      around_.log.SayFailure(
          "Sync",
          absl::DataLossError(StrCat(
              "survey ", reader.survey().name, ": record ", ToText(record),
              " is not what its feed says: stop the server and run "
              "`chasqui verify`, then `chasqui rebuild`")));
    }
    RepairedToWire(repaired, news);
    return AddRepairKeys(around_, reader.survey(), repaired, news);
  }

  // A shortage that struck every survey is the call's own: to be retried.
  absl::Status Overall() const {
    if (response_.surveys().empty()) return absl::OkStatus();
    const v1::SurveyNews& first = response_.surveys(0);
    for (const v1::SurveyNews& news : response_.surveys()) {
      if (news.error_code() != first.error_code()) return absl::OkStatus();
    }
    if (!IsTransient(first.error_code())) return absl::OkStatus();
    return {static_cast<absl::StatusCode>(first.error_code()),
            first.error_message()};
  }

  const Surroundings& around_;
  const access::CallingDevice calling_;
  const std::string& device_;  // its name
  const v1::SyncRequest& request_;
  v1::SyncResponse& response_;
  const std::function<void(absl::Status)> done_;
  const Arrival arrival_;
  std::vector<Part> parts_;
  std::atomic<std::size_t> waiting_ = 0;
};

}  // namespace

void Exchange(const Surroundings& around, const access::CallingDevice& device,
              const v1::SyncRequest& request, v1::SyncResponse& response,
              std::function<void(absl::Status)> done, Arrival arrival) {
  if (absl::Status status = CheckEnvelope(request); !status.ok()) {
    return done(std::move(status));
  }
  const auto run = std::make_shared<Run>(around, device, request, response,
                                         std::move(done), arrival);
  const bool takes_time =
      std::any_of(request.surveys().begin(), request.surveys().end(),
                  [&around](const v1::SurveyExchange& part) {
                    if (!part.batch().columns().empty()) return true;
                    if (!part.has_batch()) return false;
                    const auto store = around.catalog.Find(part.survey());
                    return store.ok() && (*store)->HasPersonal();
                  });
  // Columns take time, and may read records' names from the disk; keys are
  // written to it.
  if (takes_time) return around.workers.Do([run] { run->Start(); });
  run->Start();
}

}  // namespace chasqui::server
