// `chasqui fleet`: devices come in, are looked after, and are stopped.

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "chasqui/v1/access_service.grpc.pb.h"
#include "client/invitation.h"
#include "server/commands/commands.h"
#include "server/commands/files.h"
#include "server/commands/json.h"
#include "server/commands/qr_code.h"
#include "server/commands/remote.h"
#include "server/commands/table.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

using AccessStub = v1::AccessService::Stub;

constexpr std::int64_t kDayMs = 86'400'000;

struct FleetOptions {
  Remote remote;
  std::string person;
  std::string reached_at;
  std::string trust;
  std::string device;
  std::int64_t valid_days = 7;
  std::string silent;
  bool json = false;
};

std::string StandingText(v1::DeviceStanding standing) {
  switch (standing) {
    case v1::DEVICE_STANDING_ACTIVE:
      return "active";
    case v1::DEVICE_STANDING_LOCKED:
      return "locked";
    case v1::DEVICE_STANDING_WIPING:
      return "to be wiped";
    case v1::DEVICE_STANDING_WIPED:
      return "wiped";
    case v1::DEVICE_STANDING_REVOKED:
      return "revoked";
    default:
      return "unknown";
  }
}

// What goes with the code, and can be wrong without the server.
absl::StatusOr<client::Invitation> InvitationOf(const FleetOptions& options) {
  if (options.trust.empty())
    return client::Invitation{"", options.reached_at, {}};
  ASSIGN_OR_RETURN(const std::string pem, ReadFile(options.trust));
  return client::InvitationByTls(options.reached_at, pem);
}

absl::Status InviteDevice(const FleetOptions& options) {
  ASSIGN_OR_RETURN(client::Invitation invitation, InvitationOf(options));
  v1::InviteDeviceRequest request;
  request.set_person(options.person);
  request.set_valid_ms(options.valid_days * kDayMs);
  AccessStub stub(options.remote.Channel());
  v1::InviteDeviceResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &AccessStub::InviteDevice, request, response));
  invitation.code = response.code();
  if (isatty(STDOUT_FILENO) == 1) {
    std::fputs(QrCode(client::InvitationText(invitation)).c_str(), stdout);
  }
  std::printf("%s\n", response.code().c_str());
  std::string pins;
  for (const std::string& pin : invitation.pins) pins += StrCat(" --pin ", pin);
  std::fprintf(
      stderr,
      "For one device of %s, until %s:\n"
      "  chasqui device init … --server %s%s --code %s\n",
      options.person.c_str(), MomentText(response.expires_ms()).c_str(),
      options.reached_at.empty() ? "HOST:PORT" : options.reached_at.c_str(),
      pins.c_str(), response.code().c_str());
  return absl::OkStatus();
}

// "90m", "12h" or "3d".
absl::StatusOr<std::int64_t> DurationMs(const std::string& text) {
  std::size_t used = 0;
  std::int64_t count = 0;
  try {
    count = std::stoll(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const std::string unit = text.substr(used);
  const std::int64_t unit_ms = unit == "m"   ? 60'000
                               : unit == "h" ? 3'600'000
                               : unit == "d" ? kDayMs
                                             : 0;
  if (used == 0 || count <= 0 || count > 1'000'000 || unit_ms == 0) {
    return absl::InvalidArgumentError(
        StrCat("\"", text, "\" is no time: give one such as 90m, 12h or 3d"));
  }
  return count * unit_ms;
}

absl::Status ListDevices(const FleetOptions& options) {
  v1::ListDevicesRequest request;
  request.set_person(options.person);
  if (!options.silent.empty()) {
    ASSIGN_OR_RETURN(const std::int64_t silent, DurationMs(options.silent));
    request.set_silent_ms(silent);
  }
  AccessStub stub(options.remote.Channel());
  v1::ListDevicesResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &AccessStub::ListDevices, request, response));
  Table table({"device", "person", "standing", "enrolled", "last called"});
  for (const v1::Device& device : response.devices()) {
    if (options.json) {
      std::printf("%s\n", ToJson(device).c_str());
      continue;
    }
    table.Add({Printable(device.name()), Printable(device.person()),
               StandingText(device.standing()),
               MomentText(device.enrolled_ms()),
               MomentText(device.called_ms())});
  }
  if (!options.json) std::fputs(table.ToText().c_str(), stdout);
  // For whoever watches over them.
  if (!options.silent.empty() && response.devices_size() > 0) {
    return absl::FailedPreconditionError(
        StrCat(response.devices_size(), " silent for ", options.silent));
  }
  return absl::OkStatus();
}

std::string Ahead(std::int64_t ms) {
  const std::int64_t seconds = (ms < 0 ? -ms : ms) / 1'000;
  if (seconds == 0) return "right";
  return StrCat(seconds, " s ", ms < 0 ? "behind" : "ahead");
}

// A line each of what is known.
void PrintHeartbeat(const v1::Device& device) {
  const v1::Heartbeat& said = device.heartbeat();
  if (said.has_app())
    std::printf("app          %s\n", Printable(said.app()).c_str());
  if (said.has_unsent()) {
    std::printf("unsent       %u", said.unsent());
    if (said.unsent() > 0) {
      std::printf(", the oldest made %u s before", said.oldest_unsent_s());
    }
    std::printf("\n");
  }
  if (said.has_storage_free_mib()) {
    std::printf("storage      %u MiB free\n", said.storage_free_mib());
  }
  if (said.has_battery_percent()) {
    std::printf("battery      %u %%\n", said.battery_percent());
  }
  if (device.has_link()) {
    std::printf("link         %u B/s, %u ms an exchange, holds for %u s\n",
                device.link().bytes_per_s(), device.link().overhead_ms(),
                device.link().drop_interval_ms() / 1'000);
  }
}

absl::Status ShowDevice(const FleetOptions& options) {
  v1::ListDevicesRequest request;
  request.set_device(options.device);
  AccessStub stub(options.remote.Channel());
  v1::ListDevicesResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &AccessStub::ListDevices, request, response));
  for (const v1::Device& device : response.devices()) {
    if (options.json) {
      std::printf("%s\n", ToJson(device).c_str());
      continue;
    }
    std::printf("device       %s\nperson       %s\nstanding     %s\n",
                Printable(device.name()).c_str(),
                Printable(device.person()).c_str(),
                StandingText(device.standing()).c_str());
    std::printf("enrolled     %s\n", MomentText(device.enrolled_ms()).c_str());
    if (device.called_ms() == 0) {
      std::printf("last called  never\n");
      continue;
    }
    std::printf("last called  %s, its clock %s\n",
                MomentText(device.called_ms()).c_str(),
                Ahead(device.clock_ahead_ms()).c_str());
    PrintHeartbeat(device);
    for (const v1::DeviceSurvey& survey : device.surveys()) {
      std::printf("survey       %s, %s, form version %u of %u\n",
                  Printable(survey.survey()).c_str(),
                  MomentText(survey.called_ms()).c_str(), survey.forms(),
                  survey.forms_published());
    }
  }
  return absl::OkStatus();
}

absl::Status ChangeDevice(const FleetOptions& options,
                          v1::DeviceStanding standing) {
  v1::ChangeDeviceRequest request;
  request.set_device(options.device);
  request.set_standing(standing);
  AccessStub stub(options.remote.Channel());
  v1::ChangeDeviceResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &AccessStub::ChangeDevice, request, response));
  std::printf("%s is %s\n", options.device.c_str(),
              StandingText(standing).c_str());
  return absl::OkStatus();
}

void AddEnrol(CLI::App& fleet, Chosen& chosen) {
  const auto options = std::make_shared<FleetOptions>();
  CLI::App* const enrol = fleet.add_subcommand(
      "enrol",
      "Give out a code by which one device may come in, once.\n\n"
      "Prints the code, and on a terminal a QR code of it.");
  AddRemoteOptions(*enrol, options->remote);
  enrol->add_option("--user", options->person, "Whose device it will be")
      ->required()
      ->type_name("PERSON");
  enrol
      ->add_option("--valid-days", options->valid_days,
                   "For how many days the code is good")
      ->check(CLI::Range(1, 90))
      ->capture_default_str()
      ->type_name("N");
  enrol
      ->add_option("--reached-at", options->reached_at,
                   "Where devices reach the server, such as "
                   "grpcs://field.example.org:443: for the QR code")
      ->type_name("ADDRESS");
  enrol
      ->add_option("--trust", options->trust,
                   "Certificate by which devices shall know the server, PEM, "
                   "for the QR code: its own, or its authority's, which it "
                   "must show; of a chain the last counts. Without it they "
                   "trust the authorities that tablets do")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  enrol->callback([options, &chosen] {
    chosen = [options] { return InviteDevice(*options); };
  });
}

void AddList(CLI::App& fleet, Chosen& chosen) {
  const auto options = std::make_shared<FleetOptions>();
  CLI::App* const list =
      fleet.add_subcommand("list", "List devices, and how they stand");
  AddRemoteOptions(*list, options->remote);
  list->add_option("--user", options->person, "Only theirs")
      ->type_name("PERSON");
  list->add_option("--silent", options->silent,
                   "Only active ones that were not heard of for so long, such "
                   "as 3d; exits 1 if there are any")
      ->type_name("TIME");
  list->add_flag("--json", options->json, "A line of JSON each");
  list->callback([options, &chosen] {
    chosen = [options] { return ListDevices(*options); };
  });
}

void AddShow(CLI::App& fleet, Chosen& chosen) {
  const auto options = std::make_shared<FleetOptions>();
  CLI::App* const show = fleet.add_subcommand(
      "show", "Show a device: how it stands, and how it was when it called");
  AddRemoteOptions(*show, options->remote);
  show->add_option("DEVICE", options->device, "The device")->required();
  show->add_flag("--json", options->json, "As a line of JSON");
  show->callback([options, &chosen] {
    chosen = [options] { return ShowDevice(*options); };
  });
}

void AddChange(CLI::App& fleet, const char* name, const char* help,
               v1::DeviceStanding standing, Chosen& chosen) {
  const auto options = std::make_shared<FleetOptions>();
  CLI::App* const change = fleet.add_subcommand(name, help);
  AddRemoteOptions(*change, options->remote);
  change->add_option("DEVICE", options->device, "The device")->required();
  change->callback([options, standing, &chosen] {
    chosen = [options, standing] { return ChangeDevice(*options, standing); };
  });
}

}  // namespace

void AddFleet(CLI::App& app, Chosen& chosen) {
  CLI::App* const fleet = app.add_subcommand(
      "fleet", "Devices: enrol, list, show, lock, wipe, revoke");
  fleet->require_subcommand(1);
  AddEnrol(*fleet, chosen);
  AddList(*fleet, chosen);
  AddShow(*fleet, chosen);
  AddChange(*fleet, "lock",
            "Lock a device: it gets nothing, and what it sends waits in "
            "quarantine",
            v1::DEVICE_STANDING_LOCKED, chosen);
  AddChange(*fleet, "unlock", "Let a locked device sync again",
            v1::DEVICE_STANDING_ACTIVE, chosen);
  AddChange(*fleet, "wipe",
            "Have a device hand in what it has, and forget everything, at its "
            "next contact",
            v1::DEVICE_STANDING_WIPING, chosen);
  AddChange(*fleet, "revoke", "Let a device in no more",
            v1::DEVICE_STANDING_REVOKED, chosen);
}

}  // namespace chasqui::commands
