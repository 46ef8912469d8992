#include "tests/benchmarks/wire_records.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "server/form_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/form/xform_reader.h"
#include "sync/survey.h"
#include "tests/benchmarks/census.h"
#include "tests/testing/random.h"

namespace chasqui::benchmarks {
namespace {

using testing::Random;

constexpr std::size_t kTrainingAreasMax = 100;
constexpr std::size_t kTestedAreasMax = 154;
constexpr std::int64_t kMsPerDay = 86'400'000;

// Columns of the release that no enumerator answers: computed from others, ids
// of lists and files, and what the area implies.
const std::set<std::string>& NotAnswered() {
  static const std::set<std::string> kNames = {
      "dist_euc",
      "dist_fake",
      "facility_ID",
      "fcl_uuid",
      "formhub_photo_id",
      "lga_valid",
      "male_to_female_student_ratio",
      "nmis_lga_id",
      "pupil_bench_ratio",
      "pupil_classrm_ratio",
      "pupil_desk_ratio",
      "pupil_tchr_ratio",
      "pupil_toilet_ratio_facility",
      "teacher_nonteachingstaff_ratio",
      "textbook_to_pupil_ratio",
  };
  return kNames;
}

Op Set(std::uint32_t field, Value value) {
  Op op;
  op.at.field = field;
  op.value = std::move(value);
  return op;
}

// The day of survey, as a device's clock would have had it.
std::int64_t DayOf(const School& school, std::uint32_t date_field) {
  constexpr std::int64_t kFirstDay = 15'000;
  for (const auto& [field, value] : school.answers) {
    if (field == date_field && value.kind == ValueKind::kDate) {
      return std::clamp<std::int64_t>(IntegerOf(value), kFirstDay, 20'000);
    }
  }
  return kFirstDay;
}

RecordId AnyId(Random& random) {
  RecordId id;
  for (std::uint8_t& byte : id.bytes) {
    byte = static_cast<std::uint8_t>(random.Below(256));
  }
  return id;
}

// The id after `id`, as a device makes them.
RecordId After(RecordId id) {
  for (std::size_t i = id.bytes.size(); i-- > 0;) {
    if (++id.bytes[i] != 0) break;
  }
  return id;
}

// A day's work in one area: schools by the day they were visited, some minutes
// apart.
WireBatch MakeBatch(const std::string& area,
                    const std::vector<const School*>& schools,
                    std::uint32_t date_field, Random& random) {
  WireBatch batch;
  batch.area = area;
  batch.conversation.person = StrCat("enumerator_", area);
  batch.conversation.log = LogName{random.Next()};
  batch.conversation.form = 1;
  const std::uint64_t boot = random.Next();
  const std::int64_t booted =
      static_cast<std::int64_t>(random.Below(86'400'000));
  const Position base{batch.conversation.log, 1000 + random.Below(60'000)};
  RecordId id = AnyId(random);
  std::int64_t day = 0;
  std::int64_t within = 0;
  for (const School* const school : schools) {
    const std::int64_t today = DayOf(*school, date_field);
    if (today > day) within = 8 * 3'600'000;
    day = std::max(day, today);
    within += 300'000 + static_cast<std::int64_t>(random.Below(1'200'000));
    Change change;
    change.creates = true;
    change.record = id = After(id);
    change.form = 1;
    change.person = batch.conversation.person;
    change.positions = {base};
    change.clock.boot = boot;
    change.clock.wall_ms = day * kMsPerDay + within;
    change.clock.mono_ms = change.clock.wall_ms - 15'000 * kMsPerDay + booted;
    change.ops.push_back(Set(kAreaField, Value::Text(area)));
    change.ops.push_back(Set(kAssigneeField, Value::Text(change.person)));
    for (const auto& [field, value] : school->answers) {
      change.ops.push_back(Set(field, value));
    }
    Op status;
    status.kind = OpKind::kSetStatus;
    status.to = RecordStatus::kSubmitted;
    change.ops.push_back(status);
    batch.rows.push_back(EncodeChange(change));
    batch.changes.push_back(std::move(change));
  }
  batch.conversation.clock = batch.changes.back().clock;
  const auto ago = static_cast<std::int64_t>(60'000 + random.Below(3'600'000));
  batch.conversation.clock.wall_ms += ago;
  batch.conversation.clock.mono_ms += ago;
  return batch;
}

}  // namespace

absl::StatusOr<WireForm> ReadWireForm(const std::string& xform) {
  WireForm made;
  Survey survey;
  ASSIGN_OR_RETURN(made.form, ReadXForm(xform, {}));
  made.numbering = Extend(Numbering(), made.form);
  survey.forms.push_back({made.form, 1});
  survey.numbering = made.numbering;
  survey.schema.Add(made.form, made.numbering, survey.config);
  const v1::FormVersion version = server::FormToWire(survey, 1);
  ASSIGN_OR_RETURN(made.device,
                   client::DeviceForm::Read(version.SerializeAsString()));
  made.layouts.emplace(1, wire::LayoutOf(made.form, made.numbering));
  return made;
}

absl::StatusOr<WireRecords> MakeWireRecords(const CensusCsv& csv,
                                            const WireForm& form) {
  ASSIGN_OR_RETURN(Census census, ReadCensus(csv, form.device));
  WireRecords records;
  std::set<std::uint32_t> left_out;
  for (const MappedColumn& column : csv.columns()) {
    if (column.path.empty()) continue;
    if (NotAnswered().contains(column.name)) {
      left_out.insert(form.device.Find(column.path)->number);
    } else {
      records.columns.push_back(column.name);
    }
  }
  std::map<std::string, std::vector<const School*>> areas;
  for (School& school : census.schools) {
    std::erase_if(school.answers, [&left_out](const auto& answer) {
      return left_out.contains(answer.first);
    });
    // As a form is filled.
    std::stable_sort(
        school.answers.begin(), school.answers.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    areas[school.area].push_back(&school);
  }
  const client::DeviceField* const date = form.device.Find("date");
  const std::uint32_t date_field = date == nullptr ? 0 : date->number;
  Random random(2014);
  std::size_t place = 0;
  for (auto& [area, schools] : areas) {
    if (schools.size() < kBatchRecords) continue;
    schools.resize(kBatchRecords);
    std::stable_sort(schools.begin(), schools.end(),
                     [date_field](const School* a, const School* b) {
                       return DayOf(*a, date_field) < DayOf(*b, date_field);
                     });
    const bool train = place++ % 5 < 2;
    auto& batches = train ? records.training : records.tested;
    const std::size_t most = train ? kTrainingAreasMax : kTestedAreasMax;
    if (batches.size() == most) continue;
    batches.push_back(MakeBatch(area, schools, date_field, random));
    batches.back().conversation.layouts = &form.layouts;
  }
  if (records.training.size() < wire::Statistics::kPeopleMin ||
      records.tested.empty()) {
    return absl::InvalidArgumentError(
        StrCat("the register has too few areas with ", kBatchRecords,
               " schools to train statistics and test them"));
  }
  return records;
}

}  // namespace chasqui::benchmarks
