// What the commands of `chasqui device` were told, and what each does.

#ifndef CHASQUI_CLIENT_COMMAND_OPTIONS_H_
#define CHASQUI_CLIENT_COMMAND_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/device_form.h"
#include "client/edit_file.h"
#include "client/installed.h"
#include "google/protobuf/struct.pb.h"

namespace chasqui::client {

struct Options {
  std::string store;
  Installation installation;
  std::string server;
  std::string http;
  std::string file;
  std::string made;
  std::string stats;
  std::string record;
  std::string area;
  std::string status;
  std::string out;
  std::vector<std::string> files;
  std::vector<std::string> set;
  std::vector<std::string> clear;
  bool create = false;
  bool remove = false;
  bool until_empty = false;
  bool count = false;
  bool json = false;
  std::int64_t timeout_s = 300;
};

// Each does its command and returns what went wrong, for people.
absl::Status Init(const Options& options);
absl::Status ComeIn(const Options& options);
absl::Status Sync(const Options& options);
absl::Status EditRecords(const Options& options);
absl::Status List(const Options& options);
absl::Status ShowOutbox(const Options& options);
absl::Status SealIntoFile(const Options& options);
absl::Status TakeReceiptFiles(const Options& options);
absl::Status CarryFiles(const Options& options);
absl::Status FetchReceipts(const Options& options);
absl::Status TakeStartingFiles(const Options& options);

// The save that `edit` without a file asks for; of `list`, the record alone.
absl::StatusOr<WrittenSave> SaveFromOptions(const Options& options);

// The newest form the device has. FailedPrecondition before its first sync.
absl::StatusOr<DeviceForm> NewestForm(const LocalSurvey& survey);

// One line of JSON.
std::string ToJson(const google::protobuf::Struct& object);
void SetText(const std::string& name, const std::string& text,
             google::protobuf::Struct& object);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_COMMAND_OPTIONS_H_
