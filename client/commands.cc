#include "client/commands.h"

#include <memory>

#include "client/command_options.h"

namespace chasqui::client {
namespace {

using Chosen = std::function<absl::Status()>;
using Shared = std::shared_ptr<Options>;

CLI::App* Add(CLI::App& device, const char* name, const char* about,
              absl::Status (*run)(const Options&), const Shared& options,
              Chosen& chosen) {
  CLI::App* const command = device.add_subcommand(name, about);
  command->add_option("--store", options->store, "Directory of the device")
      ->required()
      ->type_name("DIR");
  command->callback([run, options, &chosen] {
    chosen = [run, options] { return run(*options); };
  });
  return command;
}

void AddTrust(CLI::App& command, Installation& installation) {
  command
      .add_option("--pin", installation.pins,
                  "The server's key by TLS, or its authority's, as `chasqui "
                  "fleet enrol --trust` says it")
      ->type_name("sha256:…");
  command
      .add_option("--ca", installation.authorities_file,
                  "Certificates of the authorities that are trusted by TLS, "
                  "PEM; with neither, those that this system trusts")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
}

void AddInit(CLI::App& device, const Shared& options, Chosen& chosen) {
  CLI::App* const init = Add(device, "init", "Make a device in a directory",
                             Init, options, chosen);
  Installation& installation = options->installation;
  init->add_option("--device", installation.device, "Name of the device")
      ->required();
  CLI::Option* const code =
      init->add_option("--code", installation.code,
                       "The code of `chasqui fleet enrol`, by which the server "
                       "lets it in, once; or all that its QR code says");
  init->add_option("--person", installation.person,
                   "Who works on it, where the server believes names")
      ->excludes(code);
  init->add_option("--survey", installation.survey,
                   "Survey to work on; with a code, only if there are several");
  init->add_option("--server", installation.server,
                   "The server it is to sync with: HOST:PORT for gRPC, "
                   "http://HOST:PORT for HTTP/1.1; by TLS grpcs://HOST:PORT "
                   "or https://HOST:PORT")
      ->type_name("ADDRESS")
      ->default_str("127.0.0.1:7707");
  init->add_option("--http", installation.http,
                   "The same server's HTTP port, for when gRPC fails; with "
                   "grpcs:// it is the same port unless said")
      ->type_name("ADDRESS");
  AddTrust(*init, installation);
}

void AddEnrol(CLI::App& device, const Shared& options, Chosen& chosen) {
  CLI::App* const enrol = Add(
      device, "enrol",
      "Come in by a code, with all that is on the device: where the server\n"
      "does not know it any more, or has known it by its name alone",
      ComeIn, options, chosen);
  enrol
      ->add_option("--code", options->installation.code,
                   "The code of `chasqui fleet enrol`, or all that its QR code "
                   "says")
      ->required();
  enrol
      ->add_option("--server", options->installation.server,
                   "Where the server is now, if it has moved")
      ->type_name("ADDRESS");
  AddTrust(*enrol, options->installation);
}

void AddServer(CLI::App& command, const Shared& options) {
  command
      .add_option("--server", options->server,
                  "Another server than that of `init`")
      ->type_name("HOST:PORT");
  command
      .add_option("--http", options->http,
                  "Another HTTP port than that of `init`")
      ->type_name("HOST:PORT");
  command
      .add_option("--timeout", options->timeout_s, "Give up after, in seconds")
      ->capture_default_str();
}

void AddSync(CLI::App& device, const Shared& options, Chosen& chosen) {
  CLI::App* const sync =
      Add(device, "sync", "Send what waits and fetch what is new", Sync,
          options, chosen);
  AddServer(*sync, options);
  sync->add_flag("--until-empty", options->until_empty,
                 "Go on through errors until all is sent and fetched");
  sync->add_option("--stats", options->stats,
                   "Write bytes and round trips to this file, as JSON");
}

void AddSeed(CLI::App& device, const Shared& options, Chosen& chosen) {
  CLI::App* const seed =
      Add(device, "seed",
          "Begin with a bucket's starting file instead of fetching it all.\n\n"
          "The file is of `chasqui survey seed`, by whatever way it came. Its "
          "key\n"
          "is asked of the server, in one small exchange; what changed since "
          "it\n"
          "was made comes with the next `sync`. Of a file that is cut short, "
          "what\n"
          "is whole is taken, and the rest when all of it is there.",
          TakeStartingFiles, options, chosen);
  AddServer(*seed, options);
  seed->add_option("FILE", options->files, "The starting file")
      ->required()
      ->check(CLI::ExistingFile);
}

void AddEdit(CLI::App& device, const Shared& options, Chosen& chosen) {
  CLI::App* const edit = Add(
      device, "edit",
      "Edit records, without a server: one save, or those of a file.\n\n"
      "A file has one save a line, each an object of JSON:\n"
      "  {\"create\": ID, \"area\": CODE, \"set\": {PATH: TEXT, ...}}\n"
      "  {\"edit\": ID, \"set\": {PATH: TEXT or null}, \"status\": STATUS}\n"
      "  {\"delete\": ID}\n"
      "Null clears an answer. Values are written as exports write them; the\n"
      "choices of a select-multiple are separated by blanks.\n\n"
      "The first two may have \"rows\" of repeats, a list in the order done:\n"
      "  {\"add\": ROW, \"repeat\": PATH, \"set\": {...}}\n"
      "  {\"add\": ROW, \"repeat\": PATH, \"in\": ROW, \"set\": {...}}\n"
      "  {\"edit\": ROW, \"set\": {...}}\n"
      "  {\"delete\": ROW}\n"
      "ROW is a UUID; \"in\" is the row around it, where repeats are nested.\n"
      "For what is created or added it may be null: the device names it.",
      EditRecords, options, chosen);
  CLI::Option* const file = edit->add_option("--file", options->file,
                                             "Edits to make, one save a line");
  edit->add_option("--made", options->made,
                   "Append the fields written to this file, as JSON lines");
  edit->add_option("--record", options->record,
                   "UUID of the record; a new one may be without")
      ->excludes(file);
  edit->add_flag("--create", options->create, "The record is new");
  edit->add_flag("--delete", options->remove, "Delete the record");
  edit->add_option("--area", options->area, "Area of a new record")
      ->type_name("CODE");
  edit->add_option("--set", options->set, "An answer; may be repeated")
      ->type_name("PATH=VALUE");
  edit->add_option("--clear", options->clear,
                   "An answer to clear; may be repeated")
      ->type_name("PATH");
  edit->add_option("--status", options->status,
                   "draft, submitted, approved, returned or assigned")
      ->type_name("STATUS");
}

void AddSealing(CLI::App& device, const Shared& options, Chosen& chosen) {
  const auto files = [&options](CLI::App* command, const char* about) {
    command->add_option("FILE", options->files, about)
        ->required()
        ->check(CLI::ExistingFile);
  };
  CLI::App* const seal =
      Add(device, "seal",
          "Write what waits to be sent into a file that only the server can "
          "read.\n\n"
          "It may go by any way, through anybody's hands: `chasqui unseal` or\n"
          "another device (`device carry`) hands it in. What is sealed still\n"
          "waits: whatever way it comes by, it counts once.",
          SealIntoFile, options, chosen);
  seal->add_option("--out", options->out, "The file to write")
      ->required()
      ->type_name("FILE");
  files(Add(device, "receipt", "Take in what the server says of sealed changes",
            TakeReceiptFiles, options, chosen),
        "What came back for what was sealed here");
  files(Add(device, "carry",
            "Take what others have sealed to the server, at the next sync",
            CarryFiles, options, chosen),
        "What another device has sealed");
  CLI::App* const receipts =
      Add(device, "receipts",
          "Write what the server has for those whose files were carried.\n\n"
          "For each key a file KEY.receipts, for `device receipt`; what the "
          "server\nrefused comes back as a .refused. Neither is kept here.",
          FetchReceipts, options, chosen);
  receipts->add_option("--out", options->out, "The directory to write to")
      ->required()
      ->type_name("DIR");
}

}  // namespace

void AddDeviceCommands(CLI::App& app, std::function<absl::Status()>& chosen) {
  CLI::App* const device = app.add_subcommand(
      "device",
      "A device on the command line, for training and field debugging.\n\n"
      "It has its own store and works without a server; only `sync` "
      "and `seed` need one.");
  device->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  AddInit(*device, options, chosen);
  AddEnrol(*device, options, chosen);
  AddSync(*device, options, chosen);
  AddSeed(*device, options, chosen);
  AddEdit(*device, options, chosen);
  CLI::App* const list = Add(*device, "list", "Show the records on the device",
                             List, options, chosen);
  list->add_option("RECORD", options->record, "Only this one, whole");
  list->add_flag("--json", options->json, "One JSON object a record");
  CLI::App* const outbox = Add(*device, "outbox", "Show what waits to be sent",
                               ShowOutbox, options, chosen);
  outbox->add_flag("--count", options->count, "Only how many changes");
  AddSealing(*device, options, chosen);
}

}  // namespace chasqui::client
