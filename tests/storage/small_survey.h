// A survey small enough to have in one's head, and devices that deliver to it.

#ifndef CHASQUI_TESTS_STORAGE_SMALL_SURVEY_H_
#define CHASQUI_TESTS_STORAGE_SMALL_SURVEY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "sync/base/clock.h"
#include "sync/change.h"
#include "sync/config.h"
#include "sync/entry.h"
#include "sync/intake.h"
#include "sync/store.h"

namespace chasqui::storage {

// Areas north and south below land. anna and ben collect in both, sofia
// supervises. What is accepted is durable.
SurveyConfig SmallConfig();

// Form "visit": a name, an age, and the repeat of members, each with a name.
FormPublished SmallForm(std::string_view version);
inline constexpr std::uint32_t kNameField = 32;
inline constexpr std::uint32_t kAgeField = 33;
inline constexpr std::uint32_t kMemberNameField = 34;
inline constexpr std::uint32_t kMemberRepeat = 1;

RecordId RecordNumber(std::uint64_t number);
RowId RowNumber(std::uint64_t number);

// Changes of anna's, with the survey's first form.
Change Creation(const RecordId& record, std::string_view area,
                std::string_view name);
Change Answer(const RecordId& record, std::uint32_t field, const Value& value,
              const Position& base);
Change NewRow(const RecordId& record, const RowId& row, std::string_view name,
              const Position& base);

// A device's chain of changes.
class Chain {
 public:
  Chain(std::string_view survey, std::string_view device);

  // The next changes, in one batch.
  Batch Next(const std::vector<Change>& changes);
  Batch Next(const Change& change) { return Next(std::vector{change}); }

 private:
  std::string device_;
  std::uint64_t number_ = 0;
  ChainHash h_;
};

// Stands still unless told to go on.
class HandClock final : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixMillis(now_ms); }
  std::int64_t MonotonicMillis() override { return now_ms; }
  std::string BootId() override { return "boot"; }

  std::int64_t now_ms = 1'400'000'000'000;
};

// Creates the survey "census" in `catalog`, with its form. Checks that it can.
SurveyStore& NewSmallSurvey(Catalog& catalog);

// Fills a new small survey: three records in two areas, a row, a conflict, a
// change in quarantine, a release and a notice. Checks that it can.
void FillSurvey(SurveyStore& store);

}  // namespace chasqui::storage

#endif  // CHASQUI_TESTS_STORAGE_SMALL_SURVEY_H_
