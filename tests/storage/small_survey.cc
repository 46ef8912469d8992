#include "tests/storage/small_survey.h"

#include <utility>

#include "sync/base/check.h"

namespace chasqui::storage {
namespace {

template <typename Name>
Name Numbered(std::uint8_t kind, std::uint64_t number) {
  Name name;
  name.bytes[0] = kind;
  for (std::size_t i = 0; i < 8; ++i) {
    name.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return name;
}

Change By(const RecordId& record, const Position& base) {
  Change change;
  change.record = record;
  change.form = 1;
  change.person = "anna";
  change.positions = {base};
  return change;
}

Op Set(const RowId& row, std::uint32_t field, Value value) {
  Op op;
  op.at = {row, field, 0};
  op.value = std::move(value);
  return op;
}

}  // namespace

SurveyConfig SmallConfig() {
  SurveyConfig config;
  config.title = "A small survey";
  config.utc_offset_minutes = 60;
  config.accepted_is_durable = true;
  config.people = {{"anna", Role::kEnumerator, {"north", "south"}},
                   {"ben", Role::kEnumerator, {"north", "south"}},
                   {"sofia", Role::kSupervisor, {"land"}}};
  config.areas = {{"land", "The land", ""},
                  {"north", "The north", "land"},
                  {"south", "The south", "land"}};
  return config;
}

FormPublished SmallForm(std::string_view version) {
  FormPublished published;
  Form& form = published.form;
  form.id = "visit";
  form.version = version;
  form.title = "Visit";
  form.repeats.emplace_back().path = "member";
  const std::pair<const char*, FieldType> fields[] = {
      {"name", FieldType::kText},
      {"age", FieldType::kInteger},
      {"member/name", FieldType::kText}};
  for (const auto& [path, type] : fields) {
    Field& field = form.fields.emplace_back();
    field.path = path;
    field.type = type;
    field.asked = true;
    field.label["en"] = path;
  }
  form.fields.back().repeat = 0;
  published.source = "<h:html/>";
  return published;
}

RecordId RecordNumber(std::uint64_t number) {
  return Numbered<RecordId>(0x10, number);
}

RowId RowNumber(std::uint64_t number) { return Numbered<RowId>(0x20, number); }

Change Creation(const RecordId& record, std::string_view area,
                std::string_view name) {
  Change change = By(record, {});
  change.creates = true;
  change.ops = {Set({}, kAreaField, Value::Text(area)),
                Set({}, kAssigneeField, Value::Text("anna")),
                Set({}, kNameField, Value::Text(name))};
  Op draft;
  draft.kind = OpKind::kSetStatus;
  draft.to = RecordStatus::kDraft;
  change.ops.push_back(draft);
  return change;
}

Change Answer(const RecordId& record, std::uint32_t field, const Value& value,
              const Position& base) {
  Change change = By(record, base);
  change.ops = {Set({}, field, value)};
  return change;
}

Change NewRow(const RecordId& record, const RowId& row, std::string_view name,
              const Position& base) {
  Change change = By(record, base);
  Op add;
  add.kind = OpKind::kAddRow;
  add.at.row = row;
  add.repeat = kMemberRepeat;
  change.ops = {add, Set(row, kMemberNameField, Value::Text(name))};
  return change;
}

Chain::Chain(std::string_view survey, std::string_view device)
    : device_(device), h_(ChainStart(survey, device)) {}

Batch Chain::Next(const std::vector<Change>& changes) {
  Batch batch;
  batch.device = device_;
  batch.first = number_ + 1;
  batch.before = h_;
  for (const Change& change : changes) {
    batch.changes.push_back({EncodeChange(change), {}, {}, {}, {}});
  }
  ReadBatch(batch);
  number_ += batch.changes.size();
  if (!batch.changes.empty()) h_ = batch.changes.back().h;
  return batch;
}

SurveyStore& NewSmallSurvey(Catalog& catalog) {
  CHECK(catalog.Create("census", SmallConfig()).ok());
  SurveyStore& store = **catalog.Find("census");
  const std::vector<ServerEntry> form = {SmallForm("1")};
  CHECK(SubmitAndWait(store, form).ok());
  return store;
}

void FillSurvey(SurveyStore& store) {
  Chain one("census", "tablet-1");
  Chain two("census", "tablet-2");
  const RecordId record = RecordNumber(1);
  const auto deliver = [&store](Batch batch) {
    CHECK(SubmitAndWait(store, std::move(batch)).ok());
  };
  deliver(two.Next(Answer(RecordNumber(3), kAgeField, Value::Integer(3), {})));
  deliver(one.Next({Creation(record, "north", "A"),
                    Creation(RecordNumber(2), "south", "B"),
                    NewRow(record, RowNumber(1), "child", {}),
                    Answer(record, kAgeField, Value::Integer(1), {})}));
  deliver(two.Next(Answer(record, kAgeField, Value::Integer(2), {})));
  deliver(one.Next(Creation(RecordNumber(3), "south", "C")));
  deliver(two.Next(Answer(RecordNumber(9), kAgeField, Value::Integer(9), {})));
}

}  // namespace chasqui::storage
