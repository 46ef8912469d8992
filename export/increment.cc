#include "export/increment.h"

#include <algorithm>
#include <set>
#include <utility>

#include "export/history_rows.h"
#include "export/record_rows.h"
#include "export/survey_rows.h"
#include "sync/base/status_macros.h"
#include "sync/lineage.h"

namespace chasqui::exporting {
namespace {

constexpr std::size_t kRecordsAtATime = 64;
constexpr Seq kEntriesAtATime = 64;

IncrementSummary SummaryOf(const Survey& survey,
                           const IncrementRequest& request) {
  IncrementSummary summary;
  if (request.since.has_value()) {
    summary.from =
        CountsAs(*request.since, survey.lineage, survey.head, /*told=*/{});
  }
  summary.to = {PresentName(survey.lineage), survey.head};
  summary.lineage = survey.lineage;
  return summary;
}

}  // namespace

Increment::Increment(std::shared_ptr<const Reader> reader,
                     IncrementRequest request, PersonalAnswers personal,
                     Seq listed_max)
    : reader_(std::move(reader)),
      request_(std::move(request)),
      listed_max_(listed_max),
      tables_(reader_->survey(), personal, request_.history),
      batches_(tables_.all()),
      summary_(SummaryOf(reader_->survey(), request_)),
      taking_{*reader_, tables_, request_.number, batches_},
      history_(summary_.from) {}

absl::StatusOr<const Batch*> Increment::Next() {
  if (given_.has_value()) batches_.Return(*std::move(given_));
  while (true) {
    given_ = batches_.Take();
    if (given_.has_value()) return &*given_;
    if (part_ == Part::kEnd) return nullptr;
    RETURN_IF_ERROR(Advance());
  }
}

absl::Status Increment::Advance() {
  switch (part_) {
    case Part::kRecords:
      return AdvanceRecords();
    case Part::kLost:
      part_ = request_.history ? Part::kHistory : Part::kSurvey;
      return AddLost();
    case Part::kHistory:
      return AdvanceHistory();
    case Part::kSurvey:
      RETURN_IF_ERROR(AddDevices(taking_));
      AddCodebook(taking_);
      part_ = Part::kEnd;
      batches_.End();
      return absl::OkStatus();
    case Part::kEnd:
      break;
  }
  return absl::OkStatus();
}

absl::Status Increment::ListChanged() {
  std::set<RecordId> changed(request_.also.begin(), request_.also.end());
  for (Seq seq = summary_.from + 1; seq <= reader_->head(); ++seq) {
    ASSIGN_OR_RETURN(const std::optional<EntryInfo> info,
                     reader_->FindEntry(seq));
    if (info.has_value() && !info->record.empty()) changed.insert(info->record);
  }
  changed_.assign(changed.begin(), changed.end());
  listed_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Record>> Increment::NextRecords() {
  if (summary_.from > 0 && !listed_ &&
      reader_->head() - summary_.from <= listed_max_) {
    RETURN_IF_ERROR(ListChanged());
  }
  if (!listed_) return reader_->Records(after_, kRecordsAtATime);
  // Ids in the log may be of changes that never made a record: look on until
  // there is one.
  std::vector<Record> records;
  while (records.size() < kRecordsAtATime && !changed_.empty()) {
    ASSIGN_OR_RETURN(std::optional<Record> record,
                     reader_->FindRecord(changed_.front()));
    changed_.pop_front();
    if (record.has_value()) records.push_back(*std::move(record));
  }
  return records;
}

absl::Status Increment::AdvanceRecords() {
  ASSIGN_OR_RETURN(const std::vector<Record> records, NextRecords());
  for (const Record& record : records) {
    after_ = record.id;
    const bool wanted =
        request_.since.has_value()
            ? record.latest > summary_.from ||
                  std::binary_search(request_.also.begin(), request_.also.end(),
                                     record.id)
            : !record.gone;
    if (wanted) RETURN_IF_ERROR(AddRecord(record, taking_));
  }
  if (records.empty()) part_ = Part::kLost;
  return absl::OkStatus();
}

absl::Status Increment::AddLost() {
  for (const RecordId& id : request_.also) {
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     reader_->FindRecord(id));
    if (!record.has_value()) AddLostRecord(id, taking_);
  }
  return absl::OkStatus();
}

absl::Status Increment::AdvanceHistory() {
  const Seq until = std::min(reader_->head(), history_ + kEntriesAtATime);
  while (history_ < until) RETURN_IF_ERROR(AddHistory(++history_, taking_));
  if (history_ == reader_->head()) part_ = Part::kSurvey;
  return absl::OkStatus();
}

}  // namespace chasqui::exporting
