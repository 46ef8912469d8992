#include "tests/export/school_survey.h"

#include <utility>

#include "storage/catalog.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/form/xform_reader.h"
#include "sync/lineage.h"

namespace chasqui::testing {
namespace {

template <typename Name>
Name Numbered(std::uint8_t kind, std::uint8_t number) {
  Name name;
  name.bytes[0] = kind;
  name.bytes[15] = number;
  return name;
}

}  // namespace

absl::Time SteppingClock::Now() {
  return absl::FromUnixMillis(now_ms_.fetch_add(1000));
}
std::int64_t SteppingClock::MonotonicMillis() { return 1'400'000'000; }

std::string SchoolForm(std::string_view version) {
  const bool first = version == "1";
  const std::string_view swapped = first ? "opened" : "phone";
  const std::string_view type = first ? "date" : "string";
  return StrCat(
      R"x(<h:html xmlns="http://www.w3.org/2002/xforms"
    xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Schools</h:title>
<model><instance><data id="school" version=")x",
      version, R"x(">
  <name/><pupils/><)x",
      swapped, R"x(/><water/><services/>
  <building><rooms/></building><hello/>
  <class jr:template=""><grade/><pupil jr:template=""><name/></pupil></class>
</data></instance>
<bind nodeset="/data/name" type="string"/>
<bind nodeset="/data/pupils" type="int"/>
<bind nodeset="/data/)x",
      swapped, R"x(" type=")x", type, R"x("/>
<bind nodeset="/data/water" type="select1"/>
<bind nodeset="/data/services" type="select"/>
<bind nodeset="/data/building/rooms" type="int"/>
<bind nodeset="/data/hello" type="string" readonly="true()"/>
<bind nodeset="/data/class/grade" type="string"/>
<bind nodeset="/data/class/pupil/name" type="string"/>
</model></h:head><h:body>
<input ref="/data/name"><label>Name</label></input>
<input ref="/data/pupils"><label>Pupils</label></input>
<input ref="/data/)x",
      swapped, R"x("><label>Opened</label></input>
<select1 ref="/data/water"><label>Water</label>
  <item><label>Tap</label><value>tap</value></item>
  <item><label>Well</label><value>well</value></item>)x",
      first ? "" : "<item><label>None</label><value>none</value></item>",
      R"x(</select1>
<select ref="/data/services"><label>Services</label>
  <item><label>Meals</label><value>meals</value></item>
  <item><label>Health</label><value>health</value></item></select>
<group ref="/data/building"><label>Building</label>
  <input ref="/data/building/rooms"><label>Rooms</label></input></group>
<input ref="/data/hello"><label>Hello</label></input>
<group ref="/data/class"><label>Class</label><repeat nodeset="/data/class">
  <input ref="/data/class/grade"><label>Grade</label></input>
  <group ref="/data/class/pupil"><label>Pupil</label>
    <repeat nodeset="/data/class/pupil">
      <input ref="/data/class/pupil/name"><label>Name</label></input>
    </repeat></group>
</repeat></group>
</h:body></h:html>)x");
}

SurveyConfig SchoolConfig() {
  SurveyConfig config;
  config.title = "Schools";
  config.utc_offset_minutes = 60;
  config.accepted_is_durable = true;
  config.people = {{"amina", Role::kEnumerator, {"lga1"}},
                   {"bola", Role::kEnumerator, {"lga2"}},
                   {"sani", Role::kSupervisor, {"state"}}};
  config.areas = {{"state", "The state", ""},
                  {"lga1", "First", "state"},
                  {"lga2", "Second", "state"}};
  config.policies = {{"building/rooms", Policy::kReview}};
  return config;
}

RecordId School(std::uint8_t number) {
  return Numbered<RecordId>(0x10, number);
}
RowId RowOf(std::uint8_t number) { return Numbered<RowId>(0x20, number); }

SchoolSurvey::SchoolSurvey() : catalog_(storage::NewMemoryCatalog(clock_, {})) {
  CHECK(catalog_->Create(kName, SchoolConfig()).ok());
  store_ = *catalog_->Find(kName);
  Publish("1");
}

std::shared_ptr<const Reader> SchoolSurvey::Read() const {
  return *store_->Snapshot();
}

Position SchoolSurvey::Head() const {
  const auto reader = Read();
  return {PresentName(reader->survey().lineage), reader->head()};
}

void SchoolSurvey::Publish(std::string_view version) {
  const std::string source = SchoolForm(version);
  auto form = ReadXForm(source, {});
  CHECK(form.ok());
  std::vector<ServerEntry> entries;
  entries.emplace_back(FormPublished{*std::move(form), source});
  CHECK(SubmitAndWait(*store_, std::move(entries)).ok());
}

std::uint32_t SchoolSurvey::Field(std::string_view path) const {
  for (const FieldSchema& field : Read()->survey().schema.fields()) {
    if (field.path == path) return field.number;
  }
  CHECK(false);
  return 0;
}

std::uint32_t SchoolSurvey::Choice(std::string_view path,
                                   std::string_view code) const {
  return Read()->survey().numbering.ChoiceNumber(Field(path), code).value();
}

Change SchoolSurvey::Edit(const std::string& person, const RecordId& school,
                          const Position& base) const {
  Change change;
  change.record = school;
  change.form = static_cast<std::uint32_t>(Read()->survey().forms.size());
  change.person = person;
  change.positions = {base};
  return change;
}

Change SchoolSurvey::Creation(const std::string& person, const RecordId& school,
                              const std::string& area,
                              std::string_view name) const {
  Change change = Edit(person, school, {});
  change.creates = true;
  Op status;
  status.kind = OpKind::kSetStatus;
  status.to = RecordStatus::kSubmitted;
  Op place;
  place.at.field = kAreaField;
  place.value = Value::Text(area);
  change.ops = {status, place, Set("name", Value::Text(name))};
  return change;
}

Op SchoolSurvey::Set(std::string_view path, Value value,
                     const RowId& row) const {
  Op op;
  op.at = {row, Field(path), 0};
  op.value = std::move(value);
  return op;
}

Op SchoolSurvey::Tick(std::string_view path, std::string_view code,
                      bool ticked) const {
  Op op = Set(path, Value::Ticked(ticked));
  op.at.choice = Choice(path, code);
  return op;
}

Op SchoolSurvey::AddRow(std::string_view repeat, const RowId& row,
                        const RowId& parent) const {
  Op op;
  op.kind = OpKind::kAddRow;
  op.at.row = row;
  op.parent = parent;
  for (const RepeatSchema& schema : Read()->survey().schema.repeats()) {
    if (schema.path == repeat) op.repeat = schema.number;
  }
  CHECK(op.repeat != 0);
  return op;
}

Batch SchoolSurvey::Next(const std::string& device,
                         const std::string& change_bytes) {
  auto [at, is_new] = chains_.try_emplace(device);
  ChainOf& chain = at->second;
  if (is_new) chain.h = ChainStart(kName, device);
  Batch batch;
  batch.device = device;
  batch.first = ++chain.number;
  batch.before = chain.h;
  batch.changes.resize(1);
  batch.changes[0].bytes = change_bytes;
  ReadBatch(batch);
  chain.h = batch.changes[0].h;
  return batch;
}

ChangeAnswer SchoolSurvey::DeliverBytes(const std::string& device,
                                        const std::string& change_bytes) {
  const auto answer = SubmitAndWait(*store_, Next(device, change_bytes));
  CHECK(answer.ok());
  CHECK(answer->batch.changes.size() == 1);
  return answer->batch.changes[0];
}

ChangeAnswer SchoolSurvey::Deliver(const std::string& device,
                                   const Change& change) {
  return DeliverBytes(device, EncodeChange(change));
}

}  // namespace chasqui::testing
