#include "tests/testing/household_form.h"

#include <optional>
#include <string_view>
#include <utility>

#include "sync/base/check.h"

namespace chasqui::testing {
namespace {

Field FieldAt(std::string_view path, FieldType type) {
  Field field;
  field.path = path;
  field.type = type;
  field.asked = true;
  return field;
}

Field InRepeat(std::string_view path, FieldType type, RepeatIndex repeat) {
  Field field = FieldAt(path, type);
  field.repeat = repeat;
  return field;
}

ListedChoice ChoiceOfCode(std::string_view code) {
  ListedChoice choice;
  choice.code = code;
  return choice;
}

Field Select(std::string_view path, FieldType type) {
  Field field = FieldAt(path, type);
  field.choices = 0;
  return field;
}

void AddRosters(Form& form) {
  Repeat member;
  member.path = "member";
  Repeat job;
  job.path = "member/job";
  job.parent = 0;
  form.repeats = {member, job};
}

}  // namespace

Form HouseholdForm(int version) {
  CHECK(version == 1 || version == 2);
  Form form;
  form.id = "household";
  form.version = version == 1 ? "1" : "2";
  form.title = "Household";
  ChoiceList list;
  list.name = "abc";
  list.choices = {ChoiceOfCode("a"), ChoiceOfCode("b"), ChoiceOfCode("c")};
  form.choice_lists = {list};
  AddRosters(form);

  form.fields = {
      FieldAt("x", FieldType::kText),
      FieldAt("y", FieldType::kText),
      FieldAt("z", FieldType::kText),
      FieldAt("found", FieldType::kText),
      FieldAt("said", FieldType::kText),
      FieldAt("most", FieldType::kInteger),
      FieldAt("least", FieldType::kDecimal),
      FieldAt("notes", FieldType::kText),
      FieldAt("checked", FieldType::kText),
      Select("water", FieldType::kChoice),
      Select("assets", FieldType::kChoices),
      FieldAt("total", FieldType::kInteger),
      InRepeat("member/name", FieldType::kText, 0),
      InRepeat("member/age", FieldType::kInteger, 0),
      InRepeat("member/job/title", FieldType::kText, 1),
  };
  form.fields[1].constraint = ". != /data/x";
  form.fields[11].calculate = "sum(/data/member/age)";
  form.fields[12].relevant = "../age > 0";
  form.pairs = {{0, 1, false}, {11, 13, true}, {12, 13, false}};
  if (version == 2) {
    form.fields.push_back(FieldAt("remark", FieldType::kText));
  }
  return form;
}

SurveyConfig HouseholdConfig() {
  SurveyConfig config;
  config.title = "Households";
  config.utc_offset_minutes = 60;
  config.areas = {{"region", "Region", ""},
                  {"north", "North", "region"},
                  {"south", "South", "region"}};
  config.people = {{"olga", Role::kOwner, {}},
                   {"sam", Role::kSupervisor, {"region"}},
                   {"ama", Role::kEnumerator, {"north"}},
                   {"ben", Role::kEnumerator, {"south"}},
                   {"eva", Role::kEnumerator, {"north", "south"}},
                   {"rosa", Role::kRespondent, {"north"}}};
  config.policies = {{"found", Policy::kFirst},  {"said", Policy::kRole},
                     {"most", Policy::kMax},     {"least", Policy::kMin},
                     {"notes", Policy::kAppend}, {"checked", Policy::kReview},
                     {"assets", Policy::kUnion}};
  return config;
}

}  // namespace chasqui::testing
