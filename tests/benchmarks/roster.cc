#include "tests/benchmarks/roster.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "client/device_form.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/load_device.h"
#include "tests/benchmarks/survey_setup.h"

namespace chasqui::benchmarks {
namespace {

constexpr char kSurvey[] = "households";
constexpr char kPerson[] = "enumerator";
constexpr char kForm[] = R"(<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms"
        xmlns:h="http://www.w3.org/1999/xhtml"
        xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>Households</h:title><model>
    <instance><data id="households" version="1">
      <head/><wealth/><member jr:template=""><name/><age/></member>
    </data></instance>
    <bind nodeset="/data/head" type="string"/>
    <bind nodeset="/data/wealth" type="int"/>
    <bind nodeset="/data/member/name" type="string"/>
    <bind nodeset="/data/member/age" type="int"/>
  </model></h:head>
  <h:body>
    <input ref="/data/head"><label>Head of the household</label></input>
    <input ref="/data/wealth"><label>Wealth</label></input>
    <group ref="/data/member"><label>Member</label>
      <repeat nodeset="/data/member">
        <input ref="/data/member/name"><label>Name</label></input>
        <input ref="/data/member/age"><label>Age</label></input>
      </repeat>
    </group>
  </h:body>
</h:html>
)";

// Rows and records by number.
RowId RowNumber(std::size_t number) {
  RowId row;
  row.bytes[0] = static_cast<std::uint8_t>(number >> 8);
  row.bytes[1] = static_cast<std::uint8_t>(number);
  row.bytes[RowId::kSize - 1] = 1;
  return row;
}
RecordId RecordNumber(std::uint8_t number) {
  RecordId id;
  id.bytes[0] = number;
  return id;
}

Op Set(const FieldAddress& at, Value value) {
  Op op;
  op.at = at;
  op.value = std::move(value);
  return op;
}

// The form's numbers.
struct Fields {
  std::uint32_t head = 0;
  std::uint32_t wealth = 0;
  std::uint32_t name = 0;
  std::uint32_t age = 0;
  std::uint32_t repeat = 0;
};

absl::StatusOr<Fields> FieldsOf(const std::string& form_version) {
  ASSIGN_OR_RETURN(const auto form, client::DeviceForm::Read(form_version));
  Fields fields;
  const std::pair<const char*, std::uint32_t*> wanted[] = {
      {"head", &fields.head},
      {"wealth", &fields.wealth},
      {"member/name", &fields.name},
      {"member/age", &fields.age}};
  for (const auto& [path, number] : wanted) {
    const client::DeviceField* const field = form.Find(path);
    if (field == nullptr) {
      return absl::InternalError(StrCat("the form lacks ", path));
    }
    *number = field->number;
    fields.repeat = field->repeat;
  }
  return fields;
}

void Create(const RecordId& id, const Fields& fields, LoadDevice& device) {
  Change change = device.Open(id);
  change.creates = true;
  change.ops.push_back(Set({RowId{}, kAssigneeField, 0}, Value::Text(kPerson)));
  change.ops.push_back(
      Set({RowId{}, fields.head, 0}, Value::Text("Household")));
  change.ops.push_back(Set({RowId{}, fields.wealth, 0}, Value::Integer(0)));
  device.Save(change);
}

// Adds rows in several saves: one save has its limit.
absl::Status AddRows(const RecordId& id, const Fields& fields, std::size_t rows,
                     LoadDevice& device) {
  constexpr std::size_t kOfOneSave = 500;
  for (std::size_t from = 0; from < rows; from += kOfOneSave) {
    Change change = device.Open(id);
    const std::size_t end = std::min(rows, from + kOfOneSave);
    for (std::size_t i = from; i < end; ++i) {
      Op add;
      add.kind = OpKind::kAddRow;
      add.at.row = RowNumber(i);
      add.repeat = fields.repeat;
      change.ops.push_back(std::move(add));
      change.ops.push_back(Set({RowNumber(i), fields.name, 0},
                               Value::Text(StrCat("Member ", i))));
      change.ops.push_back(
          Set({RowNumber(i), fields.age, 0},
              Value::Integer(static_cast<std::int64_t>(i % 90))));
    }
    device.Save(change);
    RETURN_IF_ERROR(device.Sync());
  }
  return absl::OkStatus();
}

// Writes the field again and again. Bytes the server wrote for each.
absl::StatusOr<double> BytesPerEdit(const ServerProcess& server,
                                    std::size_t edits, const RecordId& id,
                                    const FieldAddress& at,
                                    LoadDevice& device) {
  ASSIGN_OR_RETURN(const std::uint64_t before, server.BytesWritten());
  for (std::size_t i = 0; i < edits; ++i) {
    Change change = device.Open(id);
    change.ops.push_back(
        Set(at, Value::Integer(static_cast<std::int64_t>(1'000 + i))));
    device.Save(change);
    RETURN_IF_ERROR(device.Sync());
  }
  ASSIGN_OR_RETURN(const std::uint64_t after, server.BytesWritten());
  return static_cast<double>(after - before) / static_cast<double>(edits);
}

v1::SurveyConfig Config() {
  v1::SurveyConfig config;
  config.set_title("Households");
  config.set_durability(v1::DURABILITY_ACCEPTED);
  v1::Person& person = *config.add_people();
  person.set_name(kPerson);
  person.set_role(v1::ROLE_ENUMERATOR);
  return config;
}

}  // namespace

absl::Status MeasureRoster(const Scale& scale, const Workplace& place,
                           Figures& figures) {
  ASSIGN_OR_RETURN(const auto server,
                   ServerProcess::Start(place.Path("roster")));
  const std::string& address = server->address();
  RETURN_IF_ERROR(MakeSurvey(address, kSurvey, Config(), kForm));
  LoadDevice device({"tablet", kPerson, kSurvey}, address);
  RETURN_IF_ERROR(device.PullAll().status());
  ASSIGN_OR_RETURN(const Fields fields, FieldsOf(device.form()));

  const RecordId plain = RecordNumber(1);
  const RecordId large = RecordNumber(2);
  Create(plain, fields, device);
  Create(large, fields, device);
  RETURN_IF_ERROR(device.Sync());
  RETURN_IF_ERROR(AddRows(large, fields, scale.roster_rows, device));

  const FieldAddress answer{RowId{}, fields.wealth, 0};
  const FieldAddress in_row{RowNumber(scale.roster_rows / 2), fields.age, 0};
  ASSIGN_OR_RETURN(
      const double without,
      BytesPerEdit(*server, scale.roster_edits, plain, answer, device));
  ASSIGN_OR_RETURN(const double with, BytesPerEdit(*server, scale.roster_edits,
                                                   large, answer, device));
  ASSIGN_OR_RETURN(const double row, BytesPerEdit(*server, scale.roster_edits,
                                                  large, in_row, device));
  figures.Add({"roster_edit_ratio",
               std::max(with, row) / without,
               "1",
               {},
               StrCat("bytes written per edit of a record with ",
                      scale.roster_rows, " rows: ", NumberText(with),
                      ", of one of its rows: ", NumberText(row),
                      ", of a record without: ", NumberText(without))});
  return server->End();
}

}  // namespace chasqui::benchmarks
