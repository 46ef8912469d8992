#include "client/exchange_wire.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "client/columns.h"
#include "client/repair_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/page.h"
#include "sync/personal/record_key.h"

namespace chasqui::client {
namespace {

absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(std::string(what));
}

// `status` with `where` before its words; every fault here is the response's.
absl::Status At(std::string_view where, const absl::Status& status) {
  return Malformed(StrCat(where, ": ", StdView(status.message())));
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
  // One it does not know is shown by its number, as far as that goes.
  outcome.reason =
      static_cast<QuarantineReason>(std::clamp<int>(wire.reason(), 0, 255));
  outcome.rejected = wire.rejected();
  for (const v1::FieldOutcome& field : wire.fields()) {
    FieldOutcome out;
    if (!field.row().empty()) {
      const auto row = RowId::FromBytes(field.row());
      if (!row.has_value())
        return Malformed("an outcome's row is not 16 bytes");
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
  if (!h.has_value()) return Malformed("an h is not 16 bytes");
  return *h;
}

absl::StatusOr<ChainEnd> EndFrom(const v1::ChainEnd& wire) {
  ASSIGN_OR_RETURN(const ChainHash h, HashFrom(wire.h()));
  return ChainEnd{wire.number(), h};
}

absl::StatusOr<ChangeAnswer> TakenFrom(const v1::ChangeOutcome& wire) {
  ChangeAnswer taken;
  taken.number = wire.number();
  taken.seq = wire.seq();
  taken.time = {wire.lo_ms(), wire.hi_ms(), wire.at_ms()};
  if (wire.lo_ms() > wire.at_ms() || wire.at_ms() > wire.hi_ms()) {
    return Malformed("its time is no interval");
  }
  ASSIGN_OR_RETURN(taken.outcome, OutcomeFrom(wire.outcome()));
  return taken;
}

absl::StatusOr<BatchAnswer> AnswerFrom(const v1::SurveyNews& wire) {
  BatchAnswer answer;
  for (const v1::ChangeOutcome& change : wire.outcomes()) {
    absl::StatusOr<ChangeAnswer> taken = TakenFrom(change);
    if (!taken.ok()) {
      return At(StrCat("outcome of change ", change.number()), taken.status());
    }
    answer.changes.push_back(*std::move(taken));
  }
  answer.gap = wire.gap();
  for (const v1::ChainEnd& end : wire.ends()) {
    ASSIGN_OR_RETURN(const ChainEnd read, EndFrom(end));
    answer.ends.push_back(read);
  }
  ASSIGN_OR_RETURN(answer.end, EndFrom(wire.end()));
  return answer;
}

// Kinds may grow: a bucket of one that is not known here is skipped.
bool IsKnown(const v1::BucketName& wire) {
  return wire.kind() == v1::BUCKET_KIND_AREA ||
         wire.kind() == v1::BUCKET_KIND_PERSON;
}

Bucket BucketFrom(const v1::BucketName& wire) {
  return {static_cast<BucketKind>(wire.kind()), wire.name()};
}

// What is kept is the record's bytes as they came; here they are only tried.
absl::StatusOr<NewsItem> ItemFrom(const v1::NewsItem& wire) {
  NewsItem item;
  item.seq = wire.seq();
  item.left = wire.record().empty();
  if (item.left) {
    const auto record = RecordId::FromBytes(wire.left());
    if (!record.has_value()) return Malformed("what left is no id of 16 bytes");
    item.record = *record;
    return item;
  }
  ASSIGN_OR_RETURN(const PulledRecord pulled, DecodePulled(wire.record()));
  if (pulled.seq != wire.seq()) {
    return Malformed(StrCat("its record is at seq ", pulled.seq));
  }
  item.record = pulled.id;
  item.bytes = wire.record();
  return item;
}

// The records of a page that came as columns, as rows.
absl::Status UnpackItems(const v1::BucketNews& wire, LogName log,
                         const Columns& columns, BucketNews& news) {
  ASSIGN_OR_RETURN(const std::vector<PageItem> items,
                   columns.Items(wire.columns(), log, wire.with_statistics()));
  for (const PageItem& item : items) {
    news.items.push_back({item.left,
                          item.record.seq,
                          item.record.id,
                          item.left ? std::string() : EncodePulled(item.record),
                          {}});
  }
  return absl::OkStatus();
}

absl::Status AddItems(
    const google::protobuf::RepeatedPtrField<v1::NewsItem>& wire,
    const Bucket& bucket, std::vector<NewsItem>& items) {
  items.reserve(static_cast<std::size_t>(wire.size()));
  for (const v1::NewsItem& item : wire) {
    absl::StatusOr<NewsItem> read = ItemFrom(item);
    if (!read.ok()) {
      return At(StrCat("bucket ", ToText(bucket), ", seq ", item.seq()),
                read.status());
    }
    items.push_back(*std::move(read));
  }
  return absl::OkStatus();
}

// Each that has a sealed value is told its record's key; zeros stand for one
// that is destroyed.
absl::Status TakeKeys(std::string_view keys, BucketNews& news) {
  constexpr std::size_t kKeyBytes = personal::RecordKey::kSize;
  for (std::vector<NewsItem>* const items : {&news.items, &news.repairs}) {
    for (NewsItem& item : *items) {
      if (item.left) continue;
      ASSIGN_OR_RETURN(const PulledRecord record, DecodePulled(item.bytes));
      if (!HoldsSealed(record)) continue;
      if (keys.size() < kKeyBytes)
        return Malformed("a record's key is missing");
      const std::string_view key = keys.substr(0, kKeyBytes);
      if (key.find_first_not_of('\0') != std::string_view::npos) item.key = key;
      keys.remove_prefix(kKeyBytes);
    }
  }
  return keys.empty() ? absl::OkStatus() : Malformed("a key is of no record");
}

absl::StatusOr<BucketNews> BucketNewsFrom(const v1::BucketNews& wire,
                                          LogName log, const Columns& columns) {
  BucketNews news;
  news.bucket = BucketFrom(wire.bucket());
  news.restarts = wire.restarts();
  news.last = wire.last();
  news.complete = PositionFrom(wire.complete());
  if (!wire.columns().empty()) {
    RETURN_IF_ERROR(UnpackItems(wire, log, columns, news));
  }
  news.jumps = wire.jumps();
  RETURN_IF_ERROR(AddItems(wire.items(), news.bucket, news.items));
  RETURN_IF_ERROR(AddItems(wire.repairs(), news.bucket, news.repairs));
  if (!wire.keys().empty()) RETURN_IF_ERROR(TakeKeys(wire.keys(), news));
  return news;
}

absl::StatusOr<Lineage> LineageFrom(const v1::SurveyNews& wire) {
  Lineage lineage;
  for (const v1::LogPosition& name : wire.lineage().names()) {
    if (!lineage.empty() && name.seq() < lineage.back().begins) {
      return Malformed("the names of its lineage are out of order");
    }
    lineage.push_back({LogName{name.log()}, name.seq()});
  }
  if (lineage.empty() || PresentName(lineage) != LogName{wire.log()}) {
    return Malformed("its lineage does not end in the log's name");
  }
  return lineage;
}

absl::StatusOr<Notice> NoticeFrom(const v1::OutcomeNotice& wire) {
  Notice notice;
  notice.change = wire.seq();
  notice.number = wire.number();
  ASSIGN_OR_RETURN(notice.h, HashFrom(wire.h()));
  ASSIGN_OR_RETURN(notice.outcome, OutcomeFrom(wire.outcome()));
  return notice;
}

// What the device's feeds bring.
absl::Status AddNews(const v1::SurveyNews& wire, const Columns& columns,
                     SurveyNews& news) {
  for (const v1::BucketNews& bucket : wire.buckets()) {
    if (!IsKnown(bucket.bucket())) continue;
    absl::StatusOr<BucketNews> read = BucketNewsFrom(bucket, news.log, columns);
    if (read.ok()) {
      news.buckets.push_back(*std::move(read));
    } else if (!bucket.columns().empty()) {
      news.unreadable = true;
    } else {
      return read.status();
    }
  }
  if (news.unreadable) news.buckets.clear();
  for (const v1::BucketName& lost : wire.lost()) {
    if (IsKnown(lost)) news.lost.push_back(BucketFrom(lost));
  }
  for (const v1::OutcomeNotice& notice : wire.notices()) {
    absl::StatusOr<Notice> read = NoticeFrom(notice);
    if (!read.ok()) {
      return At(StrCat("notice of change ", notice.number()), read.status());
    }
    news.notices.push_back(*std::move(read));
  }
  for (const v1::FormVersion& form : wire.forms()) {
    news.forms.push_back({form.number(), form.SerializeAsString()});
  }
  return absl::OkStatus();
}

absl::StatusOr<SurveyNews> NewsFrom(const v1::SurveyNews& wire,
                                    const Columns& columns) {
  SurveyNews news;
  news.survey = wire.survey();
  if (wire.error_code() != 0) {
    news.error = absl::Status(static_cast<absl::StatusCode>(wire.error_code()),
                              wire.error_message());
  }
  news.log = LogName{wire.log()};
  news.head = wire.head();
  if (wire.has_lineage()) {
    ASSIGN_OR_RETURN(news.lineage, LineageFrom(wire));
  }
  if (wire.has_end()) {
    ASSIGN_OR_RETURN(news.answer, AnswerFrom(wire));
  }
  RETURN_IF_ERROR(AddNews(wire, columns, news));
  news.send_rows = wire.send_rows();
  if (wire.has_statistics()) {
    news.statistics = HeldStatistics{wire.statistics().form(),
                                     PositionFrom(wire.statistics().trained()),
                                     wire.statistics().spelled()};
  }
  if (!news.unreadable) news.cursor = wire.cursor();
  news.more = wire.more();
  news.durable = PositionFrom(wire.durable());
  RETURN_IF_ERROR(AddAnswers(wire, news));
  news.starting_keys.assign(wire.starting_keys().begin(),
                            wire.starting_keys().end());
  if (wire.has_latest()) {
    ASSIGN_OR_RETURN(news.latest, EndFrom(wire.latest()));
  }
  return news;
}

CarriedNews CarriedFrom(const v1::CarriedAnswer& wire) {
  if (wire.error_code() == 0) return {absl::OkStatus(), wire.receipt()};
  return {absl::Status(static_cast<absl::StatusCode>(wire.error_code()),
                       wire.error_message()),
          ""};
}

// What the request said of the survey; nothing, where it said nothing.
SurveyRequest SentOf(const std::string& survey, const Request& request) {
  const auto sent = std::find_if(
      request.surveys.begin(), request.surveys.end(),
      [&survey](const SurveyRequest& s) { return s.survey == survey; });
  return sent == request.surveys.end() ? SurveyRequest() : *sent;
}

}  // namespace

absl::StatusOr<Response> ResponseFromWire(const v1::SyncResponse& wire,
                                          const Request& request) {
  Response response;
  response.received_ms = wire.received_ms();
  response.retry_after_ms = wire.retry_after_ms();
  response.device_key = wire.device_key();
  response.token = wire.token();
  response.token_expires_ms = wire.token_expires_ms();
  response.wipe = wire.wipe();
  response.server_key = wire.server_key();
  if (wire.has_carried()) response.carried = CarriedFrom(wire.carried());
  for (const v1::SurveyNews& survey : wire.surveys()) {
    const SurveyRequest sent = SentOf(survey.survey(), request);
    absl::StatusOr<SurveyNews> news =
        NewsFrom(survey, Columns(sent, request.clock));
    if (!news.ok()) {
      return At(StrCat("response, survey \"", survey.survey(), "\""),
                news.status());
    }
    response.surveys.push_back(*std::move(news));
  }
  return response;
}

}  // namespace chasqui::client
