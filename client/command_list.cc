#include <cstdio>
#include <memory>

#include "client/command_options.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/value_text.h"

namespace chasqui::client {
namespace {

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

}  // namespace

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

}  // namespace chasqui::client
