#include "storage/foresight.h"

#include <utility>

#include "storage/log_appender.h"
#include "storage/survey_transaction.h"
#include "sync/base/status_macros.h"

namespace chasqui::storage {
namespace {

// Takes writes, and keeps none.
class NoBatch final : public KvBatch {
 public:
  void Put(Space, std::string_view, std::string_view) override {}
  void Delete(Space, std::string_view) override {}
};

// A snapshot, for whoever wants to write on top of it what is never kept.
class FrozenKv final : public Kv {
 public:
  explicit FrozenKv(std::shared_ptr<const KvReader> snapshot)
      : snapshot_(std::move(snapshot)) {}

  absl::StatusOr<bool> Get(Space space, std::string_view key,
                           std::string& value) const override {
    return snapshot_->Get(space, key, value);
  }
  absl::Status Scan(Space space, std::string_view from, std::string_view to,
                    Visit visit) const override {
    return snapshot_->Scan(space, from, to, visit);
  }
  std::unique_ptr<KvBatch> NewBatch() const override {
    return std::make_unique<NoBatch>();
  }
  absl::Status Commit(std::unique_ptr<KvBatch>, Sync) override {
    return absl::FailedPreconditionError("a snapshot is not written to");
  }
  absl::Status CheckRoom() const override { return absl::OkStatus(); }
  std::shared_ptr<const KvReader> Snapshot() const override {
    return snapshot_;
  }

 private:
  const std::shared_ptr<const KvReader> snapshot_;
};

}  // namespace

absl::StatusOr<Outcome> Foresee(const std::shared_ptr<const KvReader>& snapshot,
                                const Keys& keys, const Survey& survey,
                                const QuarantineReleased& release) {
  FrozenKv frozen(snapshot);
  Survey copy = survey;
  SurveyTransaction transaction(frozen, keys, copy);
  LogAppender log(transaction, copy.received_ms + 1);
  RETURN_IF_ERROR(log.Append(release).status());
  ASSIGN_OR_RETURN(const EntryInfo* const info,
                   transaction.FindEntry(release.change));
  if (info == nullptr) return absl::DataLossError("the change is not there");
  return info->outcome;
}

}  // namespace chasqui::storage
