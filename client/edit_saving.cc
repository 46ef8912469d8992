// Doing what a line of an edit file says.

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "client/edit_file.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/personal/record_key.h"
#include "sync/value_text.h"

namespace chasqui::client {
namespace {

absl::Status Refused(std::string_view what) {
  return absl::InvalidArgumentError(std::string(what));
}

absl::Status Within(std::string_view what, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      StrCat(what, ": ", StdView(status.message())));
}

const FieldState* FindField(const std::vector<FieldState>& fields,
                            std::uint32_t field, std::uint32_t choice) {
  for (const FieldState& state : fields) {
    if (state.field == field && state.choice == choice) return &state;
  }
  return nullptr;
}

// Writes what a save says into an Editing, and knows at any time which rows
// there are by then: those shown, with the save's own additions and deletions
// so far. Thread-compatible.
class SaveWriting {
 public:
  // Both must outlive this.
  SaveWriting(const DeviceForm& form, Editing& editing)
      : form_(form), editing_(editing) {
    for (const PulledRow& row : editing.view().record.rows) {
      rows_[row.id] = {row.repeat, row.parent, &row.fields};
    }
  }

  absl::Status SetAll(const RowId& row, const WrittenAnswers& answers);
  absl::Status Do(const WrittenRow& written);
  absl::Status SetStatus(const std::string& text);

 private:
  struct RowPlace {
    std::uint32_t repeat = 0;
    RowId parent;
    const std::vector<FieldState>* shown = nullptr;  // nullptr: just added
  };

  std::string NameOf(std::uint32_t repeat) const;
  // The repeat of which `row` is a row; 0 for the record itself.
  std::uint32_t RepeatOf(const RowId& row) const {
    return row.empty() ? 0 : rows_.at(row).repeat;
  }
  absl::Status CheckPlace(const DeviceField& field, const RowId& row) const;
  absl::Status CheckParent(const DeviceRepeat& repeat,
                           const RowId& parent) const;
  absl::Status Set(const RowId& row, const DeviceField& field,
                   const std::optional<std::string>& text);
  absl::Status SetChoices(const RowId& row, const DeviceField& field,
                          const std::string& text);
  bool IsTicked(const FieldAddress& at) const;
  absl::Status Add(const WrittenRow& written);
  void Delete(const RowId& row);

  const DeviceForm& form_;
  Editing& editing_;
  std::map<RowId, RowPlace> rows_;
  std::set<RowId> deleted_;
  std::map<FieldAddress, bool> ticked_;  // by this save
};

std::string SaveWriting::NameOf(std::uint32_t repeat) const {
  const DeviceRepeat* const known = form_.FindRepeat(repeat);
  return known == nullptr ? StrCat("#", repeat) : known->path;
}

absl::Status SaveWriting::CheckPlace(const DeviceField& field,
                                     const RowId& row) const {
  if (field.repeat == RepeatOf(row)) return absl::OkStatus();
  if (row.empty()) return Refused("it is in a repeat: name a row");
  const std::string place =
      field.repeat == 0
          ? "it is in no repeat"
          : StrCat("it is in repeat \"", NameOf(field.repeat), "\"");
  return Refused(
      StrCat(place, ", the row is one of \"", NameOf(RepeatOf(row)), "\""));
}

bool SaveWriting::IsTicked(const FieldAddress& at) const {
  if (const auto written = ticked_.find(at); written != ticked_.end()) {
    return written->second;
  }
  const std::vector<FieldState>* const shown =
      at.row.empty() ? &editing_.view().record.fields : rows_.at(at.row).shown;
  if (shown == nullptr) return false;
  const FieldState* const state = FindField(*shown, at.field, at.choice);
  return state != nullptr && state->value().kind == ValueKind::kTicked;
}

// Ticks and unticks what differs from what is shown.
absl::Status SaveWriting::SetChoices(const RowId& row, const DeviceField& field,
                                     const std::string& text) {
  const auto number = [&field](std::string_view code) {
    return field.NumberOf(code);
  };
  ASSIGN_OR_RETURN(const std::vector<std::uint32_t> ticked,
                   ParseChoices(text, number));
  editing_.Set({row, field.number, 0}, Value::Answered());
  for (const auto& [choice, code] : field.codes) {
    const FieldAddress at{row, field.number, choice};
    const bool is = std::binary_search(ticked.begin(), ticked.end(), choice);
    if (IsTicked(at) == is) continue;
    editing_.Set(at, Value::Ticked(is));
    ticked_[at] = is;
  }
  return absl::OkStatus();
}

absl::Status SaveWriting::Set(const RowId& row, const DeviceField& field,
                              const std::optional<std::string>& text) {
  RETURN_IF_ERROR(CheckPlace(field, row));
  if (field.personal) editing_.Salt(personal::DrawSalt());
  const FieldAddress at{row, field.number, 0};
  if (!text.has_value()) {
    editing_.Clear(at);
    return absl::OkStatus();
  }
  if (field.type == FieldType::kChoices) return SetChoices(row, field, *text);
  const auto number = [&field](std::string_view code) {
    return field.NumberOf(code);
  };
  ASSIGN_OR_RETURN(const Value value, ParseValue(field.type, *text, number));
  editing_.Set(at, value);
  return absl::OkStatus();
}

absl::Status SaveWriting::SetAll(const RowId& row,
                                 const WrittenAnswers& answers) {
  for (const auto& [path, text] : answers) {
    const DeviceField* const field = form_.Find(path);
    if (field == nullptr) {
      return Refused(StrCat("the form has no field \"", path, "\""));
    }
    RETURN_IF_ERROR(
        Within(StrCat("field \"", path, "\""), Set(row, *field, text)));
  }
  return absl::OkStatus();
}

absl::Status SaveWriting::CheckParent(const DeviceRepeat& repeat,
                                      const RowId& parent) const {
  if (parent.empty() && repeat.parent == 0) return absl::OkStatus();
  const std::string where =
      repeat.parent == 0
          ? StrCat("a row of \"", repeat.path,
                   "\" is directly in the record, in no row")
          : StrCat("a row of \"", repeat.path, "\" is in a row of \"",
                   NameOf(repeat.parent), "\"");
  if (parent.empty()) return Refused(StrCat(where, ": say which with \"in\""));
  const auto place = rows_.find(parent);
  if (place == rows_.end()) {
    return Refused(
        StrCat("the record has no row ", ToText(parent), " for it to be in"));
  }
  if (place->second.repeat == repeat.parent) return absl::OkStatus();
  return Refused(StrCat(where, "; ", ToText(parent), " is one of \"",
                        NameOf(place->second.repeat), "\""));
}

absl::Status SaveWriting::Add(const WrittenRow& written) {
  const DeviceRepeat* const repeat = form_.FindRepeat(written.repeat);
  if (repeat == nullptr) {
    return Refused(StrCat("the form has no repeat \"", written.repeat, "\""));
  }
  if (rows_.contains(written.row)) {
    return Refused("the record has that row already");
  }
  if (deleted_.contains(written.row)) {
    return Refused("it is deleted in the same save");
  }
  RETURN_IF_ERROR(CheckParent(*repeat, written.parent));
  editing_.AddRow(written.row, repeat->number, written.parent);
  rows_[written.row] = {repeat->number, written.parent, nullptr};
  return absl::OkStatus();
}

// With the rows in it.
void SaveWriting::Delete(const RowId& row) {
  editing_.DeleteRow(row);
  std::vector<RowId> gone = {row};
  for (std::size_t i = 0; i < gone.size(); ++i) {
    for (const auto& [id, place] : rows_) {
      if (place.parent == gone[i]) gone.push_back(id);
    }
    rows_.erase(gone[i]);
    deleted_.insert(gone[i]);
  }
}

absl::Status SaveWriting::Do(const WrittenRow& written) {
  if (written.kind == RowSaveKind::kAdd) {
    RETURN_IF_ERROR(Add(written));
  } else if (!rows_.contains(written.row)) {
    return Refused(deleted_.contains(written.row)
                       ? "it is deleted in the same save"
                       : "the record has no such row");
  }
  if (written.kind == RowSaveKind::kDelete) {
    Delete(written.row);
    return absl::OkStatus();
  }
  return SetAll(written.row, written.set);
}

absl::Status SaveWriting::SetStatus(const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  const RecordStatus status = ParseRecordStatus(text);
  if (status == RecordStatus::kNone) {
    return Refused(StrCat("\"", text, "\" is no status"));
  }
  const FieldState* const shown =
      FindField(editing_.view().record.fields, kStatusField, 0);
  const bool same =
      shown != nullptr && shown->value().kind == ValueKind::kChoice &&
      ChoiceOf(shown->value()) == static_cast<std::uint32_t>(status);
  if (!same) editing_.SetStatus(status);
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

void NameNew(WrittenSave& save, NewIds& ids) {
  if (save.kind == SaveKind::kCreate && save.record.empty()) {
    save.record = ids.NextRecord();
  }
  for (WrittenRow& row : save.rows) {
    if (row.kind == RowSaveKind::kAdd && row.row.empty()) {
      row.row = ids.NextRow();
    }
  }
}

absl::Status DoSave(const WrittenSave& save, const DeviceForm& form,
                    LocalSurvey& survey) {
  ASSIGN_OR_RETURN(Editing editing, Begin(save, survey));
  editing.UseForm(form.number());
  if (save.kind == SaveKind::kDelete) editing.Delete();
  SaveWriting writing(form, editing);
  RETURN_IF_ERROR(writing.SetAll(RowId{}, save.set));
  for (const WrittenRow& row : save.rows) {
    RETURN_IF_ERROR(Within(StrCat("row ", ToText(row.row)), writing.Do(row)));
  }
  RETURN_IF_ERROR(writing.SetStatus(save.status));
  if (editing.empty()) return absl::OkStatus();
  return survey.Save(editing).status();
}

}  // namespace chasqui::client
