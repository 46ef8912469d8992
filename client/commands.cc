#include "client/commands.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "client/device_form.h"
#include "client/edit_file.h"
#include "client/installed.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/value_text.h"

namespace chasqui::client {
namespace {

using Chosen = std::function<absl::Status()>;

struct Options {
  std::string store;
  Installation installation;
  std::string server;
  std::string file;
  std::string made;
  std::string stats;
  std::string record;
  std::string area;
  std::string status;
  std::vector<std::string> set;
  std::vector<std::string> clear;
  bool create = false;
  bool remove = false;
  bool until_empty = false;
  bool count = false;
  bool json = false;
  std::int64_t timeout_s = 300;
};

std::string ToJson(const google::protobuf::Struct& object) {
  std::string text;
  const auto written =
      google::protobuf::util::MessageToJsonString(object, &text);
  if (!written.ok()) text = "{}";
  return text;
}

void SetText(const std::string& name, const std::string& text,
             google::protobuf::Struct& object) {
  (*object.mutable_fields())[name].set_string_value(text);
}

absl::StatusOr<DeviceForm> NewestForm(const LocalSurvey& survey) {
  ASSIGN_OR_RETURN(const std::vector<std::string> forms, survey.Forms());
  if (forms.empty()) {
    return absl::FailedPreconditionError(
        "the device has no form yet: run `device sync` first");
  }
  return DeviceForm::Read(forms.back());
}

// ---- init, sync

absl::Status Init(const Options& options) {
  RETURN_IF_ERROR(Installed::Make(options.store, options.installation));
  std::printf("device %s of %s is ready in %s\n",
              options.installation.device.c_str(),
              options.installation.person.c_str(), options.store.c_str());
  return absl::OkStatus();
}

absl::Status WriteStats(const std::string& path, const Traffic& traffic) {
  if (path.empty()) return absl::OkStatus();
  std::ofstream file(path, std::ios::trunc);
  file << "{\"round_trips\": " << traffic.round_trips
       << ", \"bytes_sent\": " << traffic.bytes_sent
       << ", \"bytes_received\": " << traffic.bytes_received
       << ", \"attempts\": " << traffic.attempts << "}\n";
  file.close();
  return file ? absl::OkStatus()
              : absl::UnavailableError(StrCat("cannot write ", path));
}

void ShowProgress(const SyncProgress& progress) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r\033[K%s: exchange %llu, %llu changes to send%s",
               progress.survey.c_str(),
               static_cast<unsigned long long>(progress.exchanges),
               static_cast<unsigned long long>(progress.outbox),
               progress.more ? ", more to come" : "\n");
}

// Steps until the sync has ended, or `deadline_ms` of the monotonic clock.
absl::Status RunSync(Installed& installed, std::int64_t deadline_ms) {
  constexpr std::int64_t kStepMs = 100;
  Device& device = installed.device();
  SyncOptions options;
  options.progress = ShowProgress;
  device.Sync(options);
  while (device.state() != SyncState::kIdle) {
    const std::int64_t now = installed.clock().MonotonicMillis();
    if (now >= deadline_ms) {
      const absl::Status last = device.sync_status();
      device.Cancel();
      return absl::DeadlineExceededError(
          StrCat("not done in time; last: ",
                 last.ok() ? "under way" : StdView(last.message())));
    }
    RETURN_IF_ERROR(device.Step(now));
    installed.transport().Wait(kStepMs);
  }
  return device.sync_status();
}

absl::Status Sync(const Options& options) {
  ASSIGN_OR_RETURN(
      const std::unique_ptr<Installed> installed,
      Installed::Open(options.store, options.server, /*online=*/true));
  const std::int64_t deadline =
      installed->clock().MonotonicMillis() + options.timeout_s * 1'000;
  absl::Status status = RunSync(*installed, deadline);
  while (options.until_empty && installed->survey().outbox_size() > 0 &&
         status.ok()) {
    status = RunSync(*installed, deadline);
  }
  RETURN_IF_ERROR(WriteStats(options.stats, installed->transport().traffic()));
  return status;
}

// ---- edit

class MadeFile {
 public:
  absl::Status Open(const std::string& path) {
    if (path.empty()) return absl::OkStatus();
    file_.open(path, std::ios::app);
    return file_ ? absl::OkStatus()
                 : absl::UnavailableError(StrCat("cannot write ", path));
  }
  void Note(const WrittenSave& save, Installed& installed) {
    if (!file_.is_open()) return;
    const auto now =
        static_cast<double>(absl::ToUnixMillis(installed.clock().Now()));
    for (const auto& [path, value] : save.set) {
      google::protobuf::Struct line;
      SetText("record", ToText(save.record), line);
      SetText("path", path, line);
      SetText("person", installed.survey().state().person, line);
      auto& fields = *line.mutable_fields();
      if (value.has_value()) {
        fields["value"].set_string_value(*value);
      } else {
        fields["value"].set_null_value(google::protobuf::NULL_VALUE);
      }
      fields["wall_ms"].set_number_value(now);
      file_ << ToJson(line) << '\n';
    }
  }

 private:
  std::ofstream file_;
};

absl::Status EditFromFile(const Options& options, const DeviceForm& form,
                          Installed& installed) {
  std::ifstream file(options.file);
  if (!file) return absl::NotFoundError(StrCat("cannot read ", options.file));
  MadeFile made;
  RETURN_IF_ERROR(made.Open(options.made));
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const absl::StatusOr<WrittenSave> save = ReadSave(line);
    const absl::Status done =
        save.ok() ? DoSave(*save, form, installed.survey()) : save.status();
    if (!done.ok()) {
      return absl::Status(done.code(), StrCat(options.file, ":", number, ": ",
                                              StdView(done.message())));
    }
    made.Note(*save, installed);
  }
  return absl::OkStatus();
}

absl::StatusOr<WrittenSave> SaveFromOptions(const Options& options) {
  WrittenSave save;
  const auto uuid = ParseUuid(options.record);
  if (!uuid.has_value()) {
    return absl::InvalidArgumentError(
        StrCat("--record \"", options.record, "\" is no UUID"));
  }
  save.record.bytes = *uuid;
  if (options.create) save.kind = SaveKind::kCreate;
  if (options.remove) save.kind = SaveKind::kDelete;
  save.area = options.area;
  save.status = options.status;
  for (const std::string& pair : options.set) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(
          StrCat("--set \"", pair, "\" is not PATH=VALUE"));
    }
    save.set.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  for (const std::string& path : options.clear) {
    save.set.emplace_back(path, std::nullopt);
  }
  return save;
}

absl::Status EditRecords(const Options& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Installed> installed,
                   Installed::Open(options.store, "", /*online=*/false));
  ASSIGN_OR_RETURN(const DeviceForm form, NewestForm(installed->survey()));
  if (!options.file.empty()) return EditFromFile(options, form, *installed);
  ASSIGN_OR_RETURN(const WrittenSave save, SaveFromOptions(options));
  return DoSave(save, form, installed->survey());
}

// ---- list, outbox

std::string TextOf(const FieldState& field, const DeviceForm& form) {
  const DeviceField* const known = form.Find(field.field);
  return FormatValue(
      field.value(), [known](std::uint32_t number) -> const std::string* {
        if (known == nullptr) return nullptr;
        const auto code = known->codes.find(number);
        return code == known->codes.end() ? nullptr : &code->second;
      });
}

std::string NameOf(const FieldState& field, const DeviceForm& form) {
  switch (field.field) {
    case kStatusField:
      return "_status";
    case kAreaField:
      return "_area";
    case kAssigneeField:
      return "_assignee";
    default:
      break;
  }
  const DeviceField* const known = form.Find(field.field);
  std::string name = known == nullptr ? StrCat("#", field.field) : known->path;
  if (field.choice == 0) return name;
  const auto code = known == nullptr ? decltype(known->codes.end()){}
                                     : known->codes.find(field.choice);
  return known != nullptr && code != known->codes.end()
             ? StrCat(name, "/", code->second)
             : StrCat(name, "/#", field.choice);
}

std::string ShownText(const FieldState& field, const DeviceForm& form) {
  if (field.field == kStatusField && field.value().kind == ValueKind::kChoice) {
    return std::string(
        ToText(static_cast<RecordStatus>(ChoiceOf(field.value()))));
  }
  return TextOf(field, form);
}

void PrintRecord(const RecordView& view, const DeviceForm& form, bool json) {
  google::protobuf::Struct object;
  SetText("_id", ToText(view.record.id), object);
  for (const FieldState& field : view.record.fields) {
    if (field.field == kExistenceField) continue;
    SetText(NameOf(field, form), ShownText(field, form), object);
  }
  (*object.mutable_fields())["_pending"].set_number_value(
      static_cast<double>(view.pending.size()));
  (*object.mutable_fields())["_quarantined"].set_number_value(
      static_cast<double>(view.quarantined.size()));
  if (json) {
    std::printf("%s\n", ToJson(object).c_str());
    return;
  }
  std::printf("%s  %zu rows, %zu pending, %zu in quarantine%s\n",
              ToText(view.record.id).c_str(), view.record.rows.size(),
              view.pending.size(), view.quarantined.size(),
              view.read_only ? ", read only" : "");
  for (const FieldState& field : view.record.fields) {
    if (field.field == kExistenceField) continue;
    std::printf("  %-40s %s%s\n", NameOf(field, form).c_str(),
                ShownText(field, form).c_str(),
                field.IsConflict() ? "   (conflict)" : "");
  }
}

absl::Status List(const Options& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Installed> installed,
                   Installed::Open(options.store, "", /*online=*/false));
  LocalSurvey& survey = installed->survey();
  ASSIGN_OR_RETURN(const DeviceForm form, NewestForm(survey));
  if (!options.record.empty()) {
    ASSIGN_OR_RETURN(const WrittenSave named, SaveFromOptions(options));
    ASSIGN_OR_RETURN(const RecordView view, survey.View(named.record));
    PrintRecord(view, form, options.json);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<RecordId> ids, survey.List());
  for (const RecordId& id : ids) {
    if (options.json) {
      ASSIGN_OR_RETURN(const RecordView view, survey.View(id));
      PrintRecord(view, form, true);
    } else {
      std::printf("%s\n", ToText(id).c_str());
    }
  }
  return absl::OkStatus();
}

absl::Status ShowOutbox(const Options& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Installed> installed,
                   Installed::Open(options.store, "", /*online=*/false));
  if (options.count) {
    std::printf("%llu\n", static_cast<unsigned long long>(
                              installed->survey().outbox_size()));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<StoredChange> outbox,
                   installed->survey().Outbox());
  for (const StoredChange& stored : outbox) {
    ASSIGN_OR_RETURN(const Change change, DecodeChange(stored.bytes));
    std::printf("%8llu  %s  %s%zu writes, %zu bytes\n",
                static_cast<unsigned long long>(stored.number),
                ToText(change.record).c_str(),
                change.creates ? "creates, " : "", change.ops.size(),
                stored.bytes.size());
  }
  return absl::OkStatus();
}

// ---- the command line

using Shared = std::shared_ptr<Options>;

CLI::App* Add(CLI::App& device, const char* name, const char* about,
              absl::Status (*run)(const Options&), const Shared& options,
              Chosen& chosen) {
  CLI::App* const command = device.add_subcommand(name, about);
  command->add_option("--store", options->store, "Directory of the device")
      ->required();
  command->callback([run, options, &chosen] {
    chosen = [run, options] { return run(*options); };
  });
  return command;
}

void AddInit(CLI::App& device, const Shared& options, Chosen& chosen) {
  CLI::App* const init = Add(device, "init", "Make a device in a directory",
                             Init, options, chosen);
  Installation& installation = options->installation;
  init->add_option("--device", installation.device, "Name of the device")
      ->required();
  init->add_option("--person", installation.person, "Who works on it")
      ->required();
  init->add_option("--survey", installation.survey, "Survey to work on")
      ->required();
  init->add_option("--server", installation.server, "HOST:PORT")
      ->default_str("127.0.0.1:7707");
}

void AddSync(CLI::App& device, const Shared& options, Chosen& chosen) {
  CLI::App* const sync =
      Add(device, "sync", "Send what waits and fetch what is new", Sync,
          options, chosen);
  sync->add_option("--server", options->server,
                   "HOST:PORT, instead of the one of `init`");
  sync->add_flag("--until-empty", options->until_empty,
                 "Go on until the outbox is empty");
  sync->add_option("--timeout", options->timeout_s, "Give up after, in seconds")
      ->capture_default_str();
  sync->add_option("--stats", options->stats,
                   "Write bytes and round trips to this file, as JSON");
}

void AddEdit(CLI::App& device, const Shared& options, Chosen& chosen) {
  CLI::App* const edit = Add(device, "edit", "Edit records, without a server",
                             EditRecords, options, chosen);
  CLI::Option* const file = edit->add_option(
      "--file", options->file, "Edits to make, one save a line (JSON)");
  edit->add_option("--made", options->made,
                   "Append the fields written to this file, as JSON lines");
  edit->add_option("--record", options->record, "UUID of the record")
      ->excludes(file);
  edit->add_flag("--create", options->create, "The record is new");
  edit->add_flag("--delete", options->remove, "Delete the record");
  edit->add_option("--area", options->area, "Area of a new record");
  edit->add_option("--set", options->set, "PATH=VALUE; may be repeated");
  edit->add_option("--clear", options->clear, "PATH; may be repeated");
  edit->add_option("--status", options->status,
                   "draft, submitted, approved, returned or assigned");
}

}  // namespace

void AddDeviceCommands(CLI::App& app, std::function<absl::Status()>& chosen) {
  CLI::App* const device = app.add_subcommand(
      "device",
      "A device on the command line, for training and field debugging.\n\n"
      "It has its own store and works without a server; only `sync` needs "
      "one.");
  device->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  options->installation.server = "127.0.0.1:7707";
  AddInit(*device, options, chosen);
  AddSync(*device, options, chosen);
  AddEdit(*device, options, chosen);
  CLI::App* const list = Add(*device, "list", "Show the records on the device",
                             List, options, chosen);
  list->add_option("RECORD", options->record, "Only this one, whole");
  list->add_flag("--json", options->json, "One JSON object a record");
  CLI::App* const outbox = Add(*device, "outbox", "Show what waits to be sent",
                               ShowOutbox, options, chosen);
  outbox->add_flag("--count", options->count, "Only how many changes");
}

}  // namespace chasqui::client
