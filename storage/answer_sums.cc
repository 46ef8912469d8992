#include "storage/answer_sums.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "absl/strings/str_join.h"
#include "storage/keys.h"
#include "storage/memory_kv.h"
#include "storage/replay.h"
#include "storage/snapshot_reader.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/digest.h"
#include "sync/ids.h"
#include "sync/presence.h"
#include "sync/record.h"
#include "sync/survey.h"
#include "sync/value.h"
#include "sync/value_text.h"

namespace chasqui::storage {
namespace {

constexpr std::size_t kRecordsAtOnce = 1'000;

std::uint64_t HashOf(std::string_view id, std::string_view path,
                     std::string_view text) {
  const std::string_view end("\0", 1);
  const ContentHash hash = HashContent(StrCat(id, end, path, end, text));
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < sizeof first; ++i) {
    first = first << 8 | static_cast<std::uint8_t>(hash.bytes[i]);
  }
  return first;
}

bool IsShown(const FieldState* state) {
  return state != nullptr && state->value().IsAnswer() &&
         state->value().kind != ValueKind::kSealed;
}

// The text of what `holder` shows; nullopt where that is no answer.
std::optional<std::string> ShownText(const Survey& survey,
                                     const FieldSchema& field,
                                     const Holder& holder) {
  const auto code = [&](std::uint32_t choice) {
    return survey.numbering.ChoiceCode(field.number, choice);
  };
  const FieldState* const whole = holder.Find(field.number);
  if (field.type != FieldType::kChoices) {
    if (!IsShown(whole)) return std::nullopt;
    return FormatValue(whole->value(), code);
  }
  // What is written to the field as a whole tells of all choices.
  if (whole != nullptr && !IsShown(whole)) return std::nullopt;
  bool answered = whole != nullptr;
  std::vector<absl::string_view> ticked;
  for (const std::uint32_t choice : field.choices) {
    const FieldState* const part = holder.Find(field.number, choice);
    answered |= part != nullptr;
    if (part != nullptr && part->value().kind == ValueKind::kTicked) {
      ticked.push_back(AbslView(*code(choice)));
    }
  }
  if (!answered) return std::nullopt;
  return absl::StrJoin(ticked, " ");
}

class Summing {
 public:
  Summing(const Reader& reader, AnswerSums& sums)
      : reader_(reader), survey_(reader.survey()), sums_(sums) {}

  absl::Status All() {
    RecordId after;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<Record> records,
                       reader_.Records(after, kRecordsAtOnce));
      if (records.empty()) return absl::OkStatus();
      for (const Record& record : records) RETURN_IF_ERROR(Add(record));
      after = records.back().id;
    }
  }

 private:
  absl::Status Add(const Record& record) {
    if (record.gone) return absl::OkStatus();
    const std::string& form = survey_.forms[record.form - 1].form.id;
    const std::string id = ToText(record.id);
    AddHolder(id, record, sums_.tables[{form, 0}]);
    if (record.rows == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<Row> rows, reader_.RowsOf(record.id));
    const std::set<RowId> gone = GoneRows(rows);
    for (const Row& row : rows) {
      if (gone.contains(row.id)) continue;
      AddHolder(StrCat(id, "/", ToText(row.id)), row,
                sums_.tables[{form, row.repeat}]);
    }
    return absl::OkStatus();
  }

  void AddHolder(const std::string& id, const Holder& holder,
                 TableSums& table) {
    ++table.rows;
    std::uint32_t last = 0;
    for (const FieldState& state : holder.fields) {
      // The parts of a select-multiple are one answer.
      if (state.field < kFirstFormField || state.field == last) continue;
      last = state.field;
      const FieldSchema* const field = survey_.schema.Field(last);
      if (field == nullptr) continue;
      const auto text = ShownText(survey_, *field, holder);
      if (!text.has_value()) continue;
      ColumnSums& column = table.columns[last];
      ++column.answers;
      column.hashes += HashOf(id, field->path, *text);
      if (field->type == FieldType::kInteger) {
        column.integers += IntegerOf(state.value());
      }
    }
  }

  const Reader& reader_;
  const Survey& survey_;
  AnswerSums& sums_;
};

}  // namespace

absl::StatusOr<AnswerSums> SumAnswers(const KvReader& kv,
                                      const std::string& survey) {
  ASSIGN_OR_RETURN(const std::vector<ListedSurvey> surveys, ListSurveys(kv));
  const auto listed = std::find_if(
      surveys.begin(), surveys.end(),
      [&](const ListedSurvey& each) { return each.name == survey; });
  if (listed == surveys.end()) {
    return absl::NotFoundError(StrCat("there is no survey ", survey));
  }
  MemoryKv replayed;
  auto became = std::make_shared<Survey>();
  RETURN_IF_ERROR(Replay(kv, *listed, replayed, became.get()));
  const SnapshotReader reader(
      replayed.Snapshot(), Keys(kOrganisationNumber, listed->number), became);
  AnswerSums sums;
  RETURN_IF_ERROR(Summing(reader, sums).All());
  sums.schema = became->schema;
  return sums;
}

}  // namespace chasqui::storage
