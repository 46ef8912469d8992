#include "tests/wire/vectors.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/wire/batch.h"
#include "tests/wire/household_conversation.h"

namespace chasqui::testing {
namespace {

struct Vector {
  std::string name;
  std::vector<std::string> rows;
  bool statistics = false;
};

// Entry 100 + n is about record n, of ten.
class TenRecords : public wire::RecordNames {
 public:
  static RecordId Number(std::uint8_t n) {
    RecordId id;
    id.bytes = {0xd3, n, 0x77, 0x21};
    return id;
  }
  std::optional<Seq> SeqOf(const RecordId& id) const override {
    for (std::uint8_t n = 0; n < 10; ++n) {
      if (id == Number(n)) return 100 + n;
    }
    return std::nullopt;
  }
};

std::string Hex(std::string_view bytes) {
  return absl::BytesToHexString(AbslView(bytes));
}

Vector Households(bool statistics) {
  Vector vector{statistics ? "households, with statistics" : "households", {}};
  vector.statistics = statistics;
  for (const char* name : {"LGEA Primary School", "LGEA Nursery", "Ọ̀yọ́"}) {
    const auto number = static_cast<std::uint8_t>(vector.rows.size() + 1);
    vector.rows.push_back(EncodeChange(Household(number, name)));
  }
  return vector;
}

Vector Corrections() {
  Vector vector{"corrections of known records, one twice", {}};
  for (const int number : {3, 7, 4, 4, 3, 9}) {
    const auto n = static_cast<std::uint8_t>(number);
    Change change = Household(n, "");
    change.creates = false;
    change.record = TenRecords::Number(n);
    change.ops = {SetField(kMost, Value::Integer(1000 * n - 4000))};
    vector.rows.push_back(EncodeChange(change));
  }
  return vector;
}

Vector Rosters() {
  Vector vector{"rows of a repeat, bases of their own", {}};
  Change change = Household(1, "a");
  change.positions = {{LogName{7}, 4'000}, {LogName{7}, 4'100}};
  RowId row = RowId::FromBytes(change.record.view()).value_or(RowId{});
  const auto add = [&change](OpKind kind, const RowId& at) -> Op& {
    Op op;
    op.kind = kind;
    op.at.row = at;
    change.ops.push_back(op);
    return change.ops.back();
  };
  for (const int n : {9, 11}) {
    row.bytes[15] = static_cast<std::uint8_t>(n);
    add(OpKind::kAddRow, row).repeat = kMemberRepeat;
    Op& name = add(OpKind::kSet, row);
    name.at.field = kMemberName;
    name.value = Value::Text("ama");
    name.base = n == 9 ? 1 : 0;
  }
  row.bytes[15] = 9;
  add(OpKind::kDeleteRow, row);
  add(OpKind::kReview, RowId{});
  Op& status = add(OpKind::kSetStatus, RowId{});
  status.from = RecordStatus::kDraft;
  status.to = RecordStatus::kSubmitted;
  vector.rows.push_back(EncodeChange(change));
  return vector;
}

Vector Values() {
  Vector vector{
      "values, of their fields' types and not; bytes that are no change", {}};
  for (int time = 0; time < 2; ++time) {
    Change change = Household(1, "b");
    change.creates = false;
    change.clock = {0, 0, -5 * time};
    change.ops = {
        SetField(kX, Value::Text(std::string("a\0b", 3))),
        SetField(kY, Value{ValueKind::kPoint, "-6.6899 7.949665188789368 119"}),
        SetField(kZ, Value{ValueKind::kDate, "\x94\xf7\x01"}),
        SetField(kLeast, Value{ValueKind::kDecimal, "-0.0625"}),
        SetField(kMost, Value::Integer(-1'000'000'007)),
        SetField(kTotal, Value::Integer(-1'000'000'007)),
        SetField(kNotes, Value::Cleared()),
        SetField(kSaid, Value::NotRelevant()),
        SetField(kWater, Value::Choice(200)),
        SetField(kAssets, Value::Answered()),
        SetField(99'999, Value::Text("of no form")),
        SetField(kLeast,
                 Value{ValueKind::kDecimal, "1234567890123456789012.5"})};
    Op tick = SetField(kAssets, Value::Ticked(time == 0));
    tick.at.choice = 2;
    change.ops.push_back(tick);
    vector.rows.push_back(EncodeChange(change));
  }
  vector.rows.push_back(std::string("\x01\xff raw", 6));
  return vector;
}

std::string ConversationJson(const wire::Conversation& conversation) {
  std::vector<std::string> columns;
  for (const wire::Column& column :
       conversation.layouts->at(conversation.form).columns()) {
    if (column.field < kFirstFormField) continue;
    columns.push_back(StrCat("[", column.field, ", ",
                             static_cast<int>(column.type), ", ",
                             column.choices, "]"));
  }
  std::vector<std::string> records;
  for (std::uint8_t n = 0; n < 10; ++n) {
    records.push_back(StrCat("{\"seq\": ", 100 + n, ", \"id\": \"",
                             Hex(TenRecords::Number(n).view()), "\"}"));
  }
  return StrCat("{\"person\": \"", conversation.person,
                "\", \"log\": ", static_cast<std::uint64_t>(conversation.log),
                ", \"boot\": ", conversation.clock.boot,
                ", \"mono_ms\": ", conversation.clock.mono_ms,
                ", \"wall_ms\": ", conversation.clock.wall_ms,
                ",\n    \"form\": ", conversation.form, ", \"columns\": [",
                absl::StrJoin(columns, ", "), "],\n    \"records\": [\n      ",
                absl::StrJoin(records, ",\n      "), "]}");
}

std::string VectorJson(const Vector& vector,
                       const wire::Statistics& statistics) {
  wire::Conversation conversation = HouseholdConversation();
  if (vector.statistics) conversation.statistics = &statistics;
  const auto columns =
      wire::EncodeBatch(vector.rows, conversation, TenRecords());
  CHECK(columns.has_value());
  std::vector<std::string> rows;
  for (const std::string& row : vector.rows) {
    rows.push_back(StrCat("\"", Hex(row), "\""));
  }
  return StrCat("  {\"name\": \"", vector.name, "\",\n   \"statistics\": \"",
                vector.statistics ? "statistics.bin" : "",
                "\",\n   \"conversation\": ", ConversationJson(conversation),
                ",\n   \"columns\": \"", Hex(*columns),
                "\",\n   \"rows\": [\n    ", absl::StrJoin(rows, ",\n    "),
                "]}");
}

wire::Statistics Trained() {
  std::vector<wire::TrainingBatch> batches;
  for (std::uint32_t person = 0; person < 6; ++person) {
    wire::TrainingBatch batch{person, {}};
    for (std::uint8_t n = 0; n < 12; ++n) {
      batch.changes.push_back(EncodeChange(Household(
          n, n % 2 == 0 ? "LGEA Primary School" : "LGEA Nursery School")));
    }
    batches.push_back(std::move(batch));
  }
  return wire::Train(batches, HouseholdConversation());
}

}  // namespace

std::string VectorStatistics() { return Trained().Encode(); }

std::string VectorsJson() {
  const wire::Statistics statistics = Trained();
  std::vector<std::string> vectors;
  for (const Vector& vector : {Households(false), Households(true),
                               Corrections(), Rosters(), Values()}) {
    vectors.push_back(VectorJson(vector, statistics));
  }
  return StrCat("[\n", absl::StrJoin(vectors, ",\n"), "\n]\n");
}

}  // namespace chasqui::testing
