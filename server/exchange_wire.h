// One survey's part of an exchange, between its message and the values of
// sync. What is malformed is InvalidArgument, with what, where and the limit.

#ifndef CHASQUI_SERVER_EXCHANGE_WIRE_H_
#define CHASQUI_SERVER_EXCHANGE_WIRE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "server/columns.h"
#include "sync/cursor.h"
#include "sync/intake.h"
#include "sync/lineage.h"
#include "sync/pull.h"

namespace chasqui::server {

// What breaks a rule of SyncRequest as a whole, for which nothing is done.
absl::Status CheckEnvelope(const v1::SyncRequest& request);

// Ready to be submitted: h and positions are computed. `rows` are the changes,
// where they came as columns.
absl::StatusOr<Batch> BatchFromWire(
    const std::string& device, const v1::SurveyExchange& exchange,
    const v1::ExchangeClock& clock,
    std::optional<std::vector<std::string>> rows = std::nullopt);
absl::StatusOr<std::vector<ToldLineage>> LineagesFromWire(
    const v1::SurveyExchange& exchange);

// Where the pull goes on: by the cursor, and by what was taken in since.
absl::StatusOr<Cursor> CursorFromWire(const v1::SurveyExchange& exchange);

void BatchAnswerToWire(const BatchAnswer& answer, v1::SurveyNews& news);
// Pages go as columns where that is less; all as rows if there are none.
void PulledToWire(const Pulled& pulled, const Columns* columns,
                  v1::SurveyNews& news);
Bucket BucketFromWire(const v1::BucketName& wire);
void BucketToWire(const Bucket& bucket, v1::BucketName& wire);
void ChainEndToWire(const ChainEnd& end, v1::ChainEnd& wire);
void LineageToWire(const Lineage& lineage, v1::LogLineage& wire);
Lineage LineageFromWire(const v1::LogLineage& wire);
void PositionToWire(const Position& position, v1::LogPosition& wire);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_EXCHANGE_WIRE_H_
