#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <vector>

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

// A record of a device as people, or scripts, read it. Rows are in the row or
// record that they are in. Thread-compatible.
class RecordText {
 public:
  // Both must outlive this.
  RecordText(const RecordView& view, const DeviceForm& form)
      : view_(view), form_(form) {
    const std::vector<PulledRow>& rows = view.record.rows;
    std::set<RowId> there;
    for (const PulledRow& row : rows) there.insert(row.id);
    // A row added here may outlive the row around it, which another device
    // deletes, until the server brings that back.
    for (const PulledRow& row : rows) {
      const bool inside = there.contains(row.parent);
      rows_in_[inside ? row.parent : RowId{}].push_back(&row);
    }
  }

  void Print() const {
    std::printf("%s  %zu rows, %zu pending, %zu in quarantine%s\n",
                ToText(view_.record.id).c_str(), view_.record.rows.size(),
                view_.pending.size(), view_.quarantined.size(),
                view_.read_only ? ", read only" : "");
    PrintFields(view_.record.fields, 1);
    PrintRows(RowId{}, 1);
  }

  google::protobuf::Struct Json() const {
    google::protobuf::Struct object;
    SetText("_id", ToText(view_.record.id), object);
    SetFields(view_.record.fields, object);
    SetNumber("_pending", view_.pending.size(), object);
    SetNumber("_quarantined", view_.quarantined.size(), object);
    SetRows(RowId{}, object);
    return object;
  }

 private:
  static constexpr int kIndent = 2;
  static constexpr int kNameColumns = 42;  // from the left margin

  const std::vector<const PulledRow*>& RowsIn(const RowId& parent) const {
    static const std::vector<const PulledRow*> kNone;
    const auto found = rows_in_.find(parent);
    return found == rows_in_.end() ? kNone : found->second;
  }
  std::string NameOfRepeat(const PulledRow& row) const {
    const DeviceRepeat* const repeat = form_.FindRepeat(row.repeat);
    return repeat == nullptr ? StrCat("#", row.repeat) : repeat->path;
  }

  void PrintFields(const std::vector<FieldState>& fields, int depth) const {
    const int indent = kIndent * depth;
    for (const FieldState& field : fields) {
      if (field.field == kExistenceField) continue;
      std::printf("%*s%-*s %s%s\n", indent, "", kNameColumns - indent,
                  NameOf(field, form_).c_str(), ShownText(field, form_).c_str(),
                  field.IsConflict() ? "   (conflict)" : "");
    }
  }
  void PrintRows(const RowId& parent, int depth) const {
    for (const PulledRow* const row : RowsIn(parent)) {
      std::printf("%*s%s [%s]\n", kIndent * depth, "",
                  NameOfRepeat(*row).c_str(), ToText(row->id).c_str());
      PrintFields(row->fields, depth + 1);
      PrintRows(row->id, depth + 1);
    }
  }

  static void SetNumber(const std::string& name, std::size_t number,
                        google::protobuf::Struct& object) {
    (*object.mutable_fields())[name].set_number_value(
        static_cast<double>(number));
  }
  void SetFields(const std::vector<FieldState>& fields,
                 google::protobuf::Struct& object) const {
    for (const FieldState& field : fields) {
      if (field.field == kExistenceField) continue;
      SetText(NameOf(field, form_), ShownText(field, form_), object);
    }
  }
  void SetRows(const RowId& parent, google::protobuf::Struct& object) const {
    auto& rows = *(*object.mutable_fields())["_rows"].mutable_list_value();
    for (const PulledRow* const row : RowsIn(parent)) {
      google::protobuf::Struct& out =
          *rows.add_values()->mutable_struct_value();
      SetText("_row", ToText(row->id), out);
      SetText("_repeat", NameOfRepeat(*row), out);
      SetFields(row->fields, out);
      SetRows(row->id, out);
    }
  }

  const RecordView& view_;
  const DeviceForm& form_;
  std::map<RowId, std::vector<const PulledRow*>> rows_in_;
};

void PrintRecord(const RecordView& view, const DeviceForm& form, bool json) {
  const RecordText text(view, form);
  if (json) {
    std::printf("%s\n", ToJson(text.Json()).c_str());
  } else {
    text.Print();
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
