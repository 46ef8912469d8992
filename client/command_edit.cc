#include <cstdio>
#include <fstream>
#include <memory>
#include <utility>

#include "client/command_options.h"
#include "google/protobuf/util/json_util.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

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
    google::protobuf::Struct line;
    SetText("record", ToText(save.record), line);
    SetText("person", installed.survey().state().person, line);
    (*line.mutable_fields())["wall_ms"].set_number_value(
        static_cast<double>(absl::ToUnixMillis(installed.clock().Now())));
    NoteSet(save.set, line);
    for (const WrittenRow& row : save.rows) {
      SetText("row", ToText(row.row), line);
      NoteSet(row.set, line);
    }
  }

 private:
  // A line for each answer: `line` with it.
  void NoteSet(const WrittenAnswers& set, google::protobuf::Struct& line) {
    for (const auto& [path, value] : set) {
      SetText("path", path, line);
      auto& fields = *line.mutable_fields();
      if (value.has_value()) {
        fields["value"].set_string_value(*value);
      } else {
        fields["value"].set_null_value(google::protobuf::NULL_VALUE);
      }
      file_ << ToJson(line) << '\n';
    }
  }

  std::ofstream file_;
};

// Says which name a new record got.
absl::Status NameAndSave(WrittenSave& save, const DeviceForm& form,
                         Installed& installed) {
  const bool unnamed = save.record.empty() && save.kind == SaveKind::kCreate;
  NameNew(save, installed.device().new_ids());
  RETURN_IF_ERROR(DoSave(save, form, installed.survey()));
  if (unnamed) std::printf("record %s\n", ToText(save.record).c_str());
  return absl::OkStatus();
}

absl::Status EditFromFile(const Options& options, const DeviceForm& form,
                          Installed& installed) {
  std::ifstream file(options.file);
  if (!file) return absl::NotFoundError(StrCat("cannot read ", options.file));
  MadeFile made;
  RETURN_IF_ERROR(made.Open(options.made));
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    absl::StatusOr<WrittenSave> save = ReadSave(line);
    const absl::Status done =
        save.ok() ? NameAndSave(*save, form, installed) : save.status();
    if (!done.ok()) {
      return absl::Status(done.code(), StrCat(options.file, ":", number, ": ",
                                              StdView(done.message())));
    }
    made.Note(*save, installed);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<WrittenSave> SaveFromOptions(const Options& options) {
  WrittenSave save;
  if (!options.record.empty() || !options.create) {
    const auto uuid = ParseUuid(options.record);
    if (!uuid.has_value()) {
      return absl::InvalidArgumentError(
          StrCat("--record \"", options.record, "\" is no UUID"));
    }
    save.record.bytes = *uuid;
  }
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
  ASSIGN_OR_RETURN(WrittenSave save, SaveFromOptions(options));
  return NameAndSave(save, form, *installed);
}

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

}  // namespace chasqui::client
