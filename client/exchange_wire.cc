#include "client/exchange_wire.h"

#include <string>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(StrCat("response: ", what));
}

void AddLineage(const Lineage& lineage, v1::LogLineage& wire) {
  for (const LogEpoch& epoch : lineage) {
    v1::LogPosition& name = *wire.add_names();
    name.set_log(static_cast<std::uint64_t>(epoch.name));
    name.set_seq(epoch.begins);
  }
}

void AddBatch(const Batch& batch, v1::ChangeBatch& wire) {
  wire.set_first(batch.first);
  wire.set_before(std::string(batch.before.view()));
  wire.set_orphan(batch.orphan);
  for (std::size_t i = 0; i < batch.changes.size(); ++i) {
    const ReceivedChange& change = batch.changes[i];
    wire.add_changes(change.bytes);
    if (!change.told.has_value()) continue;
    v1::ToldTime& told = *wire.add_told();
    told.set_index(static_cast<std::uint32_t>(i));
    told.set_lo_ms(change.told->lo);
    told.set_hi_ms(change.told->hi);
    told.set_at_ms(change.told->at);
  }
}

Position PositionFrom(const v1::LogPosition& wire) {
  return {LogName{wire.log()}, wire.seq()};
}

absl::StatusOr<Outcome> OutcomeFrom(const v1::Outcome& wire) {
  Outcome outcome;
  // A kind this program does not know is one that applied.
  outcome.kind = v1::OutcomeKind_IsValid(wire.kind())
                     ? static_cast<OutcomeKind>(wire.kind())
                     : OutcomeKind::kApplied;
  if (outcome.kind == OutcomeKind::kNone) outcome.kind = OutcomeKind::kApplied;
  outcome.reason = static_cast<QuarantineReason>(wire.reason());
  outcome.rejected = wire.rejected();
  for (const v1::FieldOutcome& field : wire.fields()) {
    FieldOutcome out;
    if (!field.row().empty()) {
      const auto row = RowId::FromBytes(field.row());
      if (!row.has_value()) return Wrong("an outcome's row is not 16 bytes");
      out.at.row = *row;
    }
    out.at.field = field.field();
    out.at.choice = field.choice();
    out.kind = v1::OutcomeKind_IsValid(field.kind())
                   ? static_cast<OutcomeKind>(field.kind())
                   : OutcomeKind::kApplied;
    out.policy = v1::ConflictPolicy_IsValid(field.policy())
                     ? static_cast<Policy>(field.policy())
                     : Policy::kDefault;
    out.by = field.by();
    out.uncertain = field.uncertain();
    out.history = field.history();
    outcome.fields.push_back(out);
  }
  return outcome;
}

absl::StatusOr<ChainHash> HashFrom(const std::string& bytes) {
  const auto h = ChainHash::FromBytes(bytes);
  if (!h.has_value()) return Wrong("an h is not 16 bytes");
  return *h;
}

absl::StatusOr<BatchAnswer> AnswerFrom(const v1::SurveyNews& wire) {
  BatchAnswer answer;
  for (const v1::ChangeOutcome& change : wire.outcomes()) {
    ChangeAnswer taken;
    taken.number = change.number();
    taken.seq = change.seq();
    taken.time = {change.lo_ms(), change.hi_ms(), change.at_ms()};
    ASSIGN_OR_RETURN(taken.outcome, OutcomeFrom(change.outcome()));
    answer.changes.push_back(std::move(taken));
  }
  answer.gap = wire.gap();
  for (const v1::ChainEnd& end : wire.ends()) {
    ASSIGN_OR_RETURN(const ChainHash h, HashFrom(end.h()));
    answer.ends.push_back({end.number(), h});
  }
  return answer;
}

absl::StatusOr<Bucket> BucketFrom(const v1::BucketName& wire) {
  if (wire.kind() != v1::BUCKET_KIND_AREA &&
      wire.kind() != v1::BUCKET_KIND_PERSON) {
    return Wrong("a bucket of a kind not known here");
  }
  return Bucket{static_cast<BucketKind>(wire.kind()), wire.name()};
}

// After version and flags, EncodePulled() has the record's id.
absl::StatusOr<NewsItem> ItemFrom(const v1::NewsItem& wire) {
  NewsItem item;
  item.seq = wire.seq();
  item.left = wire.record().empty();
  const std::string_view id =
      item.left ? std::string_view(wire.left())
                : std::string_view(wire.record())
                      .substr(std::min<std::size_t>(2, wire.record().size()),
                              RecordId::kSize);
  const auto record = RecordId::FromBytes(id);
  if (!record.has_value()) return Wrong("a record without an id of 16 bytes");
  item.record = *record;
  if (!item.left) {
    RETURN_IF_ERROR(DecodePulled(wire.record()).status());
    item.bytes = wire.record();
  }
  return item;
}

absl::StatusOr<BucketNews> BucketNewsFrom(const v1::BucketNews& wire) {
  BucketNews news;
  ASSIGN_OR_RETURN(news.bucket, BucketFrom(wire.bucket()));
  news.restarts = wire.restarts();
  news.last = wire.last();
  news.complete = PositionFrom(wire.complete());
  news.items.reserve(static_cast<std::size_t>(wire.items_size()));
  for (const v1::NewsItem& item : wire.items()) {
    ASSIGN_OR_RETURN(NewsItem read, ItemFrom(item));
    news.items.push_back(std::move(read));
  }
  return news;
}

Lineage LineageFrom(const v1::LogLineage& wire) {
  Lineage lineage;
  for (const v1::LogPosition& name : wire.names()) {
    lineage.push_back({LogName{name.log()}, name.seq()});
  }
  return lineage;
}

absl::StatusOr<SurveyNews> NewsFrom(const v1::SurveyNews& wire) {
  SurveyNews news;
  news.survey = wire.survey();
  if (wire.error_code() != 0) {
    news.error = absl::Status(static_cast<absl::StatusCode>(wire.error_code()),
                              wire.error_message());
  }
  news.log = LogName{wire.log()};
  news.head = wire.head();
  if (wire.has_lineage()) news.lineage = LineageFrom(wire.lineage());
  if (wire.has_end()) {
    ASSIGN_OR_RETURN(news.answer, AnswerFrom(wire));
  }
  for (const v1::BucketNews& bucket : wire.buckets()) {
    ASSIGN_OR_RETURN(BucketNews read, BucketNewsFrom(bucket));
    news.buckets.push_back(std::move(read));
  }
  for (const v1::BucketName& lost : wire.lost()) {
    ASSIGN_OR_RETURN(Bucket bucket, BucketFrom(lost));
    news.lost.push_back(std::move(bucket));
  }
  for (const v1::OutcomeNotice& notice : wire.notices()) {
    Notice read;
    read.change = notice.seq();
    read.number = notice.number();
    ASSIGN_OR_RETURN(read.h, HashFrom(notice.h()));
    ASSIGN_OR_RETURN(read.outcome, OutcomeFrom(notice.outcome()));
    news.notices.push_back(std::move(read));
  }
  news.cursor = wire.cursor();
  news.more = wire.more();
  news.durable = PositionFrom(wire.durable());
  for (const v1::FormVersion& form : wire.forms()) {
    news.forms.push_back({form.number(), form.SerializeAsString()});
  }
  return news;
}

}  // namespace

v1::SyncRequest RequestToWire(const Request& request) {
  v1::SyncRequest wire;
  v1::ExchangeClock& clock = *wire.mutable_clock();
  clock.set_boot(request.clock.boot);
  clock.set_mono_ms(request.clock.mono_ms);
  clock.set_wall_ms(request.clock.wall_ms);
  clock.set_round_trip_ms(request.clock.round_trip_ms);
  for (const SurveyRequest& survey : request.surveys) {
    v1::SurveyExchange& part = *wire.add_surveys();
    part.set_survey(survey.survey);
    part.set_person(survey.person);
    if (survey.batch.has_value())
      AddBatch(*survey.batch, *part.mutable_batch());
    part.set_cursor(survey.cursor);
    part.set_log(static_cast<std::uint64_t>(survey.log));
    for (const ToldLineage& told : survey.lineages) {
      AddLineage(told.names, *part.add_lineages());
    }
    part.set_forms(survey.forms);
    part.set_pull(survey.pull);
  }
  return wire;
}

absl::StatusOr<Response> ResponseFromWire(const v1::SyncResponse& wire) {
  Response response;
  response.received_ms = wire.received_ms();
  response.retry_after_ms = wire.retry_after_ms();
  for (const v1::SurveyNews& survey : wire.surveys()) {
    ASSIGN_OR_RETURN(SurveyNews news, NewsFrom(survey));
    response.surveys.push_back(std::move(news));
  }
  return response;
}

}  // namespace chasqui::client
