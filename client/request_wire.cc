// What a device says, as its message.

#include <optional>
#include <string>
#include <utility>

#include "client/columns.h"
#include "client/exchange_wire.h"
#include "client/repair_wire.h"

namespace chasqui::client {
namespace {

void AddLineage(const Lineage& lineage, v1::LogLineage& wire) {
  for (const LogEpoch& epoch : lineage) {
    v1::LogPosition& name = *wire.add_names();
    name.set_log(static_cast<std::uint64_t>(epoch.name));
    name.set_seq(epoch.begins);
  }
}

void AddPosition(const Position& position, v1::LogPosition& wire) {
  wire.set_log(static_cast<std::uint64_t>(position.log));
  wire.set_seq(position.seq);
}

void AddFile(const seal::StartingName& file, v1::StartingFileName& wire) {
  wire.mutable_bucket()->set_kind(
      static_cast<v1::BucketKind>(file.bucket.kind));
  wire.mutable_bucket()->set_name(file.bucket.name);
  AddPosition(file.at, *wire.mutable_at());
}

// As columns, if there are any to be had.
void AddChanges(const Batch& batch, const Columns& columns,
                v1::ChangeBatch& wire) {
  std::optional<std::string> packed = columns.Batch();
  if (!packed.has_value()) {
    for (const ReceivedChange& change : batch.changes) {
      wire.add_changes(change.bytes);
    }
    return;
  }
  wire.set_columns(*std::move(packed));
  wire.set_with_statistics(columns.statistics().has_value());
}

void AddBatch(const Batch& batch, const Columns& columns,
              v1::ChangeBatch& wire) {
  AddChanges(batch, columns, wire);
  wire.set_first(batch.first);
  wire.set_before(std::string(batch.before.view()));
  wire.set_orphan(batch.orphan);
  for (std::size_t i = 0; i < batch.changes.size(); ++i) {
    const ReceivedChange& change = batch.changes[i];
    if (!change.told.has_value()) continue;
    v1::ToldTime& told = *wire.add_told();
    told.set_index(static_cast<std::uint32_t>(i));
    told.set_lo_ms(change.told->lo);
    told.set_hi_ms(change.told->hi);
    told.set_at_ms(change.told->at);
  }
}

void HeartbeatToWire(const Heartbeat& heartbeat, v1::Heartbeat& wire) {
  const Vitals& vitals = heartbeat.vitals;
  if (!heartbeat.app.empty()) wire.set_app(heartbeat.app);
  if (heartbeat.unsent.has_value()) wire.set_unsent(*heartbeat.unsent);
  if (heartbeat.oldest_unsent_s.has_value()) {
    wire.set_oldest_unsent_s(*heartbeat.oldest_unsent_s);
  }
  if (vitals.storage_free_mib.has_value()) {
    wire.set_storage_free_mib(*vitals.storage_free_mib);
  }
  if (vitals.battery_percent.has_value()) {
    wire.set_battery_percent(*vitals.battery_percent);
  }
}

}  // namespace

v1::SyncRequest RequestToWire(const Request& request) {
  v1::SyncRequest wire;
  v1::ExchangeClock& clock = *wire.mutable_clock();
  clock.set_boot(request.clock.boot);
  clock.set_mono_ms(request.clock.mono_ms);
  clock.set_wall_ms(request.clock.wall_ms);
  clock.set_round_trip_ms(request.clock.round_trip_ms);
  wire.set_news_bytes_max(request.news_bytes_max);
  if (request.link != LinkEstimate()) {
    v1::LinkEstimate& link = *wire.mutable_link();
    link.set_bytes_per_s(request.link.bytes_per_s());
    link.set_overhead_ms(request.link.overhead_ms());
    link.set_drop_interval_ms(request.link.drop_interval_ms());
  }
  if (!request.heartbeat.empty()) {
    HeartbeatToWire(request.heartbeat, *wire.mutable_heartbeat());
  }
  wire.set_device_key(request.device_key);
  wire.set_carried(request.carried);
  wire.set_wiped(request.wiped);
  for (const SurveyRequest& survey : request.surveys) {
    v1::SurveyExchange& part = *wire.add_surveys();
    part.set_survey(survey.survey);
    part.set_person(survey.person);
    const Columns columns(survey, request.clock);
    if (survey.batch.has_value()) {
      AddBatch(*survey.batch, columns, *part.mutable_batch());
    }
    part.set_cursor(survey.cursor);
    for (const std::string& started : survey.started) {
      part.add_started(started);
    }
    for (const seal::StartingName& file : survey.keys_for) {
      AddFile(file, *part.add_keys_for());
    }
    part.set_log(static_cast<std::uint64_t>(survey.log));
    for (const ToldLineage& told : survey.lineages) {
      AddLineage(told.names, *part.add_lineages());
    }
    part.set_forms(survey.forms);
    part.set_pull(survey.pull);
    QuestionsToWire(survey, part);
    if (!survey.columns.news_as_rows) part.set_columns(kColumnsFormat);
    if (columns.statistics().has_value()) {
      AddPosition(*columns.statistics(), *part.mutable_statistics());
    }
  }
  return wire;
}

}  // namespace chasqui::client
