#include "server/fleet.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include "server/access/organisation.h"
#include "server/heartbeat.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::server {
namespace {

using access::Caller;

// Who collects: those whose devices a survey manager may manage.
bool Collects(Role role) {
  return role == Role::kSupervisor || role == Role::kEnumerator ||
         role == Role::kRespondent;
}

// OK: in some survey `caller` manages, `person` collects, and in none is
// `person` more than that.
absl::Status ManagesDevicesOf(const Caller& caller, const std::string& person,
                              const Surroundings& around) {
  bool managed = false;
  for (const std::string& name : around.catalog.List()) {
    ASSIGN_OR_RETURN(const SurveyStore* const store, around.catalog.Find(name));
    ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
    const Member* const member = reader->survey().FindMember(person);
    if (member == nullptr || member->left != 0) continue;
    const bool manages =
        access::Authorize(caller, reader->survey(), access::Right::kConfigure)
            .ok();
    if (!Collects(member->role)) {
      managed = false;
      break;
    }
    managed |= manages;
  }
  if (managed && !around.organisation->IsOwner(person)) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(
      "only an owner of the organisation, or the manager of a survey that they "
      "collect in, may do this");
}

// The numbers of both enums are the same.
static_assert(static_cast<int>(v1::DEVICE_STANDING_ACTIVE) ==
              static_cast<int>(access::v1::DEVICE_STATE_ACTIVE));
static_assert(static_cast<int>(v1::DEVICE_STANDING_LOCKED) ==
              static_cast<int>(access::v1::DEVICE_STATE_LOCKED));
static_assert(static_cast<int>(v1::DEVICE_STANDING_WIPING) ==
              static_cast<int>(access::v1::DEVICE_STATE_WIPING));
static_assert(static_cast<int>(v1::DEVICE_STANDING_WIPED) ==
              static_cast<int>(access::v1::DEVICE_STATE_WIPED));
static_assert(static_cast<int>(v1::DEVICE_STANDING_REVOKED) ==
              static_cast<int>(access::v1::DEVICE_STATE_REVOKED));
v1::DeviceStanding ToWire(access::v1::DeviceState state) {
  return static_cast<v1::DeviceStanding>(state);
}

// Whether the device should have called, and has not.
bool IsSilent(const access::Device& device, std::int64_t called_ms,
              std::int64_t before_ms) {
  return device.state == access::v1::DEVICE_STATE_ACTIVE &&
         std::max(called_ms, device.enrolled_ms) <= before_ms;
}

// How many versions of its form each survey has.
std::map<std::string, std::uint32_t> FormsPublished(
    const Surroundings& around) {
  std::map<std::string, std::uint32_t> forms;
  for (const std::string& name : around.catalog.List()) {
    const auto store = around.catalog.Find(name);
    if (!store.ok()) continue;
    const auto reader = (*store)->Snapshot();
    if (!reader.ok()) continue;
    forms[name] = static_cast<std::uint32_t>((*reader)->survey().forms.size());
  }
  return forms;
}

v1::Device ToWire(const std::string& name, const access::Device& device,
                  const access::v1::Contact* contact,
                  const std::map<std::string, std::uint32_t>& forms) {
  v1::Device out;
  out.set_name(name);
  out.set_person(device.person);
  out.set_standing(ToWire(device.state));
  out.set_enrolled_ms(device.enrolled_ms);
  if (contact == nullptr) return out;
  ContactToWire(*contact, out);
  for (v1::DeviceSurvey& survey : *out.mutable_surveys()) {
    const auto published = forms.find(survey.survey());
    if (published == forms.end()) continue;
    survey.set_forms_published(published->second);
  }
  return out;
}

}  // namespace

absl::Status MayManage(const Caller& caller, const std::string& person,
                       const Surroundings& around) {
  if (access::AuthorizeOwner(caller).ok()) return absl::OkStatus();
  if (caller.person.empty()) return access::AuthorizeOwner(caller);
  return ManagesDevicesOf(caller, person, around);
}

absl::Status ListFleet(const Surroundings& around, const Caller& caller,
                       const v1::ListDevicesRequest& request,
                       v1::ListDevicesResponse& response) {
  const access::Members members = around.organisation->members();
  const access::Contacts::ByDevice contacts = around.contacts.All();
  const std::map<std::string, std::uint32_t> forms = FormsPublished(around);
  const auto wanted = [](const std::string& asked, const std::string& is) {
    return asked.empty() || asked == is;
  };
  std::map<std::string, bool> managed;  // by person
  for (const auto& [name, device] : members.devices) {
    if (!wanted(request.person(), device.person) ||
        !wanted(request.device(), name)) {
      continue;
    }
    const auto [manages, is_new] = managed.try_emplace(device.person);
    if (is_new) manages->second = MayManage(caller, device.person, around).ok();
    if (!manages->second) continue;
    const auto known = contacts.find(name);
    const auto* const contact =
        known == contacts.end() ? nullptr : &known->second;
    const std::int64_t called = contact == nullptr ? 0 : contact->called_ms();
    if (request.silent_ms() > 0 &&
        !IsSilent(device, called, around.NowMs() - request.silent_ms())) {
      continue;
    }
    *response.add_devices() = ToWire(name, device, contact, forms);
  }
  if (!request.device().empty() && response.devices().empty()) {
    return absl::NotFoundError(StrCat("there is no device ", request.device()));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::server
