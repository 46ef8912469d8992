#include "sync/counters.h"

#include "sync/base/str_cat.h"
#include "sync/civil_time.h"

namespace chasqui {
Standing StandingOf(const Record& record, std::int32_t utc_offset_minutes) {
  Standing standing;
  if (record.gone) return standing;
  standing.counted = true;
  standing.status = record.status();
  standing.area = record.area();
  standing.assignee = record.assignee();
  standing.open = record.open_conflicts() > 0;
  standing.decided = record.decided_conflicts > 0;
  if (record.submitted_ms != 0) {
    standing.day = DayOf(record.submitted_ms, utc_offset_minutes);
  }
  return standing;
}

std::vector<std::string> CountersOf(const Standing& standing) {
  std::vector<std::string> counters;
  if (!standing.counted) return counters;
  std::vector<std::string> kinds = {std::string(ToText(standing.status))};
  if (standing.open) kinds.emplace_back("open");
  if (standing.decided) kinds.emplace_back("decided");
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const std::string& kind = kinds[i];
    counters.push_back(i == 0 ? StrCat("records/", kind) : kind);
    if (!standing.area.empty()) {
      counters.push_back(StrCat("area/", standing.area, "/", kind));
    }
    if (!standing.assignee.empty()) {
      counters.push_back(StrCat("person/", standing.assignee, "/", kind));
    }
  }
  if (standing.day != 0) {
    counters.push_back(StrCat("day/", FormatDay(standing.day)));
  }
  return counters;
}

std::vector<std::string> CountersOfHeld(std::string_view person) {
  std::vector<std::string> counters = {"held"};
  if (!person.empty()) counters.push_back(StrCat("held/person/", person));
  return counters;
}

void Recount(const Standing& before, const Standing& after, State& state) {
  if (before == after) return;
  for (const std::string& counter : CountersOf(before)) {
    state.Count(counter, -1);
  }
  for (const std::string& counter : CountersOf(after)) state.Count(counter, 1);
}

}  // namespace chasqui
