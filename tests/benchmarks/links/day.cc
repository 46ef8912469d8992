#include "tests/benchmarks/links/day.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "client/command_options.h"
#include "google/protobuf/struct.pb.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/form/xform_reader.h"
#include "sync/value_text.h"
#include "tests/testing/random.h"

namespace chasqui::benchmarks {
namespace {

using Rows = std::vector<AnswersByPath>;

// Codes of a list by number, from 1.
class CodesOf {
 public:
  CodesOf(const Form& form, const Field& field) {
    if (!field.choices.has_value()) return;
    for (const ListedChoice& choice :
         form.choice_lists[*field.choices].choices) {
      codes_.push_back(choice.code);
    }
  }

  std::optional<std::uint32_t> NumberOf(std::string_view code) const {
    const auto found = std::find(codes_.begin(), codes_.end(), code);
    if (found == codes_.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - codes_.begin()) + 1;
  }
  const std::string* CodeOf(std::uint32_t number) const {
    return number == 0 || number > codes_.size() ? nullptr
                                                 : &codes_[number - 1];
  }

 private:
  std::vector<std::string> codes_;
};

// A column of the register as the form has it.
struct AskedColumn {
  const MappedColumn* column = nullptr;
  std::size_t place = 0;  // among the cells
  FieldType type = FieldType::kText;
  CodesOf codes;
};

std::vector<AskedColumn> AskedColumns(const CensusCsv& csv, const Form& form) {
  std::vector<AskedColumn> asked;
  for (std::size_t i = 0; i < csv.columns().size(); ++i) {
    const MappedColumn& column = csv.columns()[i];
    for (const Field& field : form.fields) {
      if (field.path != column.path || field.type == FieldType::kChoices) {
        continue;
      }
      asked.push_back({&column, i, field.type, CodesOf(form, field)});
    }
  }
  return asked;
}

// As a server spells it; empty if it is no answer to the question.
std::string Spelled(const AskedColumn& asked, const std::string& cell) {
  const std::string text = CanonicalText(*asked.column, cell);
  if (text.empty()) return text;
  const auto value = ParseValue(asked.type, text, [&](std::string_view code) {
    return asked.codes.NumberOf(code);
  });
  if (!value.ok()) return "";
  return FormatValue(
      *value, [&](std::uint32_t number) { return asked.codes.CodeOf(number); });
}

absl::StatusOr<Rows> ReadRows(const CensusCsv& csv,
                              const std::vector<AskedColumn>& asked) {
  Rows rows;
  RETURN_IF_ERROR(csv.EachRow([&](const std::vector<std::string>& cells) {
    AnswersByPath& row = rows.emplace_back();
    for (const AskedColumn& column : asked) {
      std::string text = Spelled(column, cells[column.place]);
      if (!text.empty()) row[column.column->path] = std::move(text);
    }
    return absl::OkStatus();
  }));
  if (rows.empty()) return absl::InvalidArgumentError("the register is empty");
  return rows;
}

RecordId DrawId(testing::Random& random) {
  RecordId id;
  const std::uint64_t halves[] = {random.Next(), random.Next()};
  std::memcpy(id.bytes.data(), halves, sizeof halves);
  return id;
}

client::WrittenSave CreationOf(const AnswersByPath& row,
                               testing::Random& random) {
  client::WrittenSave save;
  save.kind = client::SaveKind::kCreate;
  save.record = DrawId(random);
  save.area = kDayArea;
  save.status = "submitted";
  for (const auto& [path, text] : row) save.set.emplace_back(path, text);
  return save;
}

// Two answers of `row`, changed to what another school has there. Nothing if no
// two can be.
client::WrittenSave EditOf(const RecordId& record, const AnswersByPath& row,
                           const Rows& rows, testing::Random& random) {
  constexpr std::size_t kAnswers = 2;
  constexpr int kTries = 1'000;
  client::WrittenSave save;
  save.record = record;
  AnswersByPath set;
  for (int i = 0; i < kTries && set.size() < kAnswers && !row.empty(); ++i) {
    const auto& [path, text] = *std::next(
        row.begin(), static_cast<std::ptrdiff_t>(random.Below(row.size())));
    const AnswersByPath& other = random.OneOf(rows);
    const auto found = other.find(path);
    if (found != other.end() && found->second != text) {
      set[path] = found->second;
    }
  }
  for (const auto& [path, text] : set) save.set.emplace_back(path, text);
  return save;
}

// A question more, and the version that says so.
absl::StatusOr<std::string> LaterVersion(std::string xform) {
  constexpr std::pair<std::string_view, std::string_view> kChanges[] = {
      {"version=\"2012041701\"", "version=\"2012041702\""},
      {"<meta><instanceID/></meta></data>",
       "<remarks/><meta><instanceID/></meta></data>"},
      {"</h:body>",
       "<input ref=\"/data/remarks\"><label>Remarks</label></input></h:body>"}};
  for (const auto& [before, after] : kChanges) {
    const std::size_t at = xform.find(before);
    if (at == std::string::npos) {
      return absl::InvalidArgumentError(
          StrCat("the census's form has no ", before));
    }
    xform.replace(at, before.size(), after);
  }
  return xform;
}

void PutText(const std::string& name, const std::string& text,
             google::protobuf::Struct& object) {
  if (!text.empty()) client::SetText(name, text, object);
}

}  // namespace

absl::StatusOr<Day> PlanDay(const CensusCsv& csv, const std::string& xform,
                            const DaySizes& sizes) {
  if (sizes.edited > sizes.scope || sizes.syncs == 0) {
    return absl::InvalidArgumentError(StrCat(sizes.edited, " edits of ",
                                             sizes.scope, " records in ",
                                             sizes.syncs, " syncs cannot be"));
  }
  ASSIGN_OR_RETURN(const Form form, ReadXForm(xform, {}));
  ASSIGN_OR_RETURN(const Rows rows, ReadRows(csv, AskedColumns(csv, form)));
  constexpr std::uint64_t kSeed = 4;
  testing::Random random(kSeed);
  Day day;
  day.xform = xform;
  ASSIGN_OR_RETURN(day.later_xform, LaterVersion(xform));
  for (std::size_t i = 0; i < sizes.scope; ++i) {
    day.scope.push_back(CreationOf(rows[i % rows.size()], random));
  }
  day.work.resize(sizes.syncs);
  for (std::size_t i = 0; i < sizes.created; ++i) {
    const AnswersByPath& row = rows[(sizes.scope + i) % rows.size()];
    day.work[i % sizes.syncs].push_back(CreationOf(row, random));
  }
  for (std::size_t i = 0; i < sizes.edited; ++i) {
    // Spread over the scope, each record once.
    const std::size_t at = i * sizes.scope / sizes.edited;
    client::WrittenSave edit =
        EditOf(day.scope[at].record, rows[at % rows.size()], rows, random);
    if (edit.set.empty()) {
      return absl::InvalidArgumentError(
          StrCat("row ", at, " of the register has nothing to edit"));
    }
    day.work[i % sizes.syncs].push_back(std::move(edit));
  }
  return day;
}

std::map<RecordId, AnswersByPath> Day::Outcome() const {
  std::map<RecordId, AnswersByPath> records;
  const auto apply = [&records](const std::vector<client::WrittenSave>& saves) {
    for (const client::WrittenSave& save : saves) {
      AnswersByPath& record = records[save.record];
      for (const auto& [path, text] : save.set)
        record[path] = text.value_or("");
    }
  };
  apply(scope);
  for (const auto& saves : work) apply(saves);
  return records;
}

std::string WriteSaves(const std::vector<client::WrittenSave>& saves) {
  std::string lines;
  for (const client::WrittenSave& save : saves) {
    google::protobuf::Struct object;
    const bool creates = save.kind == client::SaveKind::kCreate;
    PutText(creates ? "create" : "edit", ToText(save.record), object);
    PutText("area", save.area, object);
    PutText("status", save.status, object);
    auto& set = *(*object.mutable_fields())["set"].mutable_struct_value();
    for (const auto& [path, text] : save.set)
      PutText(path, text.value_or(""), set);
    lines += client::ToJson(object) + "\n";
  }
  return lines;
}

absl::StatusOr<std::vector<client::WrittenSave>> ReadSaves(
    std::string_view lines) {
  std::vector<client::WrittenSave> saves;
  for (const absl::string_view line :
       absl::StrSplit(AbslView(lines), '\n', absl::SkipEmpty())) {
    ASSIGN_OR_RETURN(saves.emplace_back(), client::ReadSave(StdView(line)));
  }
  return saves;
}

}  // namespace chasqui::benchmarks
