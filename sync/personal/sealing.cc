#include "sync/personal/sealing.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "sync/base/status_macros.h"
#include "sync/change.h"
#include "sync/schema.h"

namespace chasqui::personal {
namespace {

using Keys = std::map<RecordId, RecordKey>;

bool IsPersonal(const Op& op, const Schema& schema) {
  if (op.kind != OpKind::kSet || op.at.field < kFirstFormField ||
      !op.value.IsAnswer()) {
    return false;
  }
  const FieldSchema* const field = schema.Field(op.at.field);
  return field == nullptr || field->personal;
}

bool HasPersonal(const Change& change, const Schema& schema) {
  return std::any_of(
      change.ops.begin(), change.ops.end(),
      [&schema](const Op& op) { return IsPersonal(op, schema); });
}

RecordKey KeyOf(const RecordId& record, const Keys& keys,
                const SurveyKeys& all) {
  const auto found = keys.find(record);
  return found == keys.end() ? all.DrawKey() : found->second;
}

// `change` with what is personal sealed, and what that hides.
Change Sealed(const Change& change, const RecordKey& key, const Schema& schema,
              Sealing& sealing) {
  Change sealed = change;
  sealed.salt.clear();
  sealing.part = SealedPart::kAnswers;
  for (Op& op : sealed.ops) {
    if (!IsPersonal(op, schema)) continue;
    const FieldSchema* const field = schema.Field(op.at.field);
    if (field != nullptr && !IsGivenOfType(*field, op.at.choice, op.value)) {
      sealing.wrong_type = true;
    }
    op.value = key.Seal(op.at, op.value);
  }
  return sealed;
}

}  // namespace

RecordId PlaceOfUnread(const ChainHash& h) {
  RecordId place;
  place.bytes = h.bytes;
  return place;
}

absl::Status SealBatch(const Survey& survey, const SurveyKeys& keys,
                       Batch& batch) {
  const Schema& schema = survey.schema;
  std::set<RecordId> records;
  for (const ReceivedChange& change : batch.changes) {
    if (change.change == nullptr) {
      records.insert(PlaceOfUnread(change.h));
    } else if (HasPersonal(*change.change, schema)) {
      records.insert(change.change->record);
    }
  }
  if (records.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Keys made, keys.Make(records));
  for (ReceivedChange& change : batch.changes) {
    const bool oversized = change.bytes.size() > kChangeBytesMax;
    if (change.change == nullptr) {
      change.sealing = {SealedPart::kAll, oversized, false};
      const RecordKey key = KeyOf(PlaceOfUnread(change.h), made, keys);
      change.bytes = key.Seal({}, Value::Text(change.bytes)).payload;
    } else if (HasPersonal(*change.change, schema)) {
      change.sealing.oversized = oversized;
      const RecordKey key = KeyOf(change.change->record, made, keys);
      change.change = std::make_shared<const Change>(
          Sealed(*change.change, key, schema, change.sealing));
      change.bytes = EncodeChange(*change.change);
    }
  }
  return absl::OkStatus();
}

absl::Status SealEntries(const Survey& survey, const SurveyKeys& keys,
                         std::vector<ServerEntry>& entries) {
  std::vector<std::pair<ChangeReceived*, Change>> personal;
  std::set<RecordId> records;
  for (ServerEntry& entry : entries) {
    auto* const received = std::get_if<ChangeReceived>(&entry);
    if (received == nullptr) continue;
    ASSIGN_OR_RETURN(Change change, DecodeReceived(*received));
    if (!HasPersonal(change, survey.schema)) continue;
    records.insert(change.record);
    personal.emplace_back(received, std::move(change));
  }
  if (records.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Keys made, keys.Make(records));
  for (auto& [received, change] : personal) {
    received->sealing.oversized = received->bytes.size() > kChangeBytesMax;
    received->change = std::make_shared<const Change>(
        Sealed(change, KeyOf(change.record, made, keys), survey.schema,
               received->sealing));
    received->bytes = EncodeChange(*received->change);
  }
  return absl::OkStatus();
}

}  // namespace chasqui::personal
