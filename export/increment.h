// An increment of a survey's tables, from one snapshot, in bounded memory.

#ifndef CHASQUI_EXPORT_INCREMENT_H_
#define CHASQUI_EXPORT_INCREMENT_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/batch_set.h"
#include "export/increment_source.h"
#include "export/tables.h"
#include "export/taking.h"
#include "sync/reader.h"

namespace chasqui::exporting {

// Thread-compatible. Errors of Next() are the reader's; the increment is then
// void.
class Increment final : public IncrementSource {
 public:
  // Past so many entries of the log it costs less to look at every record than
  // to ask the log which have changed.
  static constexpr Seq kListedMax = 200'000;

  // `reader` gives personal answers as `personal` says.
  Increment(std::shared_ptr<const Reader> reader, IncrementRequest request,
            PersonalAnswers personal, Seq listed_max = kListedMax);

  const std::vector<TableSchema>& tables() const override {
    return tables_.all();
  }
  absl::StatusOr<const Batch*> Next() override;
  const IncrementSummary& summary() const override { return summary_; }

 private:
  // Which rows come next.
  enum class Part : std::uint8_t { kRecords, kLost, kHistory, kSurvey, kEnd };

  absl::Status Advance();
  absl::Status AdvanceRecords();
  absl::StatusOr<std::vector<Record>> NextRecords();
  absl::Status ListChanged();
  absl::Status AddLost();
  absl::Status AdvanceHistory();

  const std::shared_ptr<const Reader> reader_;
  const IncrementRequest request_;
  const Seq listed_max_;
  const Tables tables_;
  BatchSet batches_;
  IncrementSummary summary_;
  Taking taking_;

  Part part_ = Part::kRecords;
  std::optional<Batch> given_;  // what Next() gave last
  RecordId after_;              // the last record read
  Seq history_ = 0;             // the last entry of the log read
  // What changed, in order of id, where the log was asked.
  bool listed_ = false;
  std::deque<RecordId> changed_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INCREMENT_H_
