#include "client/edit_file.h"

#include <algorithm>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/value_text.h"

namespace chasqui::client {
namespace {

using google::protobuf::Struct;
using JsonValue = google::protobuf::Value;

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(std::string(what));
}

const JsonValue* Member(const Struct& object, const std::string& name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? nullptr : &found->second;
}

absl::StatusOr<std::string> TextMember(const Struct& object,
                                       const std::string& name) {
  const JsonValue* const value = Member(object, name);
  if (value == nullptr) return std::string();
  if (value->kind_case() != JsonValue::kStringValue) {
    return Wrong(StrCat("\"", name, "\" is no text"));
  }
  return value->string_value();
}

absl::Status ReadSet(const Struct& object, WrittenSave& save) {
  const JsonValue* const set = Member(object, "set");
  if (set == nullptr) return absl::OkStatus();
  if (set->kind_case() != JsonValue::kStructValue) {
    return Wrong("\"set\" is no object");
  }
  for (const auto& [path, value] : set->struct_value().fields()) {
    if (value.kind_case() == JsonValue::kNullValue) {
      save.set.emplace_back(path, std::nullopt);
    } else if (value.kind_case() == JsonValue::kStringValue) {
      save.set.emplace_back(path, value.string_value());
    } else {
      return Wrong(StrCat("\"", path, "\" is neither text nor null"));
    }
  }
  // The parser's map has no order; what is saved must.
  std::sort(save.set.begin(), save.set.end());
  return absl::OkStatus();
}

const FieldState* ShownField(const PulledRecord& record, std::uint32_t field,
                             std::uint32_t choice) {
  for (const FieldState& state : record.fields) {
    if (state.field == field && state.choice == choice) return &state;
  }
  return nullptr;
}

// Ticks and unticks what differs from what is shown.
absl::Status SetChoices(const DeviceField& field, const std::string& text,
                        Editing& editing) {
  const auto number =
      [&field](std::string_view code) -> std::optional<std::uint32_t> {
    const auto found = field.numbers.find(code);
    if (found == field.numbers.end()) return std::nullopt;
    return found->second;
  };
  ASSIGN_OR_RETURN(const std::vector<std::uint32_t> ticked,
                   ParseChoices(text, number));
  editing.Set({RowId{}, field.number, 0}, Value::Answered());
  for (const auto& [choice, code] : field.codes) {
    const FieldState* const shown =
        ShownField(editing.view().record, field.number, choice);
    const bool was =
        shown != nullptr && shown->value().kind == ValueKind::kTicked;
    const bool is = std::binary_search(ticked.begin(), ticked.end(), choice);
    if (was != is) {
      editing.Set({RowId{}, field.number, choice}, Value::Ticked(is));
    }
  }
  return absl::OkStatus();
}

absl::Status SetField(const DeviceField& field,
                      const std::optional<std::string>& text,
                      Editing& editing) {
  if (field.repeat != 0) return Wrong("it is in a repeat: name a row");
  const FieldAddress at{RowId{}, field.number, 0};
  if (!text.has_value()) {
    editing.Clear(at);
    return absl::OkStatus();
  }
  if (field.type == FieldType::kChoices) {
    return SetChoices(field, *text, editing);
  }
  const auto number =
      [&field](std::string_view code) -> std::optional<std::uint32_t> {
    const auto found = field.numbers.find(code);
    if (found == field.numbers.end()) return std::nullopt;
    return found->second;
  };
  ASSIGN_OR_RETURN(const Value value, ParseValue(field.type, *text, number));
  editing.Set(at, value);
  return absl::OkStatus();
}

absl::Status SetStatus(const std::string& text, Editing& editing) {
  if (text.empty()) return absl::OkStatus();
  const RecordStatus status = ParseRecordStatus(text);
  if (status == RecordStatus::kNone) {
    return Wrong(StrCat("\"", text, "\" is no status"));
  }
  const FieldState* const shown =
      ShownField(editing.view().record, kStatusField, 0);
  const bool same =
      shown != nullptr && shown->value().kind == ValueKind::kChoice &&
      ChoiceOf(shown->value()) == static_cast<std::uint32_t>(status);
  if (!same) editing.SetStatus(status);
  return absl::OkStatus();
}

absl::StatusOr<Editing> Begin(const WrittenSave& save, LocalSurvey& survey) {
  if (save.kind != SaveKind::kCreate) return survey.Open(save.record);
  ASSIGN_OR_RETURN(Editing editing, survey.Create(save.record));
  if (!save.area.empty()) {
    editing.Set({RowId{}, kAreaField, 0}, Value::Text(save.area));
  }
  editing.Set({RowId{}, kAssigneeField, 0}, Value::Text(survey.state().person));
  return editing;
}

}  // namespace

absl::StatusOr<WrittenSave> ReadSave(std::string_view line) {
  Struct object;
  const auto parsed =
      google::protobuf::util::JsonStringToMessage(std::string(line), &object);
  if (!parsed.ok()) {
    return Wrong(StrCat("no JSON object: ", std::string(parsed.message())));
  }
  WrittenSave save;
  std::size_t kinds = 0;
  std::string id;
  const std::pair<const char*, SaveKind> names[] = {
      {"edit", SaveKind::kEdit},
      {"create", SaveKind::kCreate},
      {"delete", SaveKind::kDelete}};
  for (const auto& [name, kind] : names) {
    if (Member(object, name) == nullptr) continue;
    ASSIGN_OR_RETURN(id, TextMember(object, name));
    save.kind = kind;
    ++kinds;
  }
  if (kinds != 1) {
    return Wrong("a line has one of \"edit\", \"create\" and \"delete\"");
  }
  const auto uuid = ParseUuid(id);
  if (!uuid.has_value()) return Wrong(StrCat("\"", id, "\" is no UUID"));
  save.record.bytes = *uuid;
  ASSIGN_OR_RETURN(save.area, TextMember(object, "area"));
  ASSIGN_OR_RETURN(save.status, TextMember(object, "status"));
  RETURN_IF_ERROR(ReadSet(object, save));
  return save;
}

absl::Status DoSave(const WrittenSave& save, const DeviceForm& form,
                    LocalSurvey& survey) {
  ASSIGN_OR_RETURN(Editing editing, Begin(save, survey));
  editing.UseForm(form.number());
  if (save.kind == SaveKind::kDelete) editing.Delete();
  for (const auto& [path, text] : save.set) {
    const DeviceField* const field = form.Find(path);
    if (field == nullptr) {
      return Wrong(StrCat("the form has no field \"", path, "\""));
    }
    if (const absl::Status status = SetField(*field, text, editing);
        !status.ok()) {
      return absl::Status(
          status.code(),
          StrCat("field \"", path, "\": ", StdView(status.message())));
    }
  }
  RETURN_IF_ERROR(SetStatus(save.status, editing));
  if (editing.empty()) return absl::OkStatus();
  return survey.Save(editing).status();
}

}  // namespace chasqui::client
