// A survey of schools with one field of each interesting kind, nested repeats
// and two form versions, kept in memory; and devices that deliver to it.

#ifndef CHASQUI_TESTS_EXPORT_SCHOOL_SURVEY_H_
#define CHASQUI_TESTS_EXPORT_SCHOOL_SURVEY_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "sync/base/clock.h"
#include "sync/change.h"
#include "sync/entry.h"
#include "sync/intake.h"
#include "sync/store.h"

namespace chasqui::testing {

// Advances by a second at each look, so that no two entries share a time. Its
// monotonic clock stands still: of what callers may take nothing comes back.
class SteppingClock final : public Clock {
 public:
  absl::Time Now() override;
  std::int64_t MonotonicMillis() override;
  std::string BootId() override { return "boot"; }

 private:
  std::atomic<std::int64_t> now_ms_ = 1'400'000'000'000;
};

// The questionnaire as XForm. Version "1" has name, pupils, opened, water
// (choice), services (select-multiple), building/rooms, a note, and the repeat
// class with grade and, in it, the repeat class/pupil with name. Version "2"
// has phone instead of opened, and a further choice of water.
std::string SchoolForm(std::string_view version);

// Areas state > lga1, lga2. amina (lga1) and bola (lga2) collect; sani
// supervises. What is accepted is durable.
SurveyConfig SchoolConfig();

RecordId School(std::uint8_t number);
RowId RowOf(std::uint8_t number);

class SchoolSurvey {
 public:
  static constexpr char kName[] = "schools";

  SchoolSurvey();

  Catalog& catalog() { return *catalog_; }
  SurveyStore& store() { return *store_; }
  Clock& clock() { return clock_; }
  std::shared_ptr<const Reader> Read() const;
  Position Head() const;

  void Publish(std::string_view version);

  // The number of the field at `path`; of the choice `code` of it.
  std::uint32_t Field(std::string_view path) const;
  std::uint32_t Choice(std::string_view path, std::string_view code) const;

  // A change of `person`'s that has seen everything up to `base`.
  Change Edit(const std::string& person, const RecordId& school,
              const Position& base) const;
  // One that makes a school in `area`, submitted, with that name.
  Change Creation(const std::string& person, const RecordId& school,
                  const std::string& area, std::string_view name) const;
  Op Set(std::string_view path, Value value, const RowId& row = {}) const;
  Op Tick(std::string_view path, std::string_view code, bool ticked) const;
  Op AddRow(std::string_view repeat, const RowId& row,
            const RowId& parent = {}) const;

  // Makes `change` the next of `device`'s chain, without delivering it.
  Batch Next(const std::string& device, const std::string& change_bytes);
  // Delivers it, and checks that it went well.
  ChangeAnswer Deliver(const std::string& device, const Change& change);
  ChangeAnswer DeliverBytes(const std::string& device,
                            const std::string& change_bytes);

 private:
  struct ChainOf {
    std::uint64_t number = 0;
    ChainHash h;
  };

  SteppingClock clock_;
  std::unique_ptr<Catalog> catalog_;
  SurveyStore* store_ = nullptr;
  std::map<std::string, ChainOf> chains_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_EXPORT_SCHOOL_SURVEY_H_
