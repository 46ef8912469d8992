#include "server/exchange_wire.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "server/limits.h"
#include "server/record_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/change.h"
#include "sync/digest.h"
#include "sync/page.h"

namespace chasqui::server {
namespace {

absl::Status CheckCount(std::string_view what, int count, std::size_t most) {
  if (static_cast<std::size_t>(count) <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat(count, " ", what, "; there may be ", most));
}

absl::Status CheckBatch(const v1::ChangeBatch& batch) {
  RETURN_IF_ERROR(
      CheckCount("changes in a batch", batch.changes_size(), kBatchChangesMax));
  if (batch.first() == 0) {
    return absl::InvalidArgumentError("batch: first is 0; numbers begin at 1");
  }
  if (batch.before().size() != ChainHash::kSize) {
    return absl::InvalidArgumentError(StrCat("batch: before has ",
                                             batch.before().size(),
                                             " bytes; it must have 16"));
  }
  return absl::OkStatus();
}

absl::Status AddTold(const v1::ChangeBatch& wire, Batch& batch) {
  for (const v1::ToldTime& told : wire.told()) {
    if (told.index() >= batch.changes.size()) {
      return absl::InvalidArgumentError(
          StrCat("batch: a time is told of change ", told.index(),
                 "; there are ", batch.changes.size()));
    }
    if (told.lo_ms() > told.at_ms() || told.at_ms() > told.hi_ms()) {
      return absl::InvalidArgumentError("batch: a time told is no interval");
    }
    batch.changes[told.index()].told =
        TimeInterval{told.lo_ms(), told.hi_ms(), told.at_ms()};
  }
  return absl::OkStatus();
}

// Whether `page` goes as columns.
bool AddColumns(const BucketPage& page, const Columns* columns,
                v1::BucketNews& wire) {
  if (columns == nullptr || page.items.empty()) return false;
  std::optional<std::string> packed = columns->Items(page.items);
  if (!packed.has_value()) return false;
  wire.set_columns(*std::move(packed));
  wire.set_with_statistics(columns->with_statistics());
  return true;
}

void AddPage(const BucketPage& page, const Columns* columns,
             v1::BucketNews& wire) {
  BucketToWire(page.bucket, *wire.mutable_bucket());
  wire.set_restarts(page.restarts);
  wire.set_last(page.last);
  wire.set_jumps(page.jumps);
  PositionToWire(page.complete, *wire.mutable_complete());
  if (AddColumns(page, columns, wire)) return;
  for (const PageItem& item : page.items) {
    v1::NewsItem& out = *wire.add_items();
    out.set_seq(item.record.seq);
    if (item.left) {
      out.set_left(std::string(item.record.id.view()));
    } else {
      out.set_record(EncodePulled(item.record));
    }
  }
}

}  // namespace

absl::Status CheckEnvelope(const v1::SyncRequest& request) {
  RETURN_IF_ERROR(
      CheckCount("surveys", request.surveys_size(), kExchangeSurveysMax));
  if (request.news_bytes_max() > kNewsBytesMax) {
    return absl::InvalidArgumentError(StrCat("news_bytes_max is ",
                                             request.news_bytes_max(),
                                             "; it may be ", kNewsBytesMax));
  }
  std::set<std::string_view> names;
  for (const v1::SurveyExchange& exchange : request.surveys()) {
    if (!names.insert(exchange.survey()).second) {
      return absl::InvalidArgumentError(
          StrCat("survey \"", exchange.survey(), "\" is there twice"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ToldLineage>> LineagesFromWire(
    const v1::SurveyExchange& exchange) {
  RETURN_IF_ERROR(
      CheckCount("lineages", exchange.lineages_size(), kExchangeLineagesMax));
  std::vector<ToldLineage> told;
  for (const v1::LogLineage& wire : exchange.lineages()) {
    RETURN_IF_ERROR(
        CheckCount("names in a lineage", wire.names_size(), kLineageToldMax));
    ToldLineage lineage{LineageFromWire(wire)};
    if (!lineage.names.empty()) told.push_back(std::move(lineage));
  }
  return told;
}

absl::StatusOr<Cursor> CursorFromWire(const v1::SurveyExchange& exchange) {
  RETURN_IF_ERROR(
      CheckCount("started", exchange.started_size(), kExchangeStartedMax));
  ASSIGN_OR_RETURN(Cursor cursor, DecodeCursor(exchange.cursor()));
  for (const std::string& bytes : exchange.started()) {
    ASSIGN_OR_RETURN(const Cursor started, DecodeCursor(bytes));
    if (started.buckets.size() != 1) {
      return absl::InvalidArgumentError(
          StrCat("started: a cursor of ", started.buckets.size(),
                 " buckets; that of a starting file has 1"));
    }
    Adopt(started, cursor);
  }
  return cursor;
}

absl::StatusOr<Batch> BatchFromWire(
    const std::string& device, const v1::SurveyExchange& exchange,
    const v1::ExchangeClock& clock,
    std::optional<std::vector<std::string>> rows) {
  const v1::ChangeBatch& wire = exchange.batch();
  RETURN_IF_ERROR(CheckBatch(wire));
  Batch batch;
  batch.device = device;
  batch.first = wire.first();
  batch.before = *ChainHash::FromBytes(wire.before());
  batch.orphan = wire.orphan();
  batch.exchange = {clock.boot(), clock.mono_ms(), clock.wall_ms(),
                    clock.round_trip_ms()};
  ASSIGN_OR_RETURN(batch.told, LineagesFromWire(exchange));
  if (!rows.has_value()) {
    rows.emplace(wire.changes().begin(), wire.changes().end());
  }
  batch.changes.resize(rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    batch.changes[i].bytes = std::move((*rows)[i]);
  }
  RETURN_IF_ERROR(AddTold(wire, batch));
  ReadBatch(batch);
  return batch;
}

void BatchAnswerToWire(const BatchAnswer& answer, v1::SurveyNews& news) {
  for (const ChangeAnswer& change : answer.changes) {
    v1::ChangeOutcome& out = *news.add_outcomes();
    out.set_number(change.number);
    out.set_seq(change.seq);
    out.set_lo_ms(change.time.lo);
    out.set_hi_ms(change.time.hi);
    out.set_at_ms(change.time.at);
    *out.mutable_outcome() = OutcomeToWire(change.outcome);
  }
  news.set_gap(answer.gap);
  for (const ChainEnd& end : answer.ends) ChainEndToWire(end, *news.add_ends());
  ChainEndToWire(answer.end, *news.mutable_end());
}

void PulledToWire(const Pulled& pulled, const Columns* columns,
                  v1::SurveyNews& news) {
  for (const BucketPage& page : pulled.pages) {
    AddPage(page, columns, *news.add_buckets());
  }
  for (const Bucket& bucket : pulled.lost)
    BucketToWire(bucket, *news.add_lost());
  for (const Notice& notice : pulled.notices) {
    v1::OutcomeNotice& out = *news.add_notices();
    out.set_seq(notice.change);
    out.set_number(notice.number);
    out.set_h(std::string(notice.h.view()));
    *out.mutable_outcome() = OutcomeToWire(notice.outcome);
  }
  news.set_cursor(EncodeCursor(pulled.cursor));
  news.set_more(pulled.more);
  if (pulled.digest.has_value()) news.set_digest(DigestBytes(*pulled.digest));
}

void ChainEndToWire(const ChainEnd& end, v1::ChainEnd& wire) {
  wire.set_number(end.number);
  wire.set_h(std::string(end.h.view()));
}

Bucket BucketFromWire(const v1::BucketName& wire) {
  return {static_cast<BucketKind>(wire.kind()), wire.name()};
}

void BucketToWire(const Bucket& bucket, v1::BucketName& wire) {
  wire.set_kind(static_cast<v1::BucketKind>(bucket.kind));
  wire.set_name(bucket.name);
}

void LineageToWire(const Lineage& lineage, v1::LogLineage& wire) {
  const std::size_t skip =
      lineage.size() > kLineageToldMax ? lineage.size() - kLineageToldMax : 0;
  for (std::size_t i = skip; i < lineage.size(); ++i) {
    PositionToWire({lineage[i].name, lineage[i].begins}, *wire.add_names());
  }
}

Lineage LineageFromWire(const v1::LogLineage& wire) {
  Lineage lineage;
  for (const v1::LogPosition& name : wire.names()) {
    lineage.push_back({LogName{name.log()}, name.seq()});
  }
  return lineage;
}

void PositionToWire(const Position& position, v1::LogPosition& wire) {
  wire.set_log(static_cast<std::uint64_t>(position.log));
  wire.set_seq(position.seq);
}

}  // namespace chasqui::server
