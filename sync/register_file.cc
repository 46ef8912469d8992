#include <algorithm>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/form/numbering.h"
#include "sync/register.h"
#include "sync/register_csv.h"
#include "sync/value_text.h"

namespace chasqui {
namespace {

// What is wrong with a file, told all at once.
class Errors {
 public:
  void Add(std::string error) {
    if (++count_ <= kRegisterErrorsMax) told_.push_back(std::move(error));
  }
  void AddCell(std::uint64_t line, std::string_view column,
               std::string_view value, std::string_view why) {
    constexpr std::size_t kValueBytesMax = 60;
    const bool cut = value.size() > kValueBytesMax;
    Add(StrCat("line ", line, ", column \"", column, "\", value \"",
               value.substr(0, kValueBytesMax), cut ? "…" : "", "\": ", why));
  }

  absl::Status status() const {
    if (count_ == 0) return absl::OkStatus();
    std::string message;
    for (const std::string& error : told_) message += StrCat(error, "\n");
    if (count_ > told_.size()) {
      message += StrCat("and ", count_ - told_.size(), " more\n");
    }
    message.pop_back();
    return absl::InvalidArgumentError(message);
  }

 private:
  std::vector<std::string> told_;
  std::size_t count_ = 0;
};

// What one column of the file is for.
struct Column {
  std::string name;
  bool id = false;
  bool area = false;
  bool assignee = false;
  const FieldSchema* field = nullptr;  // nullptr: fills none
};

// The fields of a form that a column may stand for.
class Fields {
 public:
  explicit Fields(const Survey& survey) {
    const Form& form = survey.forms.back().form;
    const FormNumbers numbers = NumbersOf(form, survey.numbering);
    for (std::size_t i = 0; i < form.fields.size(); ++i) {
      const Field& field = form.fields[i];
      if (field.note || field.repeat.has_value()) continue;
      const FieldSchema* const schema = survey.schema.Field(numbers.fields[i]);
      by_path_[field.path] = schema;
      const std::string last = field.path.substr(field.path.rfind('/') + 1);
      by_last_[last].push_back(schema);
    }
  }

  // Nullptr if there is none, or several by their last part.
  const FieldSchema* Find(const std::string& name) const {
    if (const auto path = by_path_.find(name); path != by_path_.end()) {
      return path->second;
    }
    const auto last = by_last_.find(name);
    if (last == by_last_.end() || last->second.size() != 1) return nullptr;
    return last->second.front();
  }

  bool IsAmbiguous(const std::string& name) const {
    const auto last = by_last_.find(name);
    return last != by_last_.end() && last->second.size() > 1;
  }

 private:
  std::map<std::string, const FieldSchema*, std::less<>> by_path_;
  std::map<std::string, std::vector<const FieldSchema*>, std::less<>> by_last_;
};

class RegisterReader {
 public:
  RegisterReader(const RegisterOptions& options, const Survey& survey)
      : options_(options), survey_(survey) {
    for (const Area& area : survey.config.areas) areas_.insert(area.code);
  }

  absl::StatusOr<RegisterFile> Read(std::string_view csv);

 private:
  void ReadHeader(const CsvLine& header);
  void CheckColumns();
  void ReadLine(const CsvLine& line);
  void ReadCell(const Column& column, const std::string& cell,
                RegisterRecord& record);
  void ReadAnswer(const Column& column, const std::string& cell,
                  RegisterRecord& record);
  void Take(RegisterRecord record, const std::string& key);

  const RegisterOptions& options_;
  const Survey& survey_;
  std::set<std::string, std::less<>> areas_;
  std::vector<Column> columns_;
  std::map<RecordId, std::size_t> places_;  // in file_.records
  RegisterFile file_;
  Errors errors_;
};

absl::StatusOr<RegisterFile> RegisterReader::Read(std::string_view csv) {
  CsvReader reader(csv);
  ASSIGN_OR_RETURN(const std::optional<CsvLine> header, reader.Next());
  if (!header.has_value()) {
    return absl::InvalidArgumentError(
        "the file is empty: it lacks even the header");
  }
  ReadHeader(*header);
  RETURN_IF_ERROR(errors_.status());
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<CsvLine> line, reader.Next());
    if (!line.has_value()) break;
    ++file_.rows;
    ReadLine(*line);
  }
  RETURN_IF_ERROR(errors_.status());
  return std::move(file_);
}

void RegisterReader::ReadHeader(const CsvLine& header) {
  const Fields fields(survey_);
  std::set<std::string> names;
  for (const std::string& name : header.cells) {
    Column column;
    column.name = name;
    column.id = name == options_.id_column;
    column.area = name == options_.area_column;
    column.assignee = !name.empty() && name == options_.assignee_column;
    if (!names.insert(name).second) {
      errors_.Add(StrCat("column \"", name, "\" is there twice"));
    }
    const bool ignored =
        std::count(options_.ignored.begin(), options_.ignored.end(), name) != 0;
    if (!ignored) column.field = fields.Find(name);
    const bool known = column.field != nullptr || ignored || column.id ||
                       column.area || column.assignee;
    if (!known) {
      errors_.Add(StrCat("column \"", name, "\" is ",
                         fields.IsAmbiguous(name)
                             ? "the last part of several fields' paths: give "
                               "the whole path, or ignore the column"
                             : "no field of the form outside repeats: give the "
                               "path of one, or ignore the column"));
    }
    columns_.push_back(std::move(column));
  }
  CheckColumns();
}

void RegisterReader::CheckColumns() {
  const auto need = [this](const std::string& name, std::string_view what) {
    const bool there =
        std::any_of(columns_.begin(), columns_.end(),
                    [&name](const Column& c) { return c.name == name; });
    if (!there) {
      errors_.Add(
          StrCat("the column of the ", what, ", \"", name, "\", is missing"));
    }
  };
  need(options_.id_column, "id");
  need(options_.area_column, "area");
  if (!options_.assignee_column.empty()) {
    need(options_.assignee_column, "assignee");
  }
}

void RegisterReader::ReadLine(const CsvLine& line) {
  if (line.cells.size() != columns_.size()) {
    errors_.Add(StrCat("line ", line.number, ": ", line.cells.size(),
                       " cells; the first line has ", columns_.size()));
    return;
  }
  RegisterRecord record;
  record.line = line.number;
  std::string key;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].id) key = line.cells[i];
    ReadCell(columns_[i], line.cells[i], record);
  }
  if (!key.empty()) Take(std::move(record), key);
}

void RegisterReader::ReadCell(const Column& column, const std::string& cell,
                              RegisterRecord& record) {
  const auto refuse = [&](std::string_view why) {
    errors_.AddCell(record.line, column.name, cell, why);
  };
  if (column.id && cell.empty()) refuse("the id is empty");
  if (column.area) {
    if (!areas_.contains(cell)) refuse("the survey has no such area");
    record.values[{RowId(), kAreaField, 0}] = Value::Text(cell);
  }
  if (column.assignee && !cell.empty()) {
    const Member* const member = survey_.FindMember(cell);
    if (member == nullptr || member->left != 0) {
      refuse("the survey has no such person");
    }
    record.values[{RowId(), kAssigneeField, 0}] = Value::Text(cell);
  }
  if (column.field != nullptr && !cell.empty()) {
    ReadAnswer(column, cell, record);
  }
}

void RegisterReader::ReadAnswer(const Column& column, const std::string& cell,
                                RegisterRecord& record) {
  const std::uint32_t number = column.field->number;
  const auto choices = [&](std::string_view code) {
    return survey_.numbering.ChoiceNumber(number, code);
  };
  const auto refuse = [&](const absl::Status& status) {
    errors_.AddCell(record.line, column.name, cell, StdView(status.message()));
  };
  if (column.field->type == FieldType::kChoices) {
    const auto ticked = ParseChoices(cell, choices);
    if (!ticked.ok()) return refuse(ticked.status());
    record.values[{RowId(), number, 0}] = Value::Answered();
    for (const std::uint32_t choice : *ticked) {
      record.values[{RowId(), number, choice}] = Value::Ticked(true);
    }
    return;
  }
  auto value = ParseValue(column.field->type, cell, choices);
  if (!value.ok()) return refuse(value.status());
  record.values[{RowId(), number, 0}] = *std::move(value);
}

void RegisterReader::Take(RegisterRecord record, const std::string& key) {
  record.id = RecordIdOf(survey_.name, key);
  const auto [at, is_new] = places_.emplace(record.id, file_.records.size());
  if (is_new) {
    file_.records.push_back(std::move(record));
    return;
  }
  RegisterRecord& other = file_.records[at->second];
  ++file_.duplicates;
  if (record.values == other.values) return;
  if (options_.duplicates == Duplicates::kRefuse) {
    errors_.AddCell(
        record.line, options_.id_column, key,
        StrCat("differs from line ", other.line, ", which has the same id"));
  }
  if (options_.duplicates == Duplicates::kLast) other = std::move(record);
}

}  // namespace

absl::StatusOr<RegisterFile> ReadRegister(std::string_view csv,
                                          const RegisterOptions& options,
                                          const Survey& survey) {
  if (survey.forms.empty()) {
    return absl::FailedPreconditionError(
        "the survey has no form yet: publish one before loading a register");
  }
  return RegisterReader(options, survey).Read(csv);
}

}  // namespace chasqui
