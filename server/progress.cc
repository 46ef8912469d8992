#include "server/progress.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/heartbeat.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/change.h"

namespace chasqui::server {
namespace {

using Lines = std::map<std::string, v1::ProgressLine, std::less<>>;

// Adds `count` to what `kind`, the last part of a counter's name, stands for.
void Count(std::string_view kind, std::int64_t count, v1::ProgressLine& line) {
  if (kind == "open") return line.set_open(line.open() + count);
  if (kind == "decided") return line.set_decided(line.decided() + count);
  switch (ParseRecordStatus(kind)) {
    case RecordStatus::kNone:
      return line.set_no_status(line.no_status() + count);
    case RecordStatus::kAssigned:
      return line.set_assigned(line.assigned() + count);
    case RecordStatus::kDraft:
      return line.set_draft(line.draft() + count);
    case RecordStatus::kSubmitted:
      return line.set_submitted(line.submitted() + count);
    case RecordStatus::kApproved:
      return line.set_approved(line.approved() + count);
    case RecordStatus::kReturned:
      return line.set_returned(line.returned() + count);
  }
}

void AddUp(const v1::ProgressLine& part, v1::ProgressLine& whole) {
  whole.set_assigned(whole.assigned() + part.assigned());
  whole.set_draft(whole.draft() + part.draft());
  whole.set_submitted(whole.submitted() + part.submitted());
  whole.set_approved(whole.approved() + part.approved());
  whole.set_returned(whole.returned() + part.returned());
  whole.set_no_status(whole.no_status() + part.no_status());
  whole.set_open(whole.open() + part.open());
  whole.set_decided(whole.decided() + part.decided());
}

// Counters "PREFIX/KEY/KIND", as one line a key.
absl::StatusOr<Lines> LinesOf(const Reader& reader, std::string_view prefix) {
  ASSIGN_OR_RETURN(const auto counters, reader.Counters(prefix));
  Lines lines;
  for (const auto& [name, count] : counters) {
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    const std::size_t slash = rest.rfind('/');
    if (slash == std::string_view::npos) continue;
    v1::ProgressLine& line = lines[std::string(rest.substr(0, slash))];
    Count(rest.substr(slash + 1), count, line);
  }
  return lines;
}

// What each area wants: what is said of it, or what those in it want. Those in
// none, together, under the empty code.
std::map<std::string, std::uint64_t, std::less<>> TargetsOf(
    const std::vector<Area>& areas) {
  std::map<std::string, std::uint64_t, std::less<>> targets;
  if (std::none_of(areas.begin(), areas.end(),
                   [](const Area& area) { return area.target != 0; })) {
    return targets;
  }
  for (auto area = areas.rbegin(); area != areas.rend(); ++area) {
    std::uint64_t& target = targets[area->code];
    if (area->target != 0) target = area->target;
    targets[area->parent] += target;
  }
  return targets;
}

absl::StatusOr<v1::ProgressLine> Total(const Reader& reader) {
  v1::ProgressLine total;
  ASSIGN_OR_RETURN(const auto records, reader.Counters("records/"));
  for (const auto& [name, count] : records) {
    Count(std::string_view(name).substr(name.find('/') + 1), count, total);
  }
  ASSIGN_OR_RETURN(const std::int64_t open, reader.Counter("open"));
  ASSIGN_OR_RETURN(const std::int64_t decided, reader.Counter("decided"));
  ASSIGN_OR_RETURN(const std::int64_t held, reader.Counter("held"));
  total.set_open(open);
  total.set_decided(decided);
  total.set_held(held);
  total.set_target(TargetsOf(reader.survey().config.areas)[""]);
  return total;
}

// Every area, with all below it: leaves are counted, the rest is added up.
absl::Status ByArea(const Reader& reader, v1::GetProgressResponse& response) {
  const std::vector<Area>& areas = reader.survey().config.areas;
  ASSIGN_OR_RETURN(Lines lines, LinesOf(reader, "area/"));
  // Parents come before children, so from the back each is complete in turn.
  for (auto area = areas.rbegin(); area != areas.rend(); ++area) {
    const v1::ProgressLine whole = lines[area->code];
    if (!area->parent.empty()) AddUp(whole, lines[area->parent]);
  }
  auto targets = TargetsOf(areas);
  for (const Area& area : areas) {
    v1::ProgressLine& line = *response.add_lines();
    line = lines[area.code];
    line.set_target(targets[area.code]);
    line.set_key(area.code);
    line.set_title(area.name);
    line.set_parent(area.parent);
  }
  return absl::OkStatus();
}

absl::Status ByPerson(const Reader& reader, v1::GetProgressResponse& response) {
  constexpr std::string_view kHeld = "held/person/";
  ASSIGN_OR_RETURN(Lines lines, LinesOf(reader, "person/"));
  ASSIGN_OR_RETURN(const auto held, reader.Counters(kHeld));
  for (const auto& [name, count] : held) {
    lines[name.substr(kHeld.size())].set_held(count);
  }
  for (auto& [name, line] : lines) {
    line.set_key(name);
    *response.add_lines() = std::move(line);
  }
  return absl::OkStatus();
}

absl::Status ByDay(const Reader& reader, v1::GetProgressResponse& response) {
  constexpr std::string_view kDay = "day/";
  ASSIGN_OR_RETURN(const auto days, reader.Counters(kDay));
  for (const auto& [name, count] : days) {
    v1::ProgressLine& line = *response.add_lines();
    line.set_key(name.substr(kDay.size()));
    line.set_submitted(count);
  }
  return absl::OkStatus();
}

absl::Status ByDevice(const Reader& reader, const access::Contacts& contacts,
                      v1::GetProgressResponse& response) {
  Lines lines;
  ASSIGN_OR_RETURN(const std::vector<Device> devices, reader.Devices());
  for (const Device& device : devices) {
    v1::ProgressLine& line = lines[device.name];
    ASSIGN_OR_RETURN(const auto latest, reader.FindEntry(device.latest));
    if (latest.has_value()) line.set_last_contact_ms(latest->received_ms);
    for (const Incarnation& branch : device.incarnations) {
      line.set_last_number(std::max(line.last_number(), branch.end));
    }
  }
  for (const auto& [name, contact] : contacts.All()) {
    for (const access::v1::SurveyContact& survey : contact.surveys()) {
      if (survey.survey() != reader.survey().name) continue;
      v1::ProgressLine& line = lines[name];
      line.set_last_contact_ms(
          std::max(line.last_contact_ms(), survey.called_ms()));
      if (contact.bytes_per_s() > 0) LinkToWire(contact, *line.mutable_link());
    }
  }
  for (auto& [name, line] : lines) {
    line.set_key(name);
    *response.add_lines() = std::move(line);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::GetProgressResponse> ProgressOf(
    const Reader& reader, const access::Contacts& contacts,
    v1::ProgressGrouping by) {
  v1::GetProgressResponse response;
  ASSIGN_OR_RETURN(*response.mutable_total(), Total(reader));
  response.set_head(reader.head());
  response.set_accepted_is_durable(reader.survey().config.accepted_is_durable);
  absl::Status status;
  switch (by) {
    case v1::PROGRESS_GROUPING_UNSPECIFIED:
    case v1::PROGRESS_GROUPING_SURVEY:
      break;
    case v1::PROGRESS_GROUPING_AREA:
      status = ByArea(reader, response);
      break;
    case v1::PROGRESS_GROUPING_PERSON:
      status = ByPerson(reader, response);
      break;
    case v1::PROGRESS_GROUPING_DAY:
      status = ByDay(reader, response);
      break;
    case v1::PROGRESS_GROUPING_DEVICE:
      status = ByDevice(reader, contacts, response);
      break;
    default:
      status = absl::InvalidArgumentError("the grouping is unknown");
  }
  RETURN_IF_ERROR(status);
  return response;
}

}  // namespace chasqui::server
